// @ts-check
// Finding by what people type, on either page.

/**
 * What Unicode does not take apart into a plain letter and a mark. Apostrophes are left out: a keyboard may
 * have another one than the title, or none.
 */
const LETTERS = new Map([
  ['ł', 'l'],
  ['ø', 'o'],
  ['đ', 'd'],
  ['ð', 'd'],
  ['ħ', 'h'],
  ['ı', 'i'],
  ['ŋ', 'n'],
  ['ŧ', 't'],
  ['ß', 'ss'],
  ['æ', 'ae'],
  ['œ', 'oe'],
  ['þ', 'th'],
  ['ς', 'σ'],
  ['ґ', 'г'],
  ["'", ''],
  ['‘', ''],
  ['’', ''],
  ['ʼ', ''],
  // Arabic: teh marbuta as heh, alef maksura as yeh, alef wasla as alef, and no tatweel, as people type.
  ['\u0629', '\u0647'],
  ['\u0649', '\u064a'],
  ['\u0671', '\u0627'],
  ['\u0640', ''],
])
const ANY_LETTER = new RegExp(`[${[...LETTERS.keys()].join('')}]`, 'g')
const ANY_DASH = /[\u2010-\u2015]/g
const ARABIC_DIGIT = /[\u0660-\u0669]/g
const ARABIC_ZERO = 0x660

/**
 * The text without case, accents and apostrophes, in letters that every keyboard has: `Ławki` is found by
 * `lawki`, `Sébastien` by `sebastien`, `Straße` by `strasse`.
 *
 * @param {string} text
 */
export const folded = (text) =>
  text
    .toLowerCase()
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(ANY_LETTER, (letter) => LETTERS.get(letter) ?? letter)
    .replace(ANY_DASH, '-')
    .replace(ARABIC_DIGIT, (digit) => String(digit.charCodeAt(0) - ARABIC_ZERO))

/**
 * Returns a test for a text that holds every word of the query, in any order.
 *
 * @param {string} query
 */
export function matcher(query) {
  const words = folded(query).split(/\s+/).filter(Boolean)
  if (words.length === 0) {
    return () => true
  }
  return (/** @type {string} */ text) => {
    const searched = folded(text)
    return words.every((word) => searched.includes(word))
  }
}
