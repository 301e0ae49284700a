// @ts-check
// What regions are called: their ids stay as they are when a title is mended.

/** @import { BallotRegion } from './tally.js' */

/** @type {Map<string, string>} */
let titles = new Map()

/**
 * Takes note of the titles.
 *
 * @param {Pick<BallotRegion, 'region' | 'title'>[]} regions
 * @returns whether any is another than before
 */
export function setRegionTitles(regions) {
  const next = new Map(regions.map(({ region, title }) => [region, title || region]))
  const changed = [...next].some(([region, title]) => regionTitle(region) !== title)
  titles = next
  return changed
}

/**
 * Returns what a region is called. One that is not on the ballot is called by its id.
 *
 * @param {string} region
 */
export const regionTitle = (region) => titles.get(region) ?? region
