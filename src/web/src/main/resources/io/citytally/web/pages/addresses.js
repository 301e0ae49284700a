// @ts-check
// Which addresses from outside the page follows.

/** Whether a path leads nowhere else. @param {string} path */
export const isOfThisSite = (path) => /^\/[A-Za-z0-9_-]/.test(path)

/** Whether an address is absolute and uses https. @param {string} address */
export function isSecure(address) {
  try {
    return new URL(address).protocol === 'https:'
  } catch {
    return false
  }
}
