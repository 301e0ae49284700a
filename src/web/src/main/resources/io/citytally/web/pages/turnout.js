// @ts-check
// The regions with their turnout, while the results show nothing else.

/** @import { Turnout } from './tally.js' */

import { addressOf } from './bars.js'
import { element, outsideText, reconcile, setText } from './dom.js'
import { number } from './format.js'
import { text } from './text.js'
import { byRegion, regionTitle } from './titles.js'
import { matcher } from './search.js'

/**
 * Shows a card for each region that the query finds.
 *
 * @param {Element} parent
 * @param {Turnout[]} regions
 * @param {string} query the empty text finds all
 * @returns how many there are
 */
export function showTurnout(parent, regions, query) {
  const matches = matcher(query)
  const found = regions.filter(({ region }) => matches(regionTitle(region))).toSorted(byRegion)
  reconcile(
    parent,
    found,
    ({ region }) => region,
    createCard,
    (card, { ballots }) => {
      setText(card.ballots, number(ballots))
      setText(card.unit, text('results.ballots', { count: ballots }))
    },
  )
  return found.length
}

/** @param {Turnout} turnout */
function createCard({ region }) {
  const link = element(
    'a',
    { href: addressOf(region), 'data-place': true },
    outsideText(regionTitle(region)),
  )
  const ballots = element('span', { class: 'figure' })
  const unit = element('span', { class: 'soft' })
  const node = element(
    'section',
    { class: 'card' },
    element(
      'header',
      {},
      element('h3', {}, link),
      element('p', { class: 'sum' }, ballots, ' ', unit),
    ),
  )
  return { node, ballots, unit }
}
