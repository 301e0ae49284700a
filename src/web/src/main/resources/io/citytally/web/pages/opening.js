// @ts-check
// When one can vote, in words.

/** @import { Election } from './tally.js' */

import { inZone, remaining } from './format.js'
import { text } from './text.js'

/** @typedef {'before' | 'open' | 'closed'} Phase */

/**
 * Returns the phase at a time. It is as the server says for an election without times, with a test
 * before it opens, or with a final result.
 *
 * @param {Election} election
 * @param {number} now by the server's clock
 * @returns {Phase}
 */
export function phaseAt(election, now) {
  const { opensAt, closesAt, phase, final } = election
  if (final || isTest(election, now)) {
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
 * Whether votes are a test, which ends when the election opens.
 *
 * @param {Election} election
 * @param {number} now by the server's clock
 */
export const isTest = ({ test, opensAt }, now) =>
  test === true && (opensAt === undefined || now < Date.parse(opensAt))

/**
 * Says when one can vote; empty for an election without times.
 *
 * @param {Election} election
 * @param {number} now by the server's clock
 */
export function opening(election, now) {
  const { opensAt, closesAt, timeZone } = election
  if (isTest(election, now) && opensAt !== undefined) {
    return text('election.test', { date: inZone(opensAt, timeZone) })
  }
  const phase = phaseAt(election, now)
  if (phase === 'before' && opensAt !== undefined) {
    const wait = remaining(Date.parse(opensAt) - now)
    return text('election.opens', { wait, date: inZone(opensAt, timeZone) })
  }
  if (phase === 'closed' && closesAt !== undefined) {
    return text('election.closed', { date: inZone(closesAt, timeZone) })
  }
  if (phase === 'open' && closesAt !== undefined) {
    const wait = remaining(Date.parse(closesAt) - now)
    return text('election.closes', { wait, date: inZone(closesAt, timeZone) })
  }
  return ''
}
