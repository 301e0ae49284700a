// @ts-check
// What the wall and the embedded summary, which only show results, say about the whole city.

/** @import { CityWatch } from './city-watch.js' */
/** @import { Turnout } from './tally.js' */

import { head, HEADS, showBars } from './bars.js'
import { namedElements, outsideText, reconcile, setText } from './dom.js'
import { number } from './format.js'
import { outcome } from './outcome.js'
import { isTurnout } from './tally.js'
import { text } from './text.js'
import { regionTitle } from './titles.js'

const page = namedElements({
  electionName: HTMLElement,
  live: HTMLElement,
  liveText: HTMLElement,
  said: HTMLElement,
  summary: HTMLElement,
  table: HTMLTableElement,
  tableCaption: HTMLElement,
  tableHeadings: HTMLElement,
  total: HTMLElement,
  totalLine: HTMLElement,
  totalUnit: HTMLElement,
})

/**
 * Shows whose results these are, and how many votes there are.
 *
 * @param {CityWatch} watch
 */
export function showCity({ results, election }) {
  page.summary.classList.toggle('loading', results === undefined)
  const name = election?.name || election?.city
  page.electionName.replaceChildren(name ? outsideText(name) : text('results.city'))
  document.title = `${text('nav.results')} · ${election?.city || 'Citytally'}`
  if (results) {
    // Nobody adds ballots up over regions: a citizen may have one in several.
    page.totalLine.hidden = isTurnout(results)
    if (!isTurnout(results)) {
      setText(page.total, number(results.votes))
      setText(page.totalUnit, text('results.votes', { count: results.votes }))
    }
  }
}

/**
 * Shows what changes as time goes by.
 *
 * @param {CityWatch} watch
 */
export function showTime({ election, now, connection }) {
  page.live.dataset.state = connection.state
  setText(page.liveText, connection.text)
  const said = election ? outcome(election, now).text : ''
  const test = election?.test ? text('election.test-notice') : ''
  setText(page.said, connection.notice || test || said)
}

/**
 * Shows improvements by votes.
 *
 * @param {string | null} region null for those of the city, each with its region
 * @param {import('./tally.js').Ranked[]} entries
 * @param {number} most the votes that fill the whole width
 */
export function showImprovements(region, entries, most) {
  setText(
    page.tableCaption,
    region === null
      ? text('ranking.caption')
      : text('ranking.caption-of-region', { region: regionTitle(region) }),
  )
  showHeads([HEADS.rank, HEADS.improvement, HEADS.votes])
  showBars(page.table, entries, most, {
    ranks: true,
    regions: region === null ? 'named' : 'none',
  })
}

/**
 * Shows how many have voted in regions.
 *
 * @param {Turnout[]} regions
 * @param {number} most the ballots that fill the whole width
 */
export function showTurnout(regions, most) {
  setText(page.tableCaption, text('map.caption-ballots'))
  showHeads([HEADS.region, HEADS.ballots])
  const entries = regions.map(({ region, ballots }) => ({
    key: region,
    title: regionTitle(region),
    votes: ballots,
  }))
  showBars(page.table, entries, most)
}

/** @param {import('./bars.js').Head[]} heads */
function showHeads(heads) {
  reconcile(
    page.tableHeadings,
    heads,
    ({ title }) => title,
    (each) => ({ node: head(each) }),
  )
}
