// @ts-check
// What a wall shows, one frame after the other: the city, then each region.

/** @import { CityResults, CityTurnout, Ranked, Turnout } from './tally.js' */

import { isTurnout, ranking } from './tally.js'
import { byRegion } from './titles.js'

/** How many improvements can be read from afar. */
const SHOWN = 5

/**
 * One frame: the leading improvements of a place (`region` is null for the city), or how many have voted
 * in some regions. `most` is the number that fills the whole width.
 *
 * @typedef {{ kind: 'votes', region: string | null, votes: number, most: number, entries: Ranked[] }} VotesFrame
 * @typedef {{ kind: 'turnout', most: number, regions: Turnout[] }} TurnoutFrame
 */

/**
 * Returns all frames. Each region is in one of them.
 *
 * @param {CityResults | CityTurnout} results
 * @returns {(VotesFrame | TurnoutFrame)[]}
 */
export function frames(results) {
  return isTurnout(results) ? turnoutFrames(results) : votesFrames(results)
}

/**
 * @param {CityResults} results
 * @returns {VotesFrame[]}
 */
function votesFrames({ votes, regions }) {
  const ranked = ranking(regions)
  const most = ranked[0]?.votes ?? 0
  const frame = (
    /** @type {string | null} */ region,
    /** @type {number} */ votes,
    /** @type {Ranked[]} */ entries,
  ) => ({
    kind: /** @type {const} */ ('votes'),
    region,
    votes,
    most: entries[0]?.votes ?? most,
    entries: entries.filter((entry) => entry.votes > 0).slice(0, SHOWN),
  })
  return [
    frame(null, votes, ranked),
    ...regions.toSorted(byRegion).map((each) => frame(each.region, each.votes, ranking([each]))),
  ]
}

/**
 * @param {CityTurnout} turnout
 * @returns {TurnoutFrame[]}
 */
function turnoutFrames({ regions }) {
  const sorted = regions.toSorted(byRegion)
  const most = Math.max(0, ...regions.map(({ ballots }) => ballots))
  return Array.from({ length: Math.ceil(sorted.length / SHOWN) }, (_, i) => ({
    kind: /** @type {const} */ ('turnout'),
    most,
    regions: sorted.slice(i * SHOWN, (i + 1) * SHOWN),
  }))
}
