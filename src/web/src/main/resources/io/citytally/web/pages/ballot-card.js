// @ts-check
// A ballot, as its citizen sees it.

/** @import { Step } from './ballot-text.js' */

import { element, outsideText, reconcile, setText } from './dom.js'
import { text } from './text.js'

/**
 * What a card shows.
 *
 * @typedef {object} View
 * @property {string} region
 * @property {string} title of the region
 * @property {string[]} chosen titles of what is voted for, or of what is wanted
 * @property {string[] | null} other titles of what another device has put in its place; null if no other
 *     did
 * @property {Step[]} steps
 * @property {boolean} canChange
 * @property {boolean} canWithdraw
 * @property {boolean} asking whether the citizen is asked about withdrawing
 */

/**
 * What can be done with a ballot. Each takes the region.
 *
 * @typedef {Record<'change' | 'ask' | 'withdraw' | 'keep' | 'takeMine' | 'takeOther', (region: string) => void>} Actions
 */

/**
 * Makes the card of a region.
 *
 * @param {View} view
 * @param {Actions} actions
 */
export function createCard({ region }, actions) {
  const button = (
    /** @type {keyof Actions} */ action,
    /** @type {string} */ said,
    /** @type {string} */ style = '',
  ) => {
    const made = element('button', { type: 'button', class: style }, said)
    made.addEventListener('click', () => actions[action](region))
    return made
  }
  const title = outsideText('')
  const heading = element('h3', {}, title)
  const chosen = element('ul', { class: 'chosen-list' })
  const other = element('ul', { class: 'chosen-list' })
  const mineHeading = element('h4', {}, text('yours.mine'))
  const contest = element(
    'div',
    { class: 'contest' },
    element('h4', {}, text('yours.other')),
    other,
    element(
      'p',
      { class: 'actions' },
      button('takeMine', text('yours.take-mine'), 'main'),
      button('takeOther', text('yours.take-other')),
    ),
  )
  const contestNote = element('p', { class: 'problem' }, text('yours.contested'))
  const recorded = createStep()
  const counted = createStep()
  const steps = element('ol', { class: 'steps' }, recorded.node, counted.node)
  const change = button('change', text('yours.change'))
  const withdraw = button('ask', text('yours.withdraw'), 'quiet')
  const usual = element('p', { class: 'actions' }, change, withdraw)
  const withdrawNow = button('withdraw', text('yours.withdraw-yes'))
  const question = element(
    'div',
    { class: 'question', role: 'group' },
    element('p', {}, text('yours.withdraw-question')),
    element(
      'p',
      { class: 'actions' },
      withdrawNow,
      button('keep', text('yours.withdraw-no'), 'quiet'),
    ),
  )
  question.setAttribute('aria-label', text('yours.withdraw'))
  const node = element(
    'section',
    { class: 'yours' },
    heading,
    contestNote,
    mineHeading,
    chosen,
    contest,
    steps,
    usual,
    question,
  )
  return {
    node,
    title,
    chosen,
    other,
    mineHeading,
    contest,
    contestNote,
    steps,
    recorded,
    counted,
    usual,
    change,
    withdraw,
    question,
    withdrawNow,
  }
}

/**
 * Fills in what may change.
 *
 * @param {ReturnType<typeof createCard>} card
 * @param {View} view
 */
export function updateCard(card, view) {
  const contested = view.other !== null
  setText(card.title, view.title)
  showTitles(card.chosen, view.chosen, text('yours.none'))
  showTitles(card.other, view.other ?? [], text('yours.other-none'))
  for (const node of [card.contest, card.contestNote, card.mineHeading]) {
    node.hidden = !contested
  }
  card.steps.hidden = contested
  const [recorded, counted] = view.steps
  if (recorded && counted) {
    updateStep(card.recorded, recorded)
    updateStep(card.counted, counted)
  }
  card.usual.hidden = view.asking || !(view.canChange || view.canWithdraw)
  card.change.hidden = !view.canChange
  card.withdraw.hidden = !view.canWithdraw
  card.change.setAttribute('aria-label', text('yours.change-in', { region: view.title }))
  card.withdraw.setAttribute('aria-label', text('yours.withdraw-in', { region: view.title }))
  const wasAsking = !card.question.hidden
  card.question.hidden = !view.asking
  if (view.asking && !wasAsking && card.node.isConnected) {
    card.withdrawNow.focus()
  }
}

/**
 * @param {Element} list
 * @param {string[]} titles
 * @param {string} none
 */
function showTitles(list, titles, none) {
  // Two improvements may have one title.
  const items = (titles.length > 0 ? titles : [none]).map((title, i) => ({
    title,
    key: `${i} ${title}`,
  }))
  const style = titles.length > 0 ? {} : { class: 'soft' }
  reconcile(
    list,
    items,
    ({ key }) => key,
    ({ title }) => ({ node: element('li', style, outsideText(title)) }),
  )
}

function createStep() {
  const name = element('b')
  const details = element('span', { class: 'soft' })
  const mark = element('span', { class: 'mark', 'aria-hidden': 'true' })
  const node = element('li', {}, mark, element('span', {}, name, ' ', details))
  return { node, name, details }
}

/**
 * @param {ReturnType<typeof createStep>} shown
 * @param {Step} step
 */
function updateStep(shown, step) {
  shown.node.dataset.state = step.state
  setText(shown.name, step.name)
  setText(shown.details, step.text)
}
