// @ts-check
// What is chosen in the form and not sent yet: a reload, or the way to sign in again, must not lose it.

/** @import { Ballot } from './kept-ballot.js' */
/** @import { Voter } from './own-ballots.js' */

const KEY = 'citytally.draft'

/**
 * @typedef {{ voter: string, ballot: Ballot }} Kept
 * @type {Kept | null | undefined} what the browser did not store; undefined if it stores
 */
let unstored

/**
 * Returns the draft of this voter; null if there is none. It lasts as long as the tab, or as the page where
 * the browser stores nothing.
 *
 * @param {Voter} voter
 * @returns {Ballot | null}
 */
export function readDraft({ id }) {
  const kept = unstored === undefined ? readStored() : unstored
  return kept?.voter === id ? kept.ballot : null
}

/** @returns {Kept | null} */
function readStored() {
  try {
    return JSON.parse(sessionStorage.getItem(KEY) ?? 'null')
  } catch {
    return null
  }
}

/**
 * @param {Voter} voter
 * @param {Ballot | null} ballot null to forget it
 */
export function keepDraft({ id }, ballot) {
  const kept = ballot && { voter: id, ballot }
  try {
    if (kept === null) {
      sessionStorage.removeItem(KEY)
    } else {
      sessionStorage.setItem(KEY, JSON.stringify(kept))
    }
    unstored = undefined
  } catch {
    unstored = kept
  }
}

/**
 * Forgets the draft of a region, but not that of another one.
 *
 * @param {Voter} voter
 * @param {string} region
 */
export function dropDraft(voter, region) {
  if (readDraft(voter)?.region === region) {
    keepDraft(voter, null)
  }
}
