// @ts-check
// Some of the newest votes, while more come than anyone can follow.

/** @import { RecentVote, Region } from './tally.js' */

import { MIN_UNCHANGED } from './poller.js'
import { keyOf } from './titles.js'

/** @typedef {RecentVote & { key: number }} Listed a vote with a key that it keeps while it is listed */

const SHOWN = 12
/** How many new votes the eye can follow at once. */
const MAX_ENTERING = 3
/** Nobody has followed a list that is older, such as one in a hidden tab. */
const MAX_AGE_MILLIS = 10000

/**
 * Chooses what is shown of all that comes. While many come at once, three of the newest enter above what
 * is shown already, so that the eye can follow; the others are left out. Once no more come, it shows the
 * newest again.
 *
 * A vote in the list has no id. Two lists alone do not tell how many votes came between them: with few
 * choices, twenty new votes look like the twenty before. So the totals count, too.
 */
export class Sample {
  /** @type {Listed[]} the newest first */
  shown = []
  /** Whether more came at once than entered. */
  isPart = false
  /** @type {Listed[]} */
  #last = []
  /** @type {RecentVote[] | undefined} the same list, as it came */
  #recent
  /** When it came, by the page's clock. */
  #at = NaN
  /** The answers since then without a new vote. */
  #unchanged = 0
  /** @type {Map<string, number>} the votes of each choice */
  #totals = new Map()
  #nextKey = 0

  /**
   * Takes the newest votes. The same list again, as for a page that is drawn again, changes nothing.
   *
   * @param {RecentVote[]} recent the newest first
   * @param {Region[]} regions with the totals of all choices that may be among them
   * @param {number} at by the page's clock
   */
  add(recent, regions, at) {
    if (recent === this.#recent) {
      return
    }
    const { came, fallen } = this.#count(regions)
    const known = counterparts(this.#last, recent)
    const replaced = came >= recent.length && known.includes(undefined)
    const listed = recent.map((vote, i) => ({
      ...vote,
      key: (replaced ? undefined : known[i]?.key) ?? this.#nextKey++,
    }))
    const before = new Set(this.#last.map(({ key }) => key))
    const fresh = listed.filter(({ key }) => !before.has(key))
    const isFollowed = before.size > 0 && at - this.#at <= MAX_AGE_MILLIS
    const entering = Math.max(came, fresh.length)
    this.#unchanged = entering === 0 ? this.#unchanged + 1 : 0
    const goesOn = this.isPart && entering === 0 && !this.#isQuiet
    this.isPart = isFollowed && (entering > MAX_ENTERING || goesOn)
    this.shown = (this.isPart ? this.#some(listed, fresh, fallen) : listed).slice(0, SHOWN)
    this.#last = listed
    this.#recent = recent
    this.#at = at
  }

  /** Takes note of an answer without news. One alone may have come between two counts. */
  unchanged() {
    this.#unchanged++
    if (this.#isQuiet) {
      this.settle()
    }
  }

  /** Shows the newest, because no more come. */
  settle() {
    this.isPart = false
    this.shown = this.#last.slice(0, SHOWN)
  }

  get #isQuiet() {
    return this.#unchanged >= MIN_UNCHANGED
  }

  /**
   * Compares the totals with the last ones. A ballot is of one region and names a choice once: so at
   * least as many ballots came in a region as votes for one of its choices.
   *
   * @param {Region[]} regions
   * @returns {{ came: number, fallen: Set<string> }} at least how many ballots came, and the choices from
   *     which votes were withdrawn
   */
  #count(regions) {
    let came = 0
    /** @type {Set<string>} */
    const fallen = new Set()
    /** @type {Map<string, number>} */
    const totals = new Map()
    for (const { region, improvements } of regions) {
      let most = 0
      for (const { improvement, votes } of improvements) {
        const key = keyOf(region, improvement)
        const growth = votes - (this.#totals.get(key) ?? 0)
        most = Math.max(most, growth)
        totals.set(key, votes)
        if (growth < 0) {
          fallen.add(key)
        }
      }
      came += most
    }
    this.#totals = totals
    return { came, fallen }
  }

  /**
   * @param {Listed[]} listed
   * @param {Listed[]} fresh
   * @param {Set<string>} fallen
   */
  #some(listed, fresh, fallen) {
    const still = new Set(listed.map(({ key }) => key))
    const some = [
      ...fresh.slice(0, MAX_ENTERING),
      ...this.shown.filter(
        ({ key, region, improvement }) => still.has(key) || !fallen.has(keyOf(region, improvement)),
      ),
      ...listed,
    ]
    return [...new Map(some.map((each) => [each.key, each])).values()]
  }
}

/**
 * Finds the votes of a list in the one before: the longest common subsequence. What has no counterpart is
 * new, and stands as near to the top as it can.
 *
 * @param {Listed[]} before
 * @param {RecentVote[]} after
 * @returns {(Listed | undefined)[]} for each of `after`
 */
function counterparts(before, after) {
  /** @type {number[][]} how many of the first votes of both have a counterpart */
  const lengths = [before.map(() => 0).concat(0)]
  const at = (/** @type {number} */ i, /** @type {number} */ j) => lengths[i]?.[j] ?? 0
  for (const [i, vote] of after.entries()) {
    const row = [0]
    for (const [j, other] of before.entries()) {
      row.push(isSame(vote, other) ? at(i, j) + 1 : Math.max(at(i, j + 1), row[j] ?? 0))
    }
    lengths.push(row)
  }
  /** @type {(Listed | undefined)[]} */
  const found = after.map(() => undefined)
  let i = after.length
  let j = before.length
  while (i > 0 && j > 0) {
    const vote = after[i - 1]
    const other = before[j - 1]
    if (vote && other && isSame(vote, other)) {
      found[--i] = before[--j]
    } else if (at(i, j - 1) >= at(i - 1, j)) {
      j--
    } else {
      i--
    }
  }
  return found
}

/**
 * @param {RecentVote} a
 * @param {RecentVote} b
 */
const isSame = (a, b) =>
  a.region === b.region && a.improvement === b.improvement && a.castAt === b.castAt
