// @ts-check
// A classic script in the head, so that the page is never first drawn in another language or direction.

/** What the page's modules know of its language. */
const pageLanguage = (() => {
  /** @typedef {{ tag: string, texts: import('./text.js').Texts }} Told */

  /**
   * The languages that have texts, by their own names. The first is for readers of no other.
   *
   * @type {Record<string, string>}
   */
  const NAMES = {
    en: 'English',
    de: 'Deutsch',
    fr: 'Français',
    es: 'Español',
    pl: 'Polski',
    uk: 'Українська',
    ar: 'العربية',
  }
  const RIGHT_TO_LEFT = ['ar']
  const ENGLISH = 'en'
  const CHOSEN = 'citytally.language'
  const OFFERED = 'citytally.languages'
  const TIMEOUT_MILLIS = 8000
  const RETRY_MILLIS = 3000
  const root = document.documentElement

  /** @param {string} key */
  const read = (key) => {
    try {
      return localStorage.getItem(key)
    } catch {
      return null
    }
  }

  /**
   * @param {string} key
   * @param {string} value
   */
  const keep = (key, value) => {
    try {
      localStorage.setItem(key, value)
    } catch {
      // The next page asks the browser again.
    }
  }

  /** The languages to choose from: those of the election, as last known, in its order. */
  const offered = () => {
    const listed = (read(OFFERED) ?? '').split(' ').filter((tag) => Object.hasOwn(NAMES, tag))
    return listed.length > 0 ? listed : Object.keys(NAMES)
  }

  /** What the reader has chosen, or else what the browser asks for, or else the first. */
  const decide = () => {
    const tags = offered()
    const wanted = [read(CHOSEN) ?? '', ...navigator.languages]
    const found = wanted
      .map((each) => tags.find((tag) => each.toLowerCase().split('-')[0] === tag))
      .find((tag) => tag !== undefined)
    return found ?? tags[0] ?? ENGLISH
  }

  /** @param {string} tag */
  const turnTo = (tag) => {
    root.lang = tag
    root.dir = RIGHT_TO_LEFT.includes(tag) ? 'rtl' : 'ltr'
  }

  const show = () => root.classList.remove('untold')

  /** @param {string} tag */
  const fetchTexts = async (tag) => {
    const response = await fetch(`/text/${tag}.json`, {
      signal: AbortSignal.timeout(TIMEOUT_MILLIS),
    })
    if (!response.ok) {
      throw new Error(`There is no file of texts for ${tag}: ${response.status}`)
    }
    return response.json()
  }

  /**
   * Reads the texts of the language, or else English ones: then the page turns to English.
   *
   * @param {string} wanted
   * @returns {Promise<Told>}
   */
  const load = async (wanted) => {
    for (;;) {
      for (const tag of new Set([wanted, ENGLISH])) {
        try {
          const texts = await fetchTexts(tag)
          turnTo(tag)
          return { tag, texts }
        } catch {
          // Another language, or another time.
        }
      }
      turnTo(ENGLISH)
      show()
      await new Promise((resolve) => setTimeout(resolve, RETRY_MILLIS))
    }
  }

  const decided = decide()
  turnTo(decided)
  if (decided !== ENGLISH) {
    // The page stands in English: it waits for its texts, but not without end.
    root.classList.add('untold')
    setTimeout(show, TIMEOUT_MILLIS)
  }

  /** Loads the page again if it would be in another language now. */
  const follow = () => {
    if (decide() !== decided) {
      location.reload()
    }
  }

  return {
    texts: load(decided),
    show,
    offered,
    nameOf: (/** @type {string} */ tag) => NAMES[tag] ?? tag,

    /** Keeps what the reader chooses. @param {string} tag */
    choose: (tag) => {
      keep(CHOSEN, tag)
      follow()
    },

    /** Keeps which languages the election offers. @param {string[]} tags empty for all */
    offer: (tags) => {
      keep(OFFERED, tags.join(' '))
      follow()
    },
  }
})()
