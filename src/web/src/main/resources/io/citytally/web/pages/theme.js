// A classic script in the head, so that the page is never first drawn in the other theme.
;(() => {
  const KEY = 'citytally.theme'
  const NEXT = { system: 'light', light: 'dark', dark: 'system' }
  const NAMES = { system: 'auto', light: 'light', dark: 'dark' }

  const read = () => {
    try {
      const kept = localStorage.getItem(KEY)
      return Object.hasOwn(NEXT, kept ?? '') ? kept : 'system'
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
    const name = document.getElementById('theme-name')
    if (name) {
      name.textContent = NAMES[theme]
    }
  }

  show()
  document.addEventListener('DOMContentLoaded', () => {
    show()
    document.getElementById('theme').addEventListener('click', () => {
      theme = NEXT[theme]
      try {
        localStorage.setItem(KEY, theme)
      } catch {
        // It lasts as long as the page, then.
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
