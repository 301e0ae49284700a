// @ts-check
// What readers take with them: a link, a paper, a file, a frame for another website.

import { element, namedElements, setText } from './dom.js'
import { text } from './text.js'
import { regionTitle } from './titles.js'

/** @import { CityResults, CityTurnout, RegionResults, RegionTurnout } from './tally.js' */

const SAID_MILLIS = 10000

const page = namedElements({
  files: HTMLElement,
  frameCode: HTMLElement,
  frameCopy: HTMLButtonElement,
  print: HTMLButtonElement,
  share: HTMLButtonElement,
  shareVote: HTMLButtonElement,
  taken: HTMLElement,
})

/** @type {string | null} */
let place = null
/** @type {ReturnType<typeof setTimeout> | undefined} */
let saying

/**
 * Offers what there is of a place.
 *
 * @param {string | null} region null for the whole city
 * @param {CityResults | RegionResults | CityTurnout | RegionTurnout} results
 * @param {import('./opening.js').Phase} phase
 */
export function offer(region, results, phase) {
  place = region
  page.shareVote.hidden = phase === 'closed'
  // Nobody may have them before the results are shown.
  page.files.hidden = 'results' in results
}

/** The address of a page of the place. @param {string} path */
const addressIn = (path) => new URL(path, location.href).href

/**
 * Lets the reader send a link; where the browser can't, copies it.
 *
 * @param {string} address
 */
async function share(address) {
  const title = place === null ? document.title : regionTitle(place)
  if (navigator.share) {
    try {
      await navigator.share({ title, url: address })
      return
    } catch (error) {
      if (error instanceof DOMException && error.name === 'AbortError') {
        return
      }
    }
  }
  await copy(address, 'take.link-copied')
}

/**
 * @param {string} copied
 * @param {import('./text.js').Key} done
 */
async function copy(copied, done) {
  let said = text(done)
  try {
    await navigator.clipboard.writeText(copied)
  } catch {
    // Not over plain HTTP, and not where the reader forbids it.
    said = text('take.copy-yourself')
  }
  page.taken.replaceChildren(said, ' ', element('code', { dir: 'ltr' }, copied))
  clearTimeout(saying)
  saying = setTimeout(() => page.taken.replaceChildren(), SAID_MILLIS)
}

page.share.addEventListener('click', () => {
  const path = place === null ? '/' : `/regions/${encodeURIComponent(place)}`
  void share(addressIn(path))
})
page.shareVote.addEventListener('click', () => {
  // No server on the way learns the region.
  const path = place === null ? '/vote' : `/vote#${new URLSearchParams({ region: place })}`
  void share(addressIn(path))
})
page.print.addEventListener('click', () => print())
page.frameCopy.addEventListener('click', () => {
  void copy(page.frameCode.textContent ?? '', 'take.frame-copied')
})
const frame = { src: addressIn('/embed'), title: 'Citytally', width: '100%', height: 480 }
setText(page.frameCode, element('iframe', { ...frame, frameborder: 0 }).outerHTML)
