// @ts-check
// What both pages show of the city and its election.

/** @import { Election } from './tally.js' */

import { element, namedElements, outsideText, setText } from './dom.js'
import { text } from './text.js'

const page = namedElements({ cityName: HTMLElement, links: HTMLElement })

/**
 * Shows whose election it is, and the links to help, privacy and accessibility.
 *
 * @param {Election} election
 */
export function showCity({ city, logo, links = {} }) {
  if (city) {
    page.cityName.replaceChildren(...logoOf(logo), outsideText(city))
  }
  const named = [
    [text('links.help'), links.help],
    [text('links.privacy'), links.privacy],
    [text('links.accessibility'), links.accessibility],
  ]
  page.links.replaceChildren(
    ...named.flatMap(([name, href]) => (name && isWeb(href) ? [element('a', { href }, name)] : [])),
  )
  page.links.hidden = page.links.childElementCount === 0
}

/** @param {string | undefined} logo */
const logoOf = (logo) => (logo ? [element('img', { src: logo, alt: '', class: 'logo' })] : [])

/**
 * @param {string | undefined} href
 * @returns {href is string}
 */
const isWeb = (href) => href !== undefined && /^(https?:\/\/|\/)/.test(href)

/**
 * Shows that votes are for a test.
 *
 * @param {HTMLElement} place
 * @param {Election} election
 */
export function showTest(place, { test }) {
  place.hidden = !test
  setText(place, test ? text('election.test-notice') : '')
}
