// @ts-check
// How the connection to the city stands, in words.

/** @import { Answer } from './poller.js' */
/** @import { Reading } from './tally.js' */

import { QUIET_INTERVAL_MILLIS } from './poller.js'
import { span } from './format.js'
import { text } from './text.js'

/** Results up to this age are fresh: a quiet city is not asked sooner. */
const FRESH_MILLIS = QUIET_INTERVAL_MILLIS + 500
const DELAYED_MILLIS = 5000
/** A difference of the clocks below this is put down to the way through the network. */
const MAX_WAY_MILLIS = 3000

/**
 * Returns what to add to this machine's clock to have the server's, in milliseconds.
 *
 * @param {number | null} serverMillis the server's clock; null if it is not known
 */
export function skewOf(serverMillis) {
  const skew = serverMillis === null ? 0 : serverMillis - Date.now()
  return Math.abs(skew) > MAX_WAY_MILLIS ? skew : 0
}

/**
 * Returns how old stale results were when the server answered, in milliseconds; 0 if they are not stale.
 * The body tells its age when it was sent, which may be long ago: stale results stay the same version.
 *
 * @param {Pick<Answer<Reading>, 'body' | 'serverMillis' | 'asOfMillis'>} answer
 */
export function staleMillisOf({ body, serverMillis, asOfMillis }) {
  if (!body.stale) {
    return 0
  }
  const age =
    serverMillis === null || asOfMillis === null ? body.ageMillis : serverMillis - asOfMillis
  return Math.max(1, age ?? 0)
}

/** @typedef {{ state: 'starting' | 'live' | 'delayed' | 'lost', text: string, notice: string }} Told */

/**
 * Says how the connection stands.
 *
 * @param {object} seen
 * @param {number | undefined} seen.ageMillis how old the results are; undefined before the first answer
 * @param {boolean} seen.stale whether the server could not read newer ones
 * @param {boolean} seen.lost whether the last request failed
 * @param {boolean} seen.unknownPlace whether the server knows no such region
 * @param {boolean} seen.final whether the results change no more
 * @returns {Told}
 */
export function describe({ final, ...seen }) {
  const told = describeLive(seen)
  return final ? { ...told, state: 'live', text: text('live.final') } : told
}

/**
 * @param {Omit<Parameters<typeof describe>[0], 'final'>} seen
 * @returns {Told}
 */
function describeLive({ ageMillis, stale, lost, unknownPlace }) {
  if (lost) {
    const notice =
      ageMillis === undefined
        ? text('connection.none')
        : text('connection.lost', { time: span(ageMillis) })
    return { state: 'lost', text: text('live.lost'), notice }
  }
  if (ageMillis === undefined) {
    return { state: 'starting', text: text('live.connecting'), notice: '' }
  }
  if (!unknownPlace && (stale || ageMillis > DELAYED_MILLIS)) {
    const time = span(ageMillis)
    const notice = stale ? text('connection.stale', { time }) : ''
    return { state: 'delayed', text: text('live.delayed', { time }), notice }
  }
  const age =
    ageMillis < FRESH_MILLIS ? text('live.now') : text('live.old', { time: span(ageMillis) })
  const notice = unknownPlace ? text('connection.unknown-region') : ''
  return { state: 'live', text: age, notice }
}
