// @ts-check
// Some of the newest votes, while more come than anyone can follow.

/** @import { feed } from './tally.js' */

/** @typedef {ReturnType<typeof feed>[number]} Fed */

const SHOWN = 12
/** How many new votes the eye can follow at once. */
const MAX_ENTERING = 3

/**
 * Chooses what is shown of all that comes. While many come at once, three of the newest enter above what
 * is shown already, so that the eye can follow; the others are left out.
 */
export class Sample {
  /** @type {Fed[]} the newest first */
  shown = []
  /** Whether more came at once than entered. */
  isPart = false
  /** @type {Fed[]} */
  #last = []

  /**
   * Takes the newest votes.
   *
   * @param {Fed[]} fed the newest first
   */
  add(fed) {
    const known = new Set(this.#last.map(({ key }) => key))
    const fresh = fed.filter(({ key }) => !known.has(key))
    this.isPart = known.size > 0 && fresh.length > MAX_ENTERING
    this.shown = (this.isPart ? this.#some(fed, fresh) : fed).slice(0, SHOWN)
    this.#last = fed
  }

  /**
   * @param {Fed[]} fed
   * @param {Fed[]} fresh
   */
  #some(fed, fresh) {
    const still = new Set(fed.map(({ key }) => key))
    // Newer ones push out the oldest. Any other one that has gone was withdrawn.
    const withdrawn = new Set(
      this.#last
        .slice(0, Math.max(0, this.#last.length - fresh.length))
        .filter(({ key }) => !still.has(key))
        .map(({ key }) => key),
    )
    const some = [
      ...fresh.slice(0, MAX_ENTERING),
      ...this.shown.filter(({ key }) => !withdrawn.has(key)),
      ...fed,
    ]
    return [...new Map(some.map((each) => [each.key, each])).values()]
  }
}
