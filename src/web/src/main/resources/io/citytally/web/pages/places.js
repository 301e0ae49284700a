// @ts-check
// The places that a reader of the results visits, and how far down the page each was left.

/**
 * Returns the region in an address; null for the whole city.
 *
 * @param {{ pathname: string }} address
 */
export function placeOf({ pathname }) {
  const region = /^\/regions\/(.+)$/.exec(pathname)?.[1]
  if (region === undefined) {
    return null
  }
  try {
    return decodeURIComponent(region)
  } catch {
    return region
  }
}

/**
 * Whether an address may lead to the wall: that of the city, unless the reader comes from the wall.
 *
 * @param {{ pathname: string, search: string }} address
 */
export const mayBeWall = ({ pathname, search }) =>
  placeOf({ pathname }) === null && new URLSearchParams(search).get('wall') !== 'off'

/** The browser's history. The page fills in later than the browser scrolls, so it scrolls itself. */
export class Places {
  /** How far down to go once there is something to show. */
  #scrolled = scrolledIn(history.state)
  #address = addressNow()

  /** @param {() => void} go called when the reader goes back or forth to another place */
  constructor(go) {
    history.scrollRestoration = 'manual'
    addEventListener('popstate', ({ state }) => {
      // A step to another part of the same page is one for the browser alone.
      if (addressNow() !== this.#address) {
        this.#address = addressNow()
        this.#scrolled = scrolledIn(state)
        go()
      }
    })
    addEventListener('pagehide', () => this.#keepScrolled())
  }

  /**
   * Takes note that the reader goes to another place, and begins there at the top.
   *
   * @param {string} address
   */
  visit(address) {
    this.#keepScrolled()
    history.pushState({ scrolled: 0 }, '', address)
    this.#address = addressNow()
    this.#scrolled = 0
  }

  /**
   * Gives the present place another address.
   *
   * @param {URL} address
   */
  rename(address) {
    history.replaceState(history.state, '', address)
    this.#address = addressNow()
  }

  /** Goes down to where the reader was, now that there is something to show. */
  scrollBack() {
    if (this.#scrolled > 0) {
      scrollTo(0, this.#scrolled)
      this.#scrolled = 0
    }
  }

  #keepScrolled() {
    history.replaceState({ scrolled: this.#scrolled || scrollY }, '')
  }
}

/** The address without the part of the page. */
const addressNow = () => location.pathname + location.search

/**
 * @param {any} state of an entry of the history
 * @returns {number}
 */
const scrolledIn = (state) => state?.scrolled ?? 0
