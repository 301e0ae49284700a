// @ts-check
// The texts of the pages' languages, for their tests in Node.js. A test that imports this speaks English.

import { readdirSync, readFileSync } from 'node:fs'
import { setTexts } from '#pages/text.js'

/** @import { Texts } from '#pages/text.js' */

export const PAGES = new URL('../../main/resources/io/citytally/web/pages/', import.meta.url)

/** The languages that have texts. */
export const LANGUAGES = readdirSync(new URL('text/', PAGES)).map((file) =>
  file.replace('.json', ''),
)

/**
 * @param {string} language
 * @returns {Texts}
 */
export const textsOf = (language) =>
  JSON.parse(readFileSync(new URL(`text/${language}.json`, PAGES), 'utf8'))

/** @param {string} language */
export const speak = (language) => setTexts(language, textsOf(language))

speak('en')
