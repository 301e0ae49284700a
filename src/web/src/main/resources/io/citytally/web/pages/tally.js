// @ts-check
// What the results say, apart from how they look.

import { matcher } from './search.js'
import { byRegion, keyOf, regionTitle, titleOf } from './titles.js'

/**
 * The answers of the API, as `openapi.json` describes them.
 *
 * @typedef {{ improvement: string, title: string, titles?: Record<string, string> }} Titled
 * @typedef {Titled & { votes: number }} Improvement
 * @typedef {{ region: string, votes: number, improvements: Improvement[], ballots?: number }} Region
 * @typedef {Titled & { region: string, castAt: string }} RecentVote
 * @typedef {{ asOf: string, stale: boolean, ageMillis?: number }} Reading
 * @typedef {Reading & { votes: number, regions: Region[], recent: RecentVote[] }} CityResults
 * @typedef {Reading & Region & { recent: RecentVote[] }} RegionResults
 * @typedef {{ region: string, ballots: number }} Turnout
 * @typedef {Reading & { results: 'turnout', regions: Turnout[] }} CityTurnout
 * @typedef {Reading & { results: 'turnout' } & Turnout} RegionTurnout
 * @typedef {{
 *   region: string,
 *   title?: string,
 *   atMost: number,
 *   projects?: boolean,
 *   improvements: Titled[],
 * }} BallotRegion
 * @typedef {{
 *   name?: string,
 *   timeZone?: string,
 *   opensAt?: string,
 *   closesAt?: string,
 *   phase: 'before' | 'open' | 'closed',
 *   results: 'live' | 'turnout',
 *   city?: string,
 *   logo?: string,
 *   languages?: string[],
 *   links?: { help?: string, privacy?: string, accessibility?: string },
 *   test?: boolean,
 *   final?: { at: string, sha256: string },
 * }} Election
 * @typedef {{ identity: 'oidc', issuer: string, clientId: string, scope: string }} Issuer
 * @typedef {({ identity: 'open' } | Issuer) & { votePer: 'city' | 'region' }} Voting
 * @typedef {{
 *   election: Election,
 *   voting: Voting,
 *   ordered?: boolean,
 *   map?: boolean,
 *   regions: BallotRegion[],
 * }} Ballot
 */

/**
 * An improvement with its rank, and a key among those of all regions.
 *
 * @typedef {Improvement & { region: string, key: string, rank: number }} Ranked
 */

/**
 * Whether the results show only how many have voted.
 *
 * @template {object} T
 * @param {T | CityTurnout | RegionTurnout} results
 * @returns {results is CityTurnout | RegionTurnout}
 */
export const isTurnout = (results) => 'results' in results && results.results === 'turnout'

/**
 * Whether results are the last ones: they were asked for after the page had heard of the final result.
 * Nobody needs to ask again.
 *
 * @param {CityResults | RegionResults | CityTurnout | RegionTurnout} results
 * @param {number} askedAt when the request began that brought them, by the page's clock
 * @param {number} finalSince when the page heard of the final result; NaN if there is none
 */
export const isLast = (results, askedAt, finalSince) =>
  !results.stale && !isTurnout(results) && askedAt >= finalSince

/**
 * Returns the improvements of some regions with their rank: by votes, and among equals by id. Titles and
 * their order depend on the reader's language; ids do not, so everyone sees the same order and the same
 * use of a budget. Equals share a rank (1, 2, 2, 4).
 *
 * @param {Region[]} regions
 * @returns {Ranked[]}
 */
export function ranking(regions) {
  const entries = regions.flatMap(({ region, improvements }) =>
    improvements.map((each) => ({
      key: keyOf(region, each.improvement),
      region,
      improvement: each.improvement,
      title: titleOf(each),
      votes: each.votes,
    })),
  )
  entries.sort(
    (a, b) =>
      b.votes - a.votes ||
      byCodeUnits(a.improvement, b.improvement) ||
      byCodeUnits(a.region, b.region),
  )
  let rank = 0
  let votes = NaN
  return entries.map((entry, i) => {
    if (entry.votes !== votes) {
      rank = i + 1
      votes = entry.votes
    }
    return { ...entry, rank }
  })
}

/**
 * Returns the regions with the most ballots, those first that have most; among equals in the usual order.
 *
 * @param {Turnout[]} regions
 * @param {number} limit
 */
export const leadingTurnout = (regions, limit) =>
  regions.toSorted((a, b) => b.ballots - a.ballots || byRegion(a, b)).slice(0, limit)

/**
 * Compares ids in the same way in every language.
 *
 * @param {string} a
 * @param {string} b
 */
function byCodeUnits(a, b) {
  if (a === b) {
    return 0
  }
  return a < b ? -1 : 1
}

/**
 * Returns the total of a choice; null if the results don't show it.
 *
 * @param {CityResults | CityTurnout} results
 * @param {{ region: string, improvement: string }} choice
 */
export function totalIn(results, { region, improvement }) {
  if (isTurnout(results)) {
    return null
  }
  const improvements = results.regions.find((each) => each.region === region)?.improvements ?? []
  return improvements.find((each) => each.improvement === improvement)?.votes ?? null
}

/** The improvements that a region's card shows: fewer where there are many regions. */
const LEADING = 5
const LEADING_OF_MANY = 3
const MANY_CARDS = 7
/** The most improvements that a card shows if the query finds improvements of the region, but not its name. */
const FOUND_IN_REGION = 8

/**
 * Returns what the city's page shows of each region, by name: its leading improvements, or those that
 * the query finds.
 *
 * @param {Region[]} regions
 * @param {Ranked[]} ranked all improvements of the regions
 * @param {string} query the empty text finds all regions
 */
export function cards(regions, ranked, query) {
  const matches = matcher(query)
  const leading = regions.length < MANY_CARDS ? LEADING : LEADING_OF_MANY
  /** @type {Map<string, Ranked[]>} */
  const entriesOf = new Map(regions.map(({ region }) => [region, []]))
  for (const entry of ranked) {
    entriesOf.get(entry.region)?.push(entry)
  }
  return regions
    .map(({ region, votes, improvements }) => {
      const entries = entriesOf.get(region) ?? []
      const whole = matches(regionTitle(region))
      const found = whole
        ? entries.filter((entry) => entry.votes > 0)
        : entries.filter(({ title }) => matches(`${title} ${regionTitle(region)}`))
      return {
        region,
        votes,
        entries: found.slice(0, whole ? leading : FOUND_IN_REGION),
        most: entries[0]?.votes ?? 0,
        improvements: improvements.length,
        shown: whole || found.length > 0,
      }
    })
    .filter(({ shown }) => shown)
    .sort(byRegion)
}
