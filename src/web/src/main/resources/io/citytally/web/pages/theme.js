// @ts-check
// A classic script in the head, so that the page is never first drawn in the other theme.
;(() => {
  /** @typedef {'system' | 'light' | 'dark'} Theme */

  const KEY = 'citytally.theme'
  /** @type {Record<Theme, Theme>} */
  const NEXT = { system: 'light', light: 'dark', dark: 'system' }

  /**
   * @param {string | null} text
   * @returns {text is Theme}
   */
  const isTheme = (text) => text !== null && Object.hasOwn(NEXT, text)

  /** @returns {Theme} */
  const read = () => {
    try {
      const kept = localStorage.getItem(KEY)
      return isTheme(kept) ? kept : 'system'
    } catch {
      return 'system' // A browser that keeps nothing follows the system.
    }
  }

  let theme = read()
  const show = () => {
    if (theme === 'system') {
      delete document.documentElement.dataset.theme
    } else {
      document.documentElement.dataset.theme = theme
    }
    for (const name of document.querySelectorAll('[data-theme-name]')) {
      name.toggleAttribute('hidden', name.getAttribute('data-theme-name') !== theme)
    }
  }

  show()
  document.addEventListener('DOMContentLoaded', () => {
    show()
    document.getElementById('theme')?.addEventListener('click', () => {
      theme = NEXT[theme]
      try {
        localStorage.setItem(KEY, theme)
      } catch {
        // Without storage, it lasts as long as the page.
      }
      show()
    })
  })
  addEventListener('storage', (event) => {
    if (event.key === KEY) {
      theme = read()
      show()
    }
  })
})()
