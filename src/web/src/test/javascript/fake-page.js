// @ts-check
// A page with its elements, as far as the voting page uses them, for its tests in Node.js.

import { readFileSync } from 'node:fs'
import { register } from 'node:module'
import { Browser, FakeStorage } from './browser.js'
import { PAGES, textsOf } from './texts.js'

/** @import { Answer, AnyStorage } from './browser.js' */

const VOID = new Set(['meta', 'link', 'input'])
const TAG = /<!--.*?-->|<(\/?)([a-z0-9]+)((?:[^>"]|"[^"]*")*)>|[^<]+/gs
const ATTRIBUTE = /([a-z-]+)(?:="([^"]*)")?/g

/** @typedef {{ target: FakeElement, relatedTarget?: FakeElement, preventDefault: () => void }} FakeEvent */

/** An element, or a text if it has no tag. */
class FakeElement {
  /** @type {FakeElement | null} */
  parent = null
  /** @type {FakeElement[]} */
  nodes = []
  /** @type {Map<string, string>} */
  attributes = new Map()
  /** @type {Record<string, string>} */
  dataset = {}
  /** @type {Map<string, Set<(event: FakeEvent) => void>>} */
  #listeners = new Map()
  checked = false
  disabled = false
  /** @type {string | undefined} */
  #value

  /**
   * @param {string} tag
   * @param {string} said the text of a text
   */
  constructor(tag, said = '') {
    this.tag = tag
    this.said = said
  }

  get children() {
    return this.nodes.filter(({ tag }) => tag !== '')
  }

  get childElementCount() {
    return this.children.length
  }

  /** @returns {FakeElement | null} */
  get firstElementChild() {
    return this.children[0] ?? null
  }

  /** @returns {FakeElement | null} */
  get nextElementSibling() {
    const all = this.parent?.children ?? []
    return all[all.indexOf(this) + 1] ?? null
  }

  /** @returns {string} */
  get textContent() {
    return this.said + this.nodes.map(({ textContent }) => textContent).join('')
  }

  set textContent(said) {
    this.replaceChildren(said)
  }

  get type() {
    return this.getAttribute('type') ?? ''
  }

  get hidden() {
    return this.attributes.has('hidden')
  }

  set hidden(hidden) {
    this.toggleAttribute('hidden', hidden)
  }

  get value() {
    const values = this.children.map((option) => option.getAttribute('value') ?? '')
    const value = this.#value ?? this.getAttribute('value') ?? ''
    return this.tag !== 'select' || values.includes(value) ? value : ''
  }

  set value(value) {
    this.#value = value
  }

  get isConnected() {
    return fake.root.contains(this)
  }

  /** @param {string} name */
  getAttribute(name) {
    return this.attributes.get(name) ?? null
  }

  /** @param {string} name @param {string} value */
  setAttribute(name, value) {
    this.attributes.set(name, value)
  }

  /** @param {string} name @param {boolean} on */
  toggleAttribute(name, on) {
    this.attributes.delete(name)
    if (on) {
      this.attributes.set(name, '')
    }
  }

  /** @param {(FakeElement | string)[]} nodes */
  append(...nodes) {
    for (const node of nodes) {
      this.insertBefore(typeof node === 'string' ? new FakeElement('', node) : node, null)
    }
  }

  /** @param {(FakeElement | string)[]} nodes */
  replaceChildren(...nodes) {
    for (const node of [...this.nodes]) {
      node.remove()
    }
    this.append(...nodes)
  }

  /** @param {FakeElement} node @param {FakeElement | null} next */
  insertBefore(node, next) {
    node.remove()
    const place = next === null ? this.nodes.length : this.nodes.indexOf(next)
    this.nodes.splice(place, 0, node)
    node.parent = this
  }

  /** What leaves the page loses the focus, and an option its choice. */
  remove() {
    if (this.parent?.tag === 'select' && this.parent.value === this.getAttribute('value')) {
      this.parent.value = ''
    }
    if (this.contains(fake.activeElement)) {
      fake.activeElement = fake.root
    }
    this.parent?.nodes.splice(this.parent.nodes.indexOf(this), 1)
    this.parent = null
  }

  /**
   * @param {FakeElement} other
   * @returns {boolean}
   */
  contains(other) {
    return other === this || this.nodes.some((node) => node.contains(other))
  }

  /** @returns {FakeElement[]} */
  get all() {
    return this.children.flatMap((child) => [child, ...child.all])
  }

  /** @param {string} selector tags or an attribute, with `>` alone between them */
  querySelectorAll(selector) {
    const steps = selector.split(' > ').reverse()
    return this.all.filter((found) => {
      /** @type {FakeElement | null} */
      let at = found
      return steps.every((step) => {
        const fits = step === at?.tag || at?.attributes.has(step.replace(/[[\]]/g, ''))
        at = at?.parent ?? null
        return fits
      })
    })
  }

  /** @param {string} selector */
  querySelector(selector) {
    return this.querySelectorAll(selector)[0] ?? null
  }

  /** @param {string} type @param {(event: FakeEvent) => void} listener */
  addEventListener(type, listener) {
    this.#listeners.set(type, (this.#listeners.get(type) ?? new Set()).add(listener))
  }

  /** @param {string} type @param {(event: FakeEvent) => void} listener */
  removeEventListener(type, listener) {
    this.#listeners.get(type)?.delete(listener)
  }

  /**
   * Tells the listeners, from here to the root.
   *
   * @param {string} type
   */
  fire(type) {
    /** @type {FakeElement | null} */
    let at = this
    for (; at !== null; at = at.parent) {
      for (const listener of at.#listeners.get(type) ?? []) {
        listener({ target: this, preventDefault: () => {} })
      }
    }
  }

  focus() {
    const before = fake.activeElement
    if (before !== this) {
      fake.activeElement = fake.root
      before.fire('focusout')
      fake.activeElement = this
    }
  }

  click() {
    this.fire('click')
  }

  /** @param {boolean} checked */
  check(checked = true) {
    this.checked = checked
    this.fire('input')
    this.fire('change')
  }

  /** @param {string} value */
  enter(value) {
    this.value = value
    this.fire('input')
    this.fire('change')
  }
}

/** The root of a document, which stands for the document, too. */
class FakeDocument extends FakeElement {
  root = this
  body = this
  documentElement = this
  /** @type {FakeElement} */
  activeElement = this
  title = ''

  /** @param {string} html */
  constructor(html) {
    super('html')
    /** @type {FakeElement} */
    let at = this
    for (const [said, closes, tag, attributes] of html.matchAll(TAG)) {
      if (tag === undefined) {
        at.append(said)
      } else if (closes) {
        at = at.parent ?? this
      } else {
        const made = new FakeElement(tag)
        for (const [, name, value] of (attributes ?? '').matchAll(ATTRIBUTE)) {
          made.setAttribute(name ?? '', value ?? '')
        }
        at.nodes.push(made)
        made.parent = at
        at = VOID.has(tag) ? at : made
      }
    }
  }

  /** @param {string} id */
  getElementById(id) {
    const found = this.all.find((each) => each.getAttribute('id') === id)
    if (!found) {
      throw new Error(`The page has no element ${id}.`)
    }
    return found
  }

  /** @param {string} tag */
  createElement(tag) {
    return new FakeElement(tag)
  }
}

let fake = new FakeDocument('')

// Each page has modules of its own, as after a load: the query of the first one goes on to all others.
register(
  `data:text/javascript,${encodeURIComponent(`
    export async function resolve(specifier, context, next) {
      const found = await next(specifier, context)
      const query = context.parentURL?.match(/[?]page=.*/)?.[0] ?? ''
      return found.url.includes('?') ? found : { ...found, url: found.url + query }
    }`)}`,
)
let pages = 0

/**
 * Opens the voting page, in place of the one that was open.
 *
 * @param {object} options
 * @param {Answer} options.answer
 * @param {AnyStorage} [options.session] the tab's storage
 * @param {AnyStorage} [options.local] the device's storage
 * @param {string} [options.hash]
 */
export async function openVoting({
  answer,
  session = new FakeStorage(),
  local = new FakeStorage(),
  hash = '',
}) {
  /** What the page does each second. */
  let onTick = () => {}
  const browser = new Browser()
  browser.answer = answer
  fake = new FakeDocument(readFileSync(new URL('vote.html', PAGES), 'utf8'))
  const kinds = ['', 'Button', 'FieldSet', 'Form', 'Input', 'Select']
  Object.assign(globalThis, {
    document: fake,
    localStorage: local,
    sessionStorage: session,
    location: { hash, href: `http://city.test/vote${hash}`, origin: 'http://city.test' },
    matchMedia: () => ({ matches: true }),
    innerHeight: 800,
    pageLanguage: {
      texts: Promise.resolve({ tag: 'en', texts: textsOf('en') }),
      show: () => {},
      offer: () => {},
      offered: () => ['en'],
      nameOf: () => 'English',
    },
    setInterval: (/** @type {() => void} */ each) => (onTick = each),
    Element: FakeElement,
    ...Object.fromEntries(kinds.map((kind) => [`HTML${kind}Element`, FakeElement])),
  })
  await import(new URL(`vote.js?page=${++pages}`, PAGES).href)
  await settled()
  return {
    /** A second has passed. */
    tick: async () => {
      onTick()
      await settled()
    },
    focused: () => fake.activeElement,
    /** @param {string} id */
    element: (id) => fake.getElementById(id),
    /** @param {string} title */
    item: (title) => item(title),
    /** Whether it is chosen. @param {string} title */
    isChosen: (title) => inputOf(title)?.checked ?? false,
    /** What can be seen in the list. */
    titles: () =>
      items()
        .filter(({ hidden }) => !hidden)
        .map(titleIn),
    /** @param {string} title */
    choose: async (title, on = true) => {
      inputOf(title)?.check(on)
      await settled()
    },
    /** Chooses a region by its title. @param {string} title */
    chooseRegion: async (title) => {
      const select = fake.getElementById('region')
      const option = select.children.find(({ textContent }) => textContent === title)
      select.enter(option?.getAttribute('value') ?? '')
      await settled()
    },
    /** The title of the region in the form; undefined for none. */
    region: () => {
      const select = fake.getElementById('region')
      return select.value === ''
        ? undefined
        : select.children.find((option) => option.getAttribute('value') === select.value)
            ?.textContent
    },
    cast: async () => {
      fake.getElementById('form').fire('submit')
      await settled()
    },
    /** Presses the button that says this. @param {string} said */
    press: async (said) => {
      const button = fake.all.find((each) => each.tag === 'button' && each.textContent === said)
      button?.click()
      await settled()
    },
  }
}

const items = () => fake.getElementById('improvements').children
const titleIn = (/** @type {FakeElement} */ item) => item.querySelector('bdi')?.textContent ?? ''
const item = (/** @type {string} */ title) => items().find((each) => titleIn(each) === title)
const inputOf = (/** @type {string} */ title) => item(title)?.querySelector('input')

/** Waits until the page has done what it can do without a timer of its own. */
export async function settled() {
  for (let turn = 0; turn < 15; turn++) {
    await new Promise((resolve) => setTimeout(resolve))
  }
}
