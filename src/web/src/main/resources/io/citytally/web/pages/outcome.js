// @ts-check
// How an election stands, in words.

/** @import { Election } from './tally.js' */

import { inZone } from './format.js'
import { opening, phaseAt } from './opening.js'
import { text } from './text.js'

/**
 * Says how an election stands, with the hash of its final result if there is one.
 *
 * @param {Election} election
 * @param {number} now by the server's clock
 * @returns {{ text: string, hashOf: string, sha256: string }} `hashOf` says what the hash is of; empty
 *     texts for nothing to say
 */
export function outcome(election, now) {
  const { final, results, timeZone } = election
  if (final) {
    return {
      text: text('election.final', { date: inZone(final.at, timeZone) }),
      hashOf: text('election.hash'),
      sha256: final.sha256,
    }
  }
  const phase = phaseAt(election, now)
  const when = opening(election, now)
  if (phase === 'closed' && when !== '') {
    return { text: `${when} ${text('election.not-final')}`, hashOf: '', sha256: '' }
  }
  const hidden = phase !== 'closed' && results === 'turnout' ? text('election.hidden') : ''
  return { text: [when, hidden].filter(Boolean).join(' '), hashOf: '', sha256: '' }
}
