// @ts-check
// What regions and improvements are called: their ids stay as they are when a title is mended.

/** @typedef {{ region: string, title?: string }} Titled */
/** @typedef {Titled & { improvements: { improvement: string, title: string }[] }} TitledBallot */

/**
 * One text for region and improvement together, for keys.
 *
 * @param {string} region
 * @param {string} improvement
 */
export const keyOf = (region, improvement) => JSON.stringify([region, improvement])

/** @type {Map<string, string>} */
let regions = new Map()
/** @type {Map<string, string>} */
const improvements = new Map()

/**
 * Takes note of what regions are called.
 *
 * @param {Titled[]} titled
 * @returns whether any is called otherwise than before
 */
export function setRegionTitles(titled) {
  const next = new Map(titled.map(({ region, title }) => [region, title || region]))
  const changed = [...next].some(([region, title]) => regionTitle(region) !== title)
  regions = next
  return changed
}

/**
 * Takes note of what improvements are called. Those that have left the ballot keep their titles.
 *
 * @param {TitledBallot[]} titled
 */
export function addTitles(titled) {
  for (const { region, improvements: listed } of titled) {
    for (const { improvement, title } of listed) {
      improvements.set(keyOf(region, improvement), title || improvement)
    }
  }
}

/**
 * Returns what a region is called; its id if nobody said.
 *
 * @param {string} region
 */
export const regionTitle = (region) => regions.get(region) ?? region

/**
 * Returns what an improvement is called; its id if nobody said.
 *
 * @param {string} region
 * @param {string} improvement
 */
export const improvementTitle = (region, improvement) =>
  improvements.get(keyOf(region, improvement)) ?? improvement

/**
 * Whether anybody said what an improvement is called.
 *
 * @param {string} region
 * @param {string} improvement
 */
export const hasTitle = (region, improvement) => improvements.has(keyOf(region, improvement))
