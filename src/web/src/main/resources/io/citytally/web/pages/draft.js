// @ts-check
// What is chosen in the form and not sent yet: a reload, or the way to sign in again, must not lose it.

/** @import { Ballot } from './kept-ballot.js' */
/** @import { Voter } from './own-ballots.js' */

const KEY = 'citytally.draft'

/**
 * Returns the draft of this voter; null if there is none. It lasts as long as the tab.
 *
 * @param {Voter} voter
 * @returns {Ballot | null}
 */
export function readDraft({ id }) {
  try {
    const kept = JSON.parse(sessionStorage.getItem(KEY) ?? 'null')
    return kept?.voter === id ? kept.ballot : null
  } catch {
    return null
  }
}

/**
 * @param {Voter} voter
 * @param {Ballot | null} ballot null to forget it
 */
export function keepDraft({ id }, ballot) {
  try {
    if (ballot === null) {
      sessionStorage.removeItem(KEY)
    } else {
      sessionStorage.setItem(KEY, JSON.stringify({ voter: id, ballot }))
    }
  } catch {
    // Without storage, it lasts as long as the page.
  }
}
