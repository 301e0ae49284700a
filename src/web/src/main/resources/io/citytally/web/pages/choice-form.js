// @ts-check
// The form in which a citizen chooses.

/** @import { Ballot } from './kept-ballot.js' */
/** @import { BallotRegion } from './tally.js' */

import { chosenText, rule } from './ballot-text.js'
import { element, namedElements, outsideText, setText } from './dom.js'
import { byName } from './format.js'
import { chosenOrder, forgetSeed, inOrder, keepOrder, voterSeed } from './order.js'
import { costText, moreOf, readProjects } from './projects.js'
import { matcher } from './search.js'
import { isolated, text } from './text.js'
import { improvementTitle, regionTitle, titleOf } from './titles.js'

const FINDER_FROM = 8
const ofDevice = () => localStorage
const ofTab = () => sessionStorage

const page = namedElements({
  choices: HTMLFieldSetElement,
  counter: HTMLElement,
  find: HTMLInputElement,
  finder: HTMLElement,
  found: HTMLElement,
  improvements: HTMLElement,
  onlyChosen: HTMLInputElement,
  order: HTMLSelectElement,
  region: HTMLSelectElement,
  rule: HTMLElement,
})

/** An improvement that can be chosen. One that has left the ballot can only be kept. */
/** @typedef {{ improvement: string, title: string }} Option */

/** An item of the list, which shows an option. `type` is that of its input. */
/** @typedef {{ title: string, type: string, node: HTMLLIElement, input: HTMLInputElement }} Item */

/** Shows one region at a time, and never lets more be chosen than may be. */
export class ChoiceForm {
  #onChange
  #voter
  /** @type {BallotRegion[]} */
  #regions = []
  /** @type {'city' | 'region'} */
  #votePer = 'region'
  /** @type {Option[]} */
  #options = []
  /** @type {string | undefined} the region whose options these are */
  #shown
  /** @type {Map<string, Item>} by improvement */
  #items = new Map()
  /** @type {WeakSet<Element>} the items that show their projects */
  #described = new WeakSet()
  /** Whether a pointer is down. */
  #pressing = false
  /** Whether the ballot is in an order of the city's. */
  #ordered = false
  /** @type {(region: string) => Ballot | null} */
  #seenIn = () => null

