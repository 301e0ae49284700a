// @ts-check
// What regions and improvements are called: their ids stay as they are when a title is mended.

/** @import { Titled } from './tally.js' */

import { byName } from './format.js'
import { language } from './text.js'

/** @typedef {{ region: string, title?: string, titles?: Record<string, string> }} TitledRegion */
/** @typedef {TitledRegion & { improvements: Titled[] }} TitledBallot */

/**
 * One text for region and improvement together, for keys.
 *
 * @param {string} region
 * @param {string} improvement
 */
export const keyOf = (region, improvement) => JSON.stringify([region, improvement])

/**
 * Returns the text of the page's language; the one for all others if there is none.
 *
 * @param {string} said
 * @param {Record<string, string>} [byLanguage] by BCP 47 tag
 */
export function inPageLanguage(said, byLanguage = {}) {
  const [plain] = language.split('-')
  const tags = Object.keys(byLanguage)
  const tag =
    tags.find((each) => each === language) ??
    tags.find((each) => each === plain) ??
    tags.find((each) => each.split('-')[0] === plain)
  return (tag !== undefined && byLanguage[tag]) || said
}

/**
 * Returns what an improvement is called in the page's language; its id if it has no title.
 *
 * @param {Titled} titled
 */
export const titleOf = ({ improvement, title, titles }) =>
  inPageLanguage(title, titles) || improvement

/** @type {Map<string, string>} */
let regions = new Map()
/** @type {Map<string, number>} where each region is in the city's order; empty without such an order */
let order = new Map()
/** @type {Map<string, string>} */
const improvements = new Map()

/**
 * Takes note of what regions are called, and of their order.
 *
 * @param {TitledRegion[]} titled
 * @param {boolean} [ordered] whether they are in an order of the city's
 * @returns whether any is called otherwise than before, or is at another place
 */
export function setRegionTitles(titled, ordered = false) {
  const next = new Map(
    titled.map(({ region, title = region, titles }) => [region, inPageLanguage(title, titles)]),
  )
  const nextOrder = new Map(ordered ? titled.map(({ region }, i) => [region, i]) : [])
  const changed =
    [...next].some(([region, title]) => regionTitle(region) !== title) ||
    nextOrder.size !== order.size ||
    [...nextOrder].some(([region, place]) => order.get(region) !== place)
  regions = next
  order = nextOrder
  return changed
}

/**
 * Takes note of what improvements are called. Those that have left the ballot keep their titles.
 *
 * @param {TitledBallot[]} titled
 */
export function addTitles(titled) {
  for (const { region, improvements: listed } of titled) {
    for (const each of listed) {
      improvements.set(keyOf(region, each.improvement), titleOf(each))
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
 * Compares regions: by the city's order if it has one, or else by title. A region that has left the ballot
 * comes last.
 *
 * @param {{ region: string }} a
 * @param {{ region: string }} b
 */
export const byRegion = (a, b) =>
  placeOf(a.region) - placeOf(b.region) || byName(regionTitle(a.region), regionTitle(b.region))

/** @param {string} region */
const placeOf = (region) => order.get(region) ?? order.size

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
