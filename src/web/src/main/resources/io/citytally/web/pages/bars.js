// Improvements as a table, in which each row carries its bar.

import { element, outsideText, reconcile, setText } from '/dom.js'
import { number, share } from '/format.js'

/** The address of a region's page. */
export const addressOf = (region) => `/regions/${encodeURIComponent(region)}`

/** The heads of columns of such a table, `{class, text}` each. */
export const HEADS = {
  rank: { class: 'rank', text: 'Rank' },
  improvement: { class: 'improvement', text: 'Improvement' },
  votes: { class: 'figure', text: 'Votes' },
  share: { class: 'share', text: 'Share' },
}

/** A head that only screen readers need to see: what is in the columns is plain to the eye. */
export function head({ class: className, text }) {
  return element(
    'th',
    { scope: 'col', class: className },
    element('span', { class: 'unseen' }, text),
  )
}

/**
 * Shows ranked improvements (`{key, rank, title, region, votes}`) in the body of a table.
 *
 * @param columns `{ranks, regions, of}`: whether to show the ranks and the regions, and the number
 *     of votes of which to show the shares (none, if 0)
 * @param most the votes that fill the whole width
 */
export function showBars(body, entries, most, { ranks = false, regions = false, of = 0 }) {
  reconcile(
    body,
    entries,
    ({ key }) => key,
    ({ region }) => bar(region, ranks, regions, of > 0),
    (row, { rank, title, votes }) => {
      const [title_, share_, votes_, rank_] = row.parts
      setText(title_, title)
      setText(votes_, number(votes))
      if (rank_) {
        setText(rank_, number(rank))
      }
      if (share_) {
        setText(share_, share(of > 0 ? votes / of : 0))
      }
      row.style.setProperty('--share', most > 0 ? Math.max(0, votes) / most : 0)
    },
  )
}

function bar(region, ranks, regions, shares) {
  const title = outsideText({ class: 'title' })
  const heading = element('th', { scope: 'row' }, title)
  if (regions) {
    const where = element('a', { href: addressOf(region), 'data-place': true })
    const name = outsideText()
    name.textContent = region
    where.append(name)
    heading.append(element('span', { class: 'where' }, where))
  }
  heading.append(element('span', { class: 'bar', 'aria-hidden': 'true' }, element('span')))
  const votes = element('td', { class: 'figure' })
  const row = element('tr', {}, heading)
  let rank = null
  if (ranks) {
    rank = element('td', { class: 'rank' })
    row.prepend(rank)
  }
  row.append(votes)
  let portion = null
  if (shares) {
    portion = element('td', { class: 'share' })
    row.append(portion)
  }
  row.parts = [title, portion, votes, rank]
  return row
}
