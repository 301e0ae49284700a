// @ts-check
// Finding by what people type, on either page.

/** Letters that Unicode does not take apart into one of a to z and a mark. */
const LETTERS = new Map(
  Object.entries({
    ł: 'l',
    ø: 'o',
    đ: 'd',
    ð: 'd',
    ħ: 'h',
    ı: 'i',
    ŋ: 'n',
    ŧ: 't',
    ß: 'ss',
    æ: 'ae',
    œ: 'oe',
    þ: 'th',
    ς: 'σ',
  }),
)

/**
 * The text without case and accents, in letters that every keyboard has: `Ławki` is found by `lawki`,
 * `Sébastien` by `sebastien`, `Straße` by `strasse`.
 *
 * @param {string} text
 */
export const folded = (text) =>
  text
    .toLowerCase()
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[łøđðħıŋŧßæœþς]/g, (letter) => LETTERS.get(letter) ?? letter)

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
