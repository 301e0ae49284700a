// @ts-check
// The choice of the page's language.

import { element, namedElements } from './dom.js'
import { language } from './text.js'

const page = namedElements({ language: HTMLSelectElement, languageChoice: HTMLElement })

page.language.addEventListener('change', () => pageLanguage.choose(page.language.value))

/**
 * Takes note of the languages that the election offers, and shows them.
 *
 * @param {string[]} tags empty for all that there are
 */
export function offerLanguages(tags) {
  pageLanguage.offer(tags)
  showLanguages()
}

/** Shows the languages to choose from, each by its own name. One alone is no choice. */
export function showLanguages() {
  const tags = pageLanguage.offered()
  page.language.replaceChildren(
    ...tags.map((tag) => element('option', { value: tag, lang: tag }, pageLanguage.nameOf(tag))),
  )
  page.language.value = language
  page.languageChoice.hidden = tags.length < 2
}
