// @ts-check
// What this browser knows of a ballot, and how that changes.

/**
 * A ballot: what a citizen chooses in a region. Without improvements it is no ballot.
 *
 * @typedef {{ region: string, improvements: string[] }} Ballot
 */

/**
 * A total that is to move by at least one, up or down, from what it was before the request. `before` is
 * null if that could not be read; `seen` says whether the total was seen to move.
 *
 * @typedef {{
 *   region: string,
 *   improvement: string,
 *   by: 1 | -1,
 *   before: number | null,
 *   seen: boolean,
 * }} Move
 */

/**
 * The ballot as this browser keeps it:
 *
 *     sending -> recorded -> counted    it arrives, and the totals are seen to follow
 *     sending -> contested              the server has another ballot than `seen`: the citizen decides
 *
 * `wanted` is what the citizen wants; empty to withdraw. `seen` is what the server is known to have:
 * null if nothing. It goes with the request, so that a ballot that another device has changed is never
 * overwritten unseen. `moves` are the totals that follow; undefined before they were read. All is kept
 * before anything is sent, so that a page that was closed too early goes on when it is opened again.
 *
 * @typedef {{
 *   state: 'sending' | 'recorded' | 'counted' | 'contested',
 *   wanted: Ballot,
 *   seen: Ballot | null,
 *   moves?: Move[],
 * }} KeptBallot
 */

/**
 * A ballot that the server is known to have.
 *
 * @param {Ballot} stored
 * @returns {KeptBallot}
 */
export const stored = (stored) => ({ state: 'counted', wanted: stored, seen: stored, moves: [] })

/**
 * The citizen wants `wanted`, in place of what stands so far.
 *
 * @param {KeptBallot | undefined} kept
 * @param {Ballot} wanted empty to withdraw
 * @returns {KeptBallot}
 */
export function cast(kept, wanted) {
  /** @type {KeptBallot} */
  const next = { state: 'sending', wanted, seen: kept?.seen ?? null }
  // The same once more moves no total: those that moved the first time are still the ones to follow.
  return kept?.moves && hasArrived(kept) && isSame(kept.seen, wanted)
    ? { ...next, moves: kept.moves }
    : next
}

/** @param {KeptBallot} kept */
const hasArrived = ({ state }) => state === 'recorded' || state === 'counted'

/**
 * The server has what was sent.
 *
 * @param {KeptBallot} kept
 * @returns {KeptBallot}
 */
export const arrived = (kept) => ({
  ...kept,
  state: isSame(kept.seen, kept.wanted) && haveFollowed(kept) ? 'counted' : 'recorded',
  seen: isEmpty(kept.wanted) ? null : kept.wanted,
})

/**
 * Whether the totals were seen to follow, or have nothing to follow.
 *
 * @param {KeptBallot} kept
 */
function haveFollowed(kept) {
  const visible = visibleMoves(kept)
  return visible.length > 0 ? visible.every(({ seen }) => seen) : !kept.moves?.length
}

/**
 * The server refuses what was sent, or the citizen gives it up: what stood before stands.
 *
 * @param {KeptBallot} kept
 * @returns {KeptBallot | undefined}
 */
export const refused = ({ seen }) => (seen === null ? undefined : stored(seen))

/**
 * The server has another ballot than was seen.
 *
 * @param {KeptBallot} kept
 * @param {Ballot | null} other
 * @returns {KeptBallot}
 */
export const contested = ({ wanted }, other) => ({ state: 'contested', wanted, seen: other })

/**
 * Whether there is something to send.
 *
 * @param {KeptBallot} kept
 */
export const isSending = ({ state }) => state === 'sending'

/**
 * Whether there is something to change or withdraw.
 *
 * @param {KeptBallot} kept
 */
export const stands = ({ state, wanted }) =>
  (state === 'recorded' || state === 'counted') && !isEmpty(wanted)

/** @param {Ballot} ballot */
export const isEmpty = ({ improvements }) => improvements.length === 0

/**
 * Whether two ballots are for the same, in any order.
 *
 * @param {Ballot | null} a
 * @param {Ballot | null} b
 */
export function isSame(a, b) {
  if (a === null || b === null) {
    return a === b
  }
  return (
    a.region === b.region &&
    a.improvements.length === b.improvements.length &&
    a.improvements.every((each) => b.improvements.includes(each))
  )
}

/**
 * The totals that a ballot moves, as they stand before it is sent.
 *
 * @param {KeptBallot} kept
 * @param {(choice: { region: string, improvement: string }) => number | null} totalOf
 * @returns {Move[]}
 */
export function movesOf({ wanted, seen }, totalOf) {
  const before = choicesOf(seen)
  const after = choicesOf(wanted)
  const move =
    (/** @type {1 | -1} */ by) => (/** @type {ReturnType<typeof choicesOf>[0]} */ each) => ({
      ...each,
      by,
      before: totalOf(each),
      seen: false,
    })
  return [...without(after, before).map(move(1)), ...without(before, after).map(move(-1))]
}

/** @param {Ballot | null} ballot */
const choicesOf = (ballot) =>
  (ballot?.improvements ?? []).map((improvement) => ({ region: ballot?.region ?? '', improvement }))

/**
 * @param {ReturnType<typeof choicesOf>} some
 * @param {ReturnType<typeof choicesOf>} others
 */
const without = (some, others) =>
  some.filter(
    (each) =>
      !others.some(
        (other) => other.region === each.region && other.improvement === each.improvement,
      ),
  )

/**
 * The moves that can be seen: a total that could not be read before can't be seen to change.
 *
 * @param {KeptBallot} kept
 */
export const visibleMoves = ({ moves = [] }) => moves.filter(({ before }) => before !== null)

/**
 * Whether the totals may still be seen to follow.
 *
 * @param {KeptBallot} kept
 */
export const isAwaited = (kept) =>
  kept.state === 'recorded' && visibleMoves(kept).some(({ seen }) => !seen)

/**
 * Takes note of new totals. A move stays seen once its total has been far enough, even if others then
 * move it back.
 *
 * @param {KeptBallot} kept
 * @param {(choice: { region: string, improvement: string }) => number | null} totalOf
 * @returns {KeptBallot}
 */
export function see(kept, totalOf) {
  if (!isAwaited(kept)) {
    return kept
  }
  const moves = (kept.moves ?? []).map((move) => ({
    ...move,
    seen: move.seen || hasMoved(move, totalOf(move)),
  }))
  const next = { ...kept, moves }
  return isAwaited(next) ? next : { ...next, state: 'counted' }
}

/**
 * @param {Move} move
 * @param {number | null} total
 */
const hasMoved = ({ by, before }, total) =>
  total !== null && before !== null && (total - before) * by >= 1
