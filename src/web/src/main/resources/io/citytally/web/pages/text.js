// @ts-check
// The page's texts, in its language. Each language has a file of them in `text/`.

/** @typedef {import('./text/en.json')} English */
/** @typedef {keyof English} Key */

/**
 * The texts of a language by their keys. `{name}` stands for a value. A text that depends on a number,
 * the value `count`, has a form for each of the language's plural categories.
 *
 * @typedef {Record<string, string | Partial<Record<Intl.LDMLPluralRule, string>>>} Texts
 */

/** The page's language. */
export let language = 'en'
/**
 * The locale that formats numbers, times and names in that language. For English it is the British
 * one. For Arabic it has Latin digits, as the API's problems have: browsers differ in their default.
 */
export let locale = 'en-GB'
/** @type {Texts} */
let texts = {}
let plurals = new Intl.PluralRules(locale)

/** The locales that are not just the language's tag. @type {Record<string, string>} */
const LOCALES = { en: 'en-GB', ar: 'ar-u-nu-latn' }

/**
 * Sets the page's language.
 *
 * @param {string} tag
 * @param {Texts} itsTexts
 */
export function setTexts(tag, itsTexts) {
  language = tag
  locale = LOCALES[tag] ?? tag
  texts = itsTexts
  plurals = new Intl.PluralRules(locale)
}

/**
 * Returns a text.
 *
 * @param {Key} key
 * @param {Record<string, string | number>} [values] numbers are said as the language says them
 * @throws Error if there is no such text
 */
export function text(key, values = {}) {
  const found = texts[key]
  const form = typeof found === 'object' ? found[plurals.select(Number(values.count))] : found
  if (form === undefined) {
    throw new Error(`There is no text ${key} in ${language}.`)
  }
  return form.replace(/\{(\w+)\}/g, (_, /** @type {string} */ name) => {
    const value = values[name]
    return typeof value === 'number' ? value.toLocaleString(locale) : String(value)
  })
}

/**
 * A name of unknown direction, for the middle of a text that is seen.
 *
 * @param {string} name
 */
export const isolated = (name) => `\u2068${name}\u2069`

/** The page's own elements, and which of their attributes are texts. */
const PLACES = {
  'data-text': (/** @type {Element} */ place, /** @type {string} */ said) => {
    place.textContent = said
  },
  'data-text-content': attribute('content'),
  'data-text-label': attribute('aria-label'),
  'data-text-placeholder': attribute('placeholder'),
}

/** @param {string} name */
function attribute(name) {
  return (/** @type {Element} */ place, /** @type {string} */ said) =>
    place.setAttribute(name, said)
}

/** Waits for the texts, and shows those that stand in the page itself. */
export async function loadTexts() {
  const { tag, texts } = await pageLanguage.texts
  setTexts(tag, texts)
  for (const [mark, say] of Object.entries(PLACES)) {
    for (const place of document.querySelectorAll(`[${mark}]`)) {
      say(place, text(/** @type {Key} */ (place.getAttribute(mark))))
    }
  }
  pageLanguage.show()
}
