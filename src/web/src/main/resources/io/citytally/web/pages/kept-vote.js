// @ts-check
// What this browser knows of its vote, and how that changes.

/** @typedef {{ region: string, improvement: string, title: string }} Choice */

/**
 * The vote as this browser keeps it:
 *
 *     none                     has not voted
 *     sending -> recorded -> counted
 *     withdrawing -> withdrawn -> discounted
 *
 * `before` is the choice's total before the request: null if that could not be read, undefined before
 * it was tried. `previous` is the choice that stands if the request is refused. All is kept before
 * anything is sent, so that a page that was closed too early goes on when it is opened again. The id
 * is a random key of 128 bits that nobody else knows. Anyone who has it can change the vote.
 *
 * @typedef {'sending' | 'recorded' | 'counted'} Casting
 * @typedef {'withdrawing' | 'withdrawn' | 'discounted'} Withdrawing
 * @typedef {{ state: 'none', id?: string }} None
 * @typedef {{
 *   state: Casting | Withdrawing,
 *   id: string,
 *   choice: Choice,
 *   previous?: Choice | null,
 *   before?: number | null,
 * }} Vote
 * @typedef {None | Vote} KeptVote
 */

/** @type {None} */
export const NONE = { state: 'none' }

/**
 * Whether there is a vote to change or to withdraw.
 *
 * @param {KeptVote} kept
 * @returns {kept is Vote}
 */
export const stands = (kept) => kept.state === 'recorded' || kept.state === 'counted'

/**
 * Whether there is something to send.
 *
 * @param {KeptVote} kept
 * @returns {kept is Vote}
 */
export const isSending = (kept) => kept.state === 'sending' || kept.state === 'withdrawing'

/**
 * The vote is to be for `choice`.
 *
 * @param {KeptVote} kept
 * @param {Choice} choice
 * @param {() => string} newId makes the id of a first vote
 * @returns {Vote}
 */
export const cast = (kept, choice, newId) => ({
  id: kept.id ?? newId(),
  state: 'sending',
  choice,
  previous: stands(kept) ? kept.choice : null,
})

/**
 * The vote is to be withdrawn.
 *
 * @param {Vote} vote
 * @returns {Vote}
 */
export const withdraw = ({ id, choice }) => ({
  id,
  state: 'withdrawing',
  choice,
  previous: choice,
})

/**
 * The server has what was sent.
 *
 * @param {Vote} vote
 * @returns {Vote}
 */
export const arrived = (vote) => ({
  ...vote,
  state: vote.state === 'sending' ? 'recorded' : 'withdrawn',
})

/**
 * The server refuses what was sent: the previous vote stands.
 *
 * @param {Vote} vote
 * @returns {KeptVote}
 */
export const refused = ({ id, previous }) =>
  previous ? { id, state: 'counted', choice: previous, before: null } : { id, state: 'none' }

/**
 * The total has been seen to follow.
 *
 * @param {Vote} vote
 * @returns {Vote}
 */
export const followed = (vote) => ({
  ...vote,
  state: vote.state === 'recorded' ? 'counted' : 'discounted',
})

/**
 * Whether a total shows that the vote is counted, or that it no longer is. Only a total that was read
 * before can be seen to change.
 *
 * @param {KeptVote} kept
 * @param {number | null} total
 */
export function shows(kept, total) {
  if (kept.state === 'none' || total === null || typeof kept.before !== 'number') {
    return false
  }
  if (kept.state === 'recorded') {
    return total >= kept.before + 1
  }
  return kept.state === 'withdrawn' && total <= kept.before - 1
}

const FIRST_WAIT_MILLIS = 1000
const MAX_WAIT_MILLIS = 15000

/**
 * Returns the time to wait after a failure. It doubles up to 15 seconds, and varies by a quarter, so that
 * not all browsers ask at once when a city comes back.
 *
 * @param {number} failures at least 1
 * @param {number} retryAfterMillis the least that the server asks for
 * @param {number} random from 0 to 1
 */
export function backoff(failures, retryAfterMillis, random) {
  const millis = Math.min(FIRST_WAIT_MILLIS * 2 ** (failures - 1), MAX_WAIT_MILLIS)
  return Math.max(retryAfterMillis, millis * (0.75 + random / 2))
}

/** Answers after which the same request may succeed. */
const PASSING = new Set([408, 425, 429, 500, 502, 503, 504])

/**
 * Whether the same request may succeed after an answer with this status.
 *
 * @param {number} status
 */
export const mayPass = (status) => PASSING.has(status)
