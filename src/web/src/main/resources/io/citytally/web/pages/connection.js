// @ts-check
// How the connection to the city stands, in words.

import { QUIET_INTERVAL_MILLIS } from './poller.js'
import { span } from './format.js'

/** As long as a quiet city is not asked again. */
const FRESH_MILLIS = QUIET_INTERVAL_MILLIS + 500
const DELAYED_MILLIS = 5000

/**
 * Says how the connection stands.
 *
 * @param {object} seen
 * @param {number | undefined} seen.ageMillis how old the results are; undefined before the first answer
 * @param {boolean} seen.stale whether the server could not read newer ones
 * @param {boolean} seen.lost whether the last request failed
 * @param {boolean} seen.unknownPlace whether the server knows no such region
 * @returns {{ state: 'starting' | 'live' | 'delayed' | 'lost', text: string, notice: string }}
 */
export function describe({ ageMillis, stale, lost, unknownPlace }) {
  if (lost) {
    const notice =
      ageMillis === undefined
        ? 'No connection. Trying again.'
        : `Connection lost. These votes are from ${span(ageMillis)} ago; trying again.`
    return { state: 'lost', text: 'Not live', notice }
  }
  if (ageMillis === undefined) {
    return { state: 'starting', text: 'Connecting', notice: '' }
  }
  if (!unknownPlace && (stale || ageMillis > DELAYED_MILLIS)) {
    const notice = stale
      ? `The count can't be read just now. These votes are from ${span(ageMillis)} ago.`
      : ''
    return { state: 'delayed', text: `Delayed · ${span(ageMillis)} old`, notice }
  }
  const age = ageMillis < FRESH_MILLIS ? 'now' : `${span(ageMillis)} old`
  const notice = unknownPlace
    ? 'There is no region of this name, or nobody has voted in it yet.'
    : ''
  return { state: 'live', text: `Live · ${age}`, notice }
}
