// @ts-check
// The form in which a citizen chooses.

/** @import { Ballot } from './kept-ballot.js' */
/** @import { BallotRegion } from './tally.js' */

import { chosenText, rule } from './ballot-text.js'
import { element, namedElements, outsideText, setText } from './dom.js'
import { byName } from './format.js'
import { isolated, text } from './text.js'
import { improvementTitle, regionTitle } from './titles.js'
import { matcher } from './tally.js'

const FINDER_FROM = 8

const page = namedElements({
  choices: HTMLFieldSetElement,
  counter: HTMLElement,
  find: HTMLInputElement,
  finder: HTMLElement,
  found: HTMLElement,
  improvements: HTMLElement,
  region: HTMLSelectElement,
  rule: HTMLElement,
})

/** An improvement that can be chosen. One that has left the ballot can only be kept. */
/** @typedef {{ improvement: string, title: string }} Option */

/** Shows one region at a time, and never lets more be chosen than may be. */
export class ChoiceForm {
  #onChange
  /** @type {BallotRegion[]} */
  #regions = []
  /** @type {'city' | 'region'} */
  #votePer = 'region'
  /** @type {Option[]} */
  #options = []
  /** @type {string | undefined} the region whose options these are */
  #shown
  /** @type {(region: string) => Ballot | null} */
  #seenIn = () => null

  /** @param {() => void} onChange called when something else is chosen */
  constructor(onChange) {
    this.#onChange = onChange
    page.region.addEventListener('change', () => {
      const region = this.#chosenRegion()?.region
      if (region === this.#shown) {
        return
      }
      this.#fillImprovements(region === undefined ? [] : (this.#seenIn(region)?.improvements ?? []))
      this.#onChange()
    })
    page.find.addEventListener('input', () => this.#filter())
    page.find.addEventListener('keydown', (event) => {
      // Enter looks for something; it does not vote.
      if (event.key === 'Enter') {
        event.preventDefault()
      }
    })
    page.improvements.addEventListener('change', (event) => {
      this.#holdLimit(event.target)
      this.#showChosen()
      this.#onChange()
    })
  }

  /**
   * Sets what there is to choose from.
   *
   * @param {BallotRegion[]} regions
   * @param {'city' | 'region'} votePer
   * @param {(region: string) => Ballot | null} seenIn what the server has of a region
   */
  setBallot(regions, votePer, seenIn) {
    this.#regions = regions.toSorted((a, b) => byName(regionTitle(a.region), regionTitle(b.region)))
    this.#votePer = votePer
    this.#seenIn = seenIn
    page.region.replaceChildren(
      element('option', { value: '' }, text('form.choose')),
      ...this.#regions.map(({ region }, i) => element('option', { value: i }, regionTitle(region))),
    )
  }

  /**
   * Shows a region.
   *
   * @param {string | null} region
   * @param {string[]} improvements what is chosen
   */
  show(region, improvements) {
    const wanted = this.#regions.findIndex((each) => each.region === region)
    const known = this.#regions.length === 1 ? 0 : wanted
    page.region.value = known === -1 ? '' : String(known)
    this.#fillImprovements(improvements)
  }

  /** What is chosen; null without a region. @returns {Ballot | null} */
  get chosen() {
    const region = this.#chosenRegion()?.region
    if (region === undefined) {
      return null
    }
    const improvements = this.#inputs()
      .filter(({ checked }) => checked)
      .map(({ value }) => this.#options[Number(value)]?.improvement ?? '')
    return { region, improvements }
  }

  focus() {
    page.region.focus()
  }

  #chosenRegion() {
    return page.region.value === '' ? undefined : this.#regions[Number(page.region.value)]
  }

  #inputs() {
    return [...page.improvements.querySelectorAll('input')]
  }

  #atMost() {
    return this.#votePer === 'city' ? 1 : (this.#chosenRegion()?.atMost ?? 1)
  }

  /** @param {string[]} chosen */
  #fillImprovements(chosen) {
    const region = this.#chosenRegion()
    this.#shown = region?.region
    const listed = region?.improvements ?? []
    const left = (region ? (this.#seenIn(region.region)?.improvements ?? []) : []).filter(
      (each) => !listed.some(({ improvement }) => improvement === each),
    )
    this.#options = [
      ...listed,
      ...left.map((improvement) => ({
        improvement,
        title: text('form.left-ballot', {
          title: isolated(improvementTitle(region?.region ?? '', improvement)),
        }),
      })),
    ]
    page.find.value = ''
    page.finder.hidden = this.#options.length < FINDER_FROM
    page.choices.hidden = this.#options.length === 0
    setText(page.rule, rule(this.#votePer, this.#atMost()))
    const type = this.#atMost() === 1 ? 'radio' : 'checkbox'
    page.improvements.replaceChildren(
      ...this.#options.map(({ improvement, title }, i) => {
        const input = element('input', { type, name: 'improvement', value: i })
        input.checked = chosen.includes(improvement)
        return element('li', {}, element('label', {}, input, outsideText(title || improvement)))
      }),
    )
    this.#filter()
    this.#showChosen()
  }

  #filter() {
    const query = page.find.value.trim()
    const matches = matcher(query)
    const found = this.#options.map(({ improvement, title }) => matches(title || improvement))
    for (const [i, item] of [...page.improvements.children].entries()) {
      item.toggleAttribute('hidden', !found[i])
    }
    const matching = { found: found.filter(Boolean).length, count: found.length }
    setText(page.found, query === '' ? '' : text('form.found', matching))
  }

  /**
   * Takes back what is one too many.
   *
   * @param {EventTarget | null} last what was chosen last
   */
  #holdLimit(last) {
    const count = this.#inputs().filter(({ checked }) => checked).length
    if (last instanceof HTMLInputElement && last.type === 'checkbox' && count > this.#atMost()) {
      last.checked = false
    }
  }

  #showChosen() {
    const inputs = this.#inputs()
    const count = inputs.filter(({ checked }) => checked).length
    const atMost = this.#atMost()
    const isFull = atMost > 1 && count >= atMost
    for (const input of inputs) {
      // Not disabled: a screen reader still finds it, and hears why it can't be chosen.
      input.toggleAttribute('aria-disabled', false)
      if (isFull && !input.checked) {
        input.setAttribute('aria-disabled', 'true')
      }
    }
    setText(page.counter, this.#chosenRegion() ? chosenText(count, atMost) : '')
  }
}
