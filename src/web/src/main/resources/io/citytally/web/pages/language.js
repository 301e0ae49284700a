// @ts-check
// A classic script in the head, so that the page is never first drawn in another language or direction.

/** What the page's modules know of its language. */
const pageLanguage = (() => {
  /** @typedef {{ tag: string, texts: import('./text.js').Texts }} Told */

  const TIMEOUT_MILLIS = 8000
  const RETRY_MILLIS = 3000
  const ENGLISH = 'en'
  const root = document.documentElement

  /** @param {string} tag */
  const read = async (tag) => {
    const response = await fetch(`/text/${tag}.json`, {
      signal: AbortSignal.timeout(TIMEOUT_MILLIS),
    })
    if (!response.ok) {
      throw new Error(`There is no file of texts for ${tag}: ${response.status}`)
    }
    return response.json()
  }

  /**
   * Reads the texts of the language, or else English ones: then the page changes to English.
   *
   * @param {string} wanted
   * @returns {Promise<Told>}
   */
  const load = async (wanted) => {
    for (;;) {
      for (const tag of new Set([wanted, ENGLISH])) {
        try {
          const texts = await read(tag)
          turnTo(tag)
          return { tag, texts }
        } catch {
          // Another language, or another time.
        }
      }
      await new Promise((resolve) => setTimeout(resolve, RETRY_MILLIS))
    }
  }

  /** @param {string} tag */
  const turnTo = (tag) => {
    root.lang = tag
  }

  const tag = ENGLISH
  turnTo(tag)
  return { texts: load(tag) }
})()
