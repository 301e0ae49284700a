// @ts-check
// Improvements as a table, in which each row carries its bar.

/** @import { Ranked } from './tally.js' */

import { element, outsideText, reconcile, setText } from './dom.js'
import { number, share } from './format.js'
import { text } from './text.js'
import { regionTitle } from './titles.js'

/** A table with more rows is laid out only near the screen, and its bars change at once. */
const MAX_SHORT_TABLE = 100
/** The browser lays out all rows of a body of a long table, or none. CSS estimates 5rem for each. */
const ROWS_IN_BODY = 16

/**
 * Returns whether a table of these rows is laid out only near the screen, with bars that change at once.
 *
 * @param {unknown[]} entries
 */
export const isLong = (entries) => entries.length > MAX_SHORT_TABLE

/**
 * The address of a region's page.
 *
 * @param {string} region
 */
export const addressOf = (region) => `/regions/${encodeURIComponent(region)}`

/**
 * The heads of columns of such a table.
 *
 * @typedef {{ kind: string, title: import('./text.js').Key }} Head
 * @satisfies {Record<string, Head>}
 */
export const HEADS = /** @type {const} */ ({
  rank: { kind: 'rank', title: 'column.rank' },
  improvement: { kind: 'improvement', title: 'column.improvement' },
  votes: { kind: 'figure', title: 'column.votes' },
  share: { kind: 'share', title: 'column.share' },
  region: { kind: 'improvement', title: 'column.region' },
  ballots: { kind: 'figure', title: 'column.ballots' },
})

/**
 * Makes a head that only screen readers need: the eye sees what is in the columns.
 *
 * @param {Head} head
 */
export function head({ kind, title }) {
  const said = element('span', { class: 'unseen' }, text(title))
  return element('th', { scope: 'col', role: 'columnheader', class: kind }, said)
}

/**
 * What a bar is of: an improvement of a region, or a region.
 *
 * @typedef {Pick<Ranked, 'key' | 'title' | 'votes'> & Partial<Ranked>} Barred
 */

/**
 * Shows ranked improvements in a table. Makes the bodies of the table as they are needed.
 *
 * @template {Barred} E
 * @param {HTMLTableElement} table
 * @param {E[]} entries
 * @param {number} most the votes that fill the whole width
 * @param {{
 *   ranks?: boolean,
 *   regions?: 'none' | 'named' | 'linked',
 *   of?: number,
 *   about?: (entry: E) => About | null,
 * }} [columns] whether to show ranks and regions, the number of votes of which to show the shares (none,
 *     if 0), and what more is known
 */
export function showBars(
  table,
  entries,
  most,
  { ranks = false, regions = 'none', of = 0, about = () => null } = {},
) {
  table.classList.toggle('many', isLong(entries))
  reconcile(
    table,
    entries,
    ({ key }) => key,
    ({ title, region }) => bar(title, placeOf(region, regions), ranks, of > 0),
    (row, entry) => {
      const { shown } = row
      const { rank, title, votes } = entry
      row.shown = entry
      showAbout(row, about(entry))
      if (title !== shown.title) {
        setText(row.title, title)
      }
      if (votes !== shown.votes) {
        setText(row.votes, number(votes))
      }
      if (row.rank && rank !== undefined && rank !== shown.rank) {
        setText(row.rank, number(rank))
      }
      if (row.share) {
        setText(row.share, share(of > 0 ? votes / of : 0))
      }
      fillBar(row, most > 0 ? Math.max(0, votes) / most : 0)
    },
    () => bodiesFor(table, isLong(entries) ? Math.ceil(entries.length / ROWS_IN_BODY) : 1),
  )
}

/**
 * @param {HTMLTableElement} table
 * @param {number} count
 */
function bodiesFor(table, count) {
  for (const body of [...table.tBodies].slice(count)) {
    body.remove()
  }
  while (table.tBodies.length < count) {
    table.append(element('tbody', { role: 'rowgroup' }))
  }
  return [...table.tBodies]
}

/**
 * Fills a part of a row's bar. A change of less than a thousandth, which nobody sees, costs nothing.
 *
 * @param {ReturnType<typeof bar>} row
 * @param {number} part from 0 to 1
 */
function fillBar(row, part) {
  const filled = Math.round(part * 1000) / 1000
  if (row.filled !== filled) {
    row.filled = filled
    row.fill.style.transform = `scaleX(${filled})`
  }
}

/**
 * What more is known of an improvement in a ranking.
 *
 * @typedef {{ cost: string, state: string, isLast: boolean, more: () => HTMLElement | null }} About
 *     `isLast`: the budget's line is drawn under it
 */

/**
 * @param {ReturnType<typeof bar>} row
 * @param {About | null} about
 */
function showAbout(row, about) {
  if (!about && !row.about) {
    return
  }
  row.node.classList.toggle('last-in-budget', about?.isLast ?? false)
  if (about && !row.about) {
    row.about = element('span', { class: 'where' })
    const more = about.more()
    row.heading.append(row.about, ...(more ? [more] : []))
  }
  if (row.about) {
    setText(row.about, [about?.cost, about?.state].filter(Boolean).join(' · '))
  }
}

/**
 * @param {string | undefined} region
 * @param {'none' | 'named' | 'linked'} shown
 */
function placeOf(region, shown) {
  if (region === undefined || shown === 'none') {
    return null
  }
  const name = outsideText(regionTitle(region))
  return shown === 'named'
    ? name
    : element('a', { href: addressOf(region), 'data-place': true }, name)
}

/**
 * Makes a row. It names its ARIA roles, because a browser may drop those of a table that CSS lays out differently.
 *
 * @param {string} name
 * @param {HTMLElement | null} place
 * @param {boolean} ranks
 * @param {boolean} shares
 */
function bar(name, place, ranks, shares) {
  const title = outsideText(name, { class: 'title' })
  const heading = element('th', { scope: 'row', role: 'rowheader' }, title)
  if (place !== null) {
    heading.append(element('span', { class: 'where' }, place))
  }
  const fill = element('span')
  heading.append(element('span', { class: 'bar', 'aria-hidden': 'true' }, fill))
  const rank = ranks ? element('td', { role: 'cell', class: 'rank' }) : null
  const votes = element('td', { role: 'cell', class: 'figure' })
  const share = shares ? element('td', { role: 'cell', class: 'share' }) : null
  const cells = [rank, heading, votes, share].filter((cell) => cell !== null)
  const node = element('tr', { role: 'row' }, ...cells)
  const about = /** @type {HTMLElement | null} */ (null)
  /** What the row says. @type {Partial<Ranked>} */
  const shown = { title: name }
  return { node, heading, title, rank, votes, share, about, fill, filled: 0, shown }
}
