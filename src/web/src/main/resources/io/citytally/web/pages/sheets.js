// @ts-check
// The results on paper: a sheet for the city, and one for each region with all its improvements.

/** @import { CityResults } from './tally.js' */

import { head, HEADS, showBars } from './bars.js'
import { element, namedElements, outsideText } from './dom.js'
import { number } from './format.js'
import { ranking } from './tally.js'
import { text } from './text.js'
import { byRegion, regionTitle } from './titles.js'

const page = namedElements({ sheets: HTMLElement })

/**
 * Makes the sheets of the regions when the page is printed, and only then.
 *
 * @param {() => CityResults | undefined} results what to print; undefined for nothing more than the page
 */
export function printSheets(results) {
  const make = () => page.sheets.replaceChildren(...sheets(results()))
  const drop = () => page.sheets.replaceChildren()
  addEventListener('beforeprint', make)
  addEventListener('afterprint', drop)
  matchMedia('print').addEventListener('change', ({ matches }) => (matches ? make() : drop()))
}

/** @param {CityResults | undefined} results */
function sheets(results) {
  return (results?.regions ?? []).toSorted(byRegion).map((region) => {
    const ranked = ranking([region])
    const heads = [HEADS.rank, HEADS.improvement, HEADS.votes, HEADS.share].map(head)
    const table = element(
      'table',
      { class: 'bars' },
      element(
        'caption',
        { class: 'unseen' },
        text('ranking.caption-of-region', { region: regionTitle(region.region) }),
      ),
      element('thead', {}, element('tr', {}, ...heads)),
    )
    showBars(table, ranked, ranked[0]?.votes ?? 0, { ranks: true, of: Math.max(1, region.votes) })
    return element(
      'section',
      { class: 'sheet' },
      element('h2', {}, outsideText(regionTitle(region.region))),
      element(
        'p',
        {},
        element('span', { class: 'figure' }, number(region.votes)),
        ` ${text('results.votes', { count: region.votes })}`,
      ),
      table,
    )
  })
}
