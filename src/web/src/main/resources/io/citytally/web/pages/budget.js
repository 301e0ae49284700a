// @ts-check
// What a region's budget would pay for.

/** @import { Ranked } from './tally.js' */

/**
 * Takes improvements by their votes, each that still fits into what is left of the budget. Those
 * without a vote or without a known cost are not taken. Improvements with equal votes are taken in the
 * order of `ranked`, which must not depend on the reader's language.
 *
 * @param {Ranked[]} ranked
 * @param {Map<string, number>} costs by improvement
 * @param {number} budget
 */
export function greedy(ranked, costs, budget) {
  /** @type {Set<string>} */
  const taken = new Set()
  let left = budget
  let last = ''
  for (const { improvement, votes } of ranked) {
    const cost = costs.get(improvement)
    if (votes > 0 && cost !== undefined && cost <= left) {
      taken.add(improvement)
      left -= cost
      last = improvement
    }
  }
  return { taken, spent: budget - left, last }
}
