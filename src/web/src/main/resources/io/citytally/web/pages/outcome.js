// @ts-check
// How an election stands, in words.

/** @import { Election } from './tally.js' */

import { inZone, opening, phaseAt } from './opening.js'

/**
 * Says how an election stands, with the hash of its final result if there is one.
 *
 * @param {Election} election
 * @param {number} now by the server's clock
 * @returns {{ text: string, sha256: string }} empty texts for nothing to say
 */
export function outcome(election, now) {
  const { final, results, timeZone } = election
  if (final) {
    return { text: `Final result, of ${inZone(final.at, timeZone)}.`, sha256: final.sha256 }
  }
  const phase = phaseAt(election, now)
  const when = opening(election, now)
  if (phase === 'closed' && when !== '') {
    return { text: `${when} The result is not final yet.`, sha256: '' }
  }
  const hidden =
    phase !== 'closed' && results === 'turnout'
      ? 'Until voting closes, the results show only how many ballots there are.'
      : ''
  return { text: [when, hidden].filter(Boolean).join(' '), sha256: '' }
}
