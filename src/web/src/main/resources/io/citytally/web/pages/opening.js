// @ts-check
// When one can vote, in words.

/** @import { Election } from './tally.js' */

import { counted } from './format.js'

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** @typedef {'before' | 'open' | 'closed'} Phase */

/**
 * Returns the phase at a time. It is as the server says for an election without times, with a test
 * before it opens, or with a final result.
 *
 * @param {Election} election
 * @param {number} now by the server's clock
 * @returns {Phase}
 */
export function phaseAt({ opensAt, closesAt, phase, test, final }, now) {
  if (test || final) {
    return phase
  }
  if (closesAt !== undefined && now >= Date.parse(closesAt)) {
    return 'closed'
  }
  if (opensAt !== undefined) {
    return now < Date.parse(opensAt) ? 'before' : 'open'
  }
  return closesAt === undefined ? phase : 'open'
}

/**
 * `Friday, 5 June 2026 at 18:00 CEST`, in the election's time zone.
 *
 * @param {string} time
 * @param {string | undefined} timeZone of the browser if there is none
 */
export function inZone(time, timeZone) {
  const at = Date.parse(time)
  const date = new Intl.DateTimeFormat('en-GB', {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    timeZone,
  })
  const clock = new Intl.DateTimeFormat('en-GB', {
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    timeZone,
    timeZoneName: 'short',
  })
  return `${date.format(at)} at ${clock.format(at)}`
}

/**
 * A time to come in its two largest units: `2 days 3 hours`, `4 minutes 10 seconds`.
 *
 * @param {number} millis
 */
export function remaining(millis) {
  const whole = Math.max(0, Math.ceil(millis / SECOND)) * SECOND
  const parts = [
    counted(Math.floor(whole / DAY), 'day'),
    counted(Math.floor(whole / HOUR) % 24, 'hour'),
    counted(Math.floor(whole / MINUTE) % 60, 'minute'),
    counted(Math.floor(whole / SECOND) % 60, 'second'),
  ]
  const isZero = (/** @type {string} */ part) => part.startsWith('0 ')
  const first = parts.findIndex((part) => !isZero(part))
  if (first === -1) {
    return counted(0, 'second')
  }
  return parts
    .slice(first, first + 2)
    .filter((part) => !isZero(part))
    .join(' ')
}

/**
 * Says when one can vote; empty for an election without times.
 *
 * @param {Election} election
 * @param {number} now by the server's clock
 */
export function opening(election, now) {
  const { opensAt, closesAt, timeZone, test } = election
  if (test && opensAt !== undefined) {
    return `Voting opens on ${inZone(opensAt, timeZone)}. Until then this is a test.`
  }
  const phase = phaseAt(election, now)
  if (phase === 'before' && opensAt !== undefined) {
    const wait = remaining(Date.parse(opensAt) - now)
    return `Voting opens in ${wait}, on ${inZone(opensAt, timeZone)}.`
  }
  if (phase === 'closed' && closesAt !== undefined) {
    return `Voting closed on ${inZone(closesAt, timeZone)}.`
  }
  if (phase === 'open' && closesAt !== undefined) {
    const wait = remaining(Date.parse(closesAt) - now)
    return `Voting closes in ${wait}, on ${inZone(closesAt, timeZone)}.`
  }
  return ''
}