  /**
   * @param {() => void} onChange called when something else is chosen
   * @param {() => string} voter returns the id of who votes
   */
  constructor(onChange, voter) {
    this.#onChange = onChange
    this.#voter = voter
    page.region.addEventListener('change', () => {
      const region = this.#chosenRegion()?.region
      if (region === this.#shown) {
        return
      }
      this.#fillImprovements(region === undefined ? [] : (this.#seenIn(region)?.improvements ?? []))
      this.#onChange()
    })
    for (const input of [page.find, page.onlyChosen]) {
      input.addEventListener('input', () => this.#filter())
    }
    page.order.addEventListener('change', () => {
      keepOrder(ofTab, page.order.value)
      this.#fillImprovements(this.chosen?.improvements ?? [])
    })
    page.find.addEventListener('keydown', (event) => {
      // Enter looks for something; it does not vote.
      if (event.key === 'Enter') {
        event.preventDefault()
      }
    })
    page.improvements.addEventListener('change', (event) => {
      this.#holdLimit(event.target)
      this.#showChosen()
      this.#filter()
      this.#onChange()
    })
    page.improvements.addEventListener('focusout', () => this.#filterLater())
    document.addEventListener('pointerdown', () => (this.#pressing = true), true)
    for (const end of ['pointerup', 'pointercancel']) {
      document.addEventListener(end, () => (this.#pressing = false), true)
    }
  }

  /**
   * Sets what there is to choose from.
   *
   * @param {BallotRegion[]} regions
   * @param {boolean} ordered whether they and their improvements are in an order of the city's
   * @param {'city' | 'region'} votePer
   * @param {(region: string) => Ballot | null} seenIn what the server has of a region
   */
  setBallot(regions, ordered, votePer, seenIn) {
    this.#regions = ordered
      ? regions
      : regions.toSorted((a, b) => byName(regionTitle(a.region), regionTitle(b.region)))
    this.#ordered = ordered
    const order = page.order.value || chosenOrder(ofTab)
    page.order.replaceChildren(
      ...(ordered ? [element('option', { value: 'city' }, text('form.order-city'))] : []),
      element('option', { value: 'title' }, text('form.order-title')),
      element('option', { value: 'random' }, text('form.order-random')),
    )
    page.order.value = order
    if (page.order.value === '') {
      this.#resetOrder()
    }
    this.#votePer = votePer
    this.#seenIn = seenIn
    page.region.replaceChildren(
      element('option', { value: '' }, text('form.choose')),
      ...this.#regions.map(({ region }, i) => element('option', { value: i }, regionTitle(region))),
    )
    this.#select(this.#shown)
  }

  /**
   * Shows a region, and all that can be chosen there.
   *
   * @param {string | null} region
   * @param {string[]} improvements what is chosen
   */
  show(region, improvements) {
    this.#showAll()
    this.update(region, improvements)
  }

  /**
   * Shows a region. If it is shown already, the focus stays, and so does what is searched for or opened.
   *
   * @param {string | null} region
   * @param {string[]} improvements what is chosen
   */
  update(region, improvements) {
    this.#select(region ?? undefined)
    this.#fillImprovements(improvements)
  }

  /** Forgets the order that was chosen in this tab. */
  forgetOrder() {
    keepOrder(ofTab, '')
    this.#resetOrder()
  }

  /** Forgets what makes the random order the same each time on this device. */
  forgetSeed() {
    forgetSeed(ofDevice)
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

  #resetOrder() {
    page.order.value = this.#ordered ? 'city' : 'title'
  }

  /** @param {string | undefined} region */
  #select(region) {
    const wanted = this.#regions.findIndex((each) => each.region === region)
    const known = this.#regions.length === 1 ? 0 : wanted
    page.region.value = known === -1 ? '' : String(known)
  }

  /** Clears what hides items. */
  #showAll() {
    page.find.value = ''
    page.onlyChosen.checked = false
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
    if (this.#shown !== region?.region) {
      this.#items = new Map()
      this.#showAll()
    }
    this.#shown = region?.region
    const listed = (region?.improvements ?? []).map((each) => ({
      improvement: each.improvement,
      title: titleOf(each),
    }))
    const left = (region ? (this.#seenIn(region.region)?.improvements ?? []) : []).filter(
      (each) => !listed.some(({ improvement }) => improvement === each),
    )
    this.#options = [
      ...this.#inOrder(listed),
      ...left.map((improvement) => ({
        improvement,
        title: text('form.left-ballot', {
          title: isolated(improvementTitle(region?.region ?? '', improvement)),
        }),
      })),
    ]
    page.finder.hidden = this.#options.length < FINDER_FROM
    page.choices.hidden = this.#options.length === 0
    setText(page.rule, rule(this.#votePer, this.#atMost()))
    const items = this.#options.map((option) => this.#itemOf(option))
    for (const [i, { input }] of items.entries()) {
      input.value = String(i)
      input.checked = chosen.includes(this.#options[i]?.improvement ?? '')
    }
    this.#items = new Map(items.map((item, i) => [this.#options[i]?.improvement ?? '', item]))
    placeItems(items.map(({ node }) => node))
    this.#filter()
    this.#showChosen()
    if (region?.projects) {
      void this.#describe(region.region)
    }
  }

  /**
   * Returns the item of an option: the one that shows it already, or a new one.
   *
   * @param {Option} option
   * @returns {Item}
   */
  #itemOf({ improvement, title }) {
    const type = this.#atMost() === 1 ? 'radio' : 'checkbox'
    const known = this.#items.get(improvement)
    if (known?.title === title && known.type === type) {
      return known
    }
    const input = element('input', { type, name: 'improvement' })
    const named = outsideText(title || improvement)
    const label = element('label', {}, input, element('span', {}, named))
    return { title, type, node: element('li', {}, label), input }
  }

  /** @param {Option[]} listed */
  #inOrder(listed) {
    const order = /** @type {import('./order.js').Order} */ (page.order.value)
    return inOrder(listed, this.#ordered || order !== 'city' ? order : 'title', () =>
      voterSeed(ofDevice, this.#voter()),
    )
  }

  /**
   * Adds what is known of the improvements of a region, once that is read.
   *
   * @param {string} region
   */
  async #describe(region) {
    const projects = await readProjects(region)
    if (!projects || this.#shown !== region) {
      return
    }
    const known = new Map(projects.improvements.map((project) => [project.improvement, project]))
    for (const [i, item] of [...page.improvements.children].entries()) {
      const project = known.get(this.#options[i]?.improvement ?? '')
      if (!project || this.#described.has(item)) {
        continue
      }
      this.#described.add(item)
      const cost = costText(project, projects.currency)
      if (cost !== '') {
        item.querySelector('label > span')?.append(element('span', { class: 'where' }, cost))
      }
      const more = moreOf(project)
      if (more) {
        item.append(more)
      }
    }
  }

  /**
   * Hides what is no longer chosen, once the focus has left it. While a pointer is down the list does not move,
   * or the click would miss its target.
   */
  #filterLater() {
    if (!page.onlyChosen.checked) {
      return
    }
    const filter = () => setTimeout(() => this.#filter())
    if (this.#pressing) {
      document.addEventListener('pointerup', filter, { once: true })
    } else {
      filter()
    }
  }

  #filter() {
    const query = page.find.value.trim()
    const matches = matcher(query)
    const only = page.onlyChosen.checked
    const inputs = this.#inputs()
    const found = this.#options.map(
      ({ improvement, title }, i) =>
        matches(title || improvement) && (!only || inputs[i]?.checked === true),
    )
    for (const [i, item] of [...page.improvements.children].entries()) {
      const keepsFocus = only && item.contains(document.activeElement)
      item.toggleAttribute('hidden', !found[i] && !keepsFocus)
    }
    const matching = { found: found.filter(Boolean).length, count: found.length }
    const none = query !== '' && matching.found === 0
    const said = none
      ? text('form.none-found', { query: isolated(query) })
      : text('form.found', matching)
    setText(page.found, query === '' && !only ? '' : said)
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

/**
 * Places the items in the list. Leaves those at its beginning that stay where they are, so that they keep the
 * focus.
 *
 * @param {HTMLLIElement[]} items
 */
function placeItems(items) {
  const placed = [...page.improvements.children]
  const changed = items.findIndex((item, i) => item !== placed[i])
  const same = changed === -1 ? items.length : changed
  for (const item of placed.slice(same)) {
    item.remove()
  }
  page.improvements.append(...items.slice(same))
}
