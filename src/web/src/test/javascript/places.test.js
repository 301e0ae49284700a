// @ts-check
import assert from 'node:assert/strict'
import { beforeEach, test } from 'node:test'
import { mayBeWall, placeOf, Places } from '#pages/places.js'

/** A window whose history a test goes through. */
class Window {
  scrollY = 0
  events = new EventTarget()
  /** @type {{ state: any, address: string }[]} */
  entries = [{ state: null, address: '/' }]
  at = 0

  constructor() {
    this.load()
  }

  /** Puts it among the global names, as for a page that is loaded now. */
  load() {
    this.events = new EventTarget()
    this.scrollY = 0
    const entry = () => this.entries[this.at] ?? { state: null, address: '/' }
    const url = () => new URL(entry().address, 'https://city.example')
    Object.assign(globalThis, {
      addEventListener: this.events.addEventListener.bind(this.events),
      scrollTo: (/** @type {number} */ _, /** @type {number} */ y) => this.scroll(y),
      location: {
        get pathname() {
          return url().pathname
        },
        get search() {
          return url().search
        },
      },
      history: {
        scrollRestoration: 'auto',
        get state() {
          return entry().state
        },
        replaceState: (/** @type {any} */ state, /** @type {string} */ _, address = url()) => {
          this.entries[this.at] = { state, address: String(address) }
        },
        pushState: (/** @type {any} */ state, /** @type {string} */ _, address = url()) => {
          this.entries.splice(++this.at, Infinity, { state, address: String(address) })
        },
      },
    })
    this.scroll(0)
  }

  /** @param {number} y */
  scroll(y) {
    this.scrollY = y
    Object.assign(globalThis, { scrollY: y })
  }

  /** @param {number} steps */
  go(steps) {
    this.at += steps
    const { state } = this.entries[this.at] ?? { state: null }
    this.events.dispatchEvent(Object.assign(new Event('popstate'), { state }))
  }

  /** Follows a link to a part of the page. @param {string} address */
  goToPart(address) {
    this.entries.splice(this.at + 1, Infinity, { state: null, address })
    this.go(1)
  }

  leave() {
    this.events.dispatchEvent(new Event('pagehide'))
  }
}

let window = new Window()
let loads = 0

beforeEach(() => {
  window = new Window()
  loads = 0
})

const open = () => new Places(() => loads++)

test('a region of any name is in the path', () => {
  assert.equal(placeOf({ pathname: '/' }), null)
  assert.equal(
    placeOf({ pathname: '/regions/7%20-%20Les%20Chalets%20%2F%20Bayard' }),
    '7 - Les Chalets / Bayard',
  )
  assert.equal(placeOf({ pathname: '/regions/100%' }), '100%')
})

test('only the address of the city may lead to the wall, and not the way back from there', () => {
  assert.equal(mayBeWall({ pathname: '/', search: '' }), true)
  assert.equal(mayBeWall({ pathname: '/', search: '?q=wall' }), true)
  assert.equal(mayBeWall({ pathname: '/', search: '?wall=off' }), false)
  assert.equal(mayBeWall({ pathname: '/regions/North', search: '' }), false)
})

test('a page that is loaded again, or come back to from another one, is where it was left', () => {
  open().scrollBack()
  window.scroll(700)
  window.leave()

  window.load()
  const places = open()
  assert.equal(window.scrollY, 0)
  places.scrollBack()

  assert.equal(window.scrollY, 700)
})

test('a place is where it was left when the reader comes back to it', () => {
  const places = open()
  window.scroll(700)
  places.visit('/regions/North')
  window.scroll(0)

  window.go(-1)
  places.scrollBack()

  assert.equal(loads, 1)
  assert.equal(window.scrollY, 700)
})

test('a place that is visited begins at the top, even before the one before was shown', () => {
  window.entries = [{ state: { scrolled: 700 }, address: '/' }]
  const places = open()

  places.visit('/regions/North')
  places.scrollBack()

  assert.equal(window.scrollY, 0)
  assert.equal(window.entries[0]?.state.scrolled, 700)
})

test('it goes down once, and then leaves the reader alone', () => {
  window.entries = [{ state: { scrolled: 700 }, address: '/' }]
  const places = open()
  places.scrollBack()
  window.scroll(20)

  places.scrollBack()

  assert.equal(window.scrollY, 20)
})

test('a link to a part of the page loads nothing, and neither does the way back', () => {
  const places = open()
  places.rename(new URL('https://city.example/?q=park'))

  window.goToPart('/?q=park#results')
  window.go(-1)

  assert.equal(loads, 0)
})

test('another query is another place', () => {
  const places = open()
  places.visit('/?q=park')

  window.go(-1)

  assert.equal(loads, 1)
})
