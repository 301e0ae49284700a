// @ts-check
// The results on a wall: read from afar, with nobody to scroll or to click.

/** @import { TurnoutFrame, VotesFrame } from './wall-frames.js' */

import { CityWatch } from './city-watch.js'
import { clear, namedElements, outsideText, setText } from './dom.js'
import { number } from './format.js'
import { generate } from './lean-qr/index.mjs'
import { phaseAt } from './opening.js'
import { showCity, showImprovements, showTime, showTurnout } from './summary.js'
import { loadTexts, text } from './text.js'
import { regionTitle } from './titles.js'
import { frames } from './wall-frames.js'

const FRAME_MILLIS = 10000
/** After this time everything moves a little: a still picture leaves its mark on a screen. */
const SIDE_MILLIS = 5 * 60000
/** A new release is seen by then. */
const RELOAD_MILLIS = 6 * 3600000
/** Where all of it stands, one place after the other, as parts of the screen. */
const PLACES = /** @type {const} */ ([
  [0, 0],
  [0.005, 0.003],
  [0.008, 0.008],
  [0.003, 0.005],
  [-0.003, 0.008],
  [-0.008, 0.003],
  [-0.005, -0.005],
  [0.003, -0.008],
])
const APPEAR = { duration: 500, easing: 'ease-out' }
const stillness = matchMedia('(prefers-reduced-motion: reduce)')

const page = namedElements({
  address: HTMLElement,
  code: HTMLCanvasElement,
  frameNone: HTMLElement,
  frameNumber: HTMLElement,
  frameSum: HTMLElement,
  frameTitle: HTMLElement,
  invitation: HTMLElement,
  summary: HTMLElement,
  table: HTMLElement,
  wayOut: HTMLAnchorElement,
})

const watch = new CityWatch(show)
let turn = 0

function show() {
  showCity(watch)
  showFrame()
  showNow()
}

function showFrame() {
  const all = watch.results ? frames(watch.results) : []
  const frame = all[turn % all.length]
  if (frame === undefined) {
    return
  }
  const shown = { number: (turn % all.length) + 1, all: all.length }
  setText(page.frameNumber, all.length > 1 ? text('wall.frame', shown) : '')
  if (frame.kind === 'votes') {
    showVotes(frame)
  } else {
    showTurnoutOf(frame)
  }
}

/** @param {VotesFrame} frame */
function showVotes({ region, votes, most, entries }) {
  page.frameTitle.replaceChildren(
    region === null ? text('ranking.leading') : outsideText(regionTitle(region)),
  )
  setText(page.frameSum, region === null ? '' : number(votes))
  page.frameNone.hidden = entries.length > 0
  showImprovements(region, entries, most)
}

/** @param {TurnoutFrame} frame */
function showTurnoutOf({ most, regions }) {
  setText(page.frameTitle, text('wall.turnout'))
  setText(page.frameSum, '')
  page.frameNone.hidden = true
  showTurnout(regions, most)
}

/** Shows what changes as time goes by. */
function showNow() {
  const { election, now } = watch
  showTime(watch)
  page.invitation.hidden = election === undefined || phaseAt(election, now) === 'closed'
}

function nextFrame() {
  turn++
  const [x, y] = PLACES[turn % PLACES.length] ?? PLACES[0]
  page.summary.style.translate = [x * innerWidth, y * innerHeight].map(pixels).join(' ')
  page.summary.toggleAttribute('data-turned', Math.floor(performance.now() / SIDE_MILLIS) % 2 === 1)
  clear(page.table)
  showFrame()
  if (!stillness.matches) {
    page.table.animate([{ opacity: 0 }, { opacity: 1 }], APPEAR)
  }
  const isDue = performance.now() > RELOAD_MILLIS
  // Without a connection, the browser would show its own page in place of the results.
  if (isDue && watch.connection.state === 'live' && watch.isReachable) {
    location.reload()
  }
}

/** @param {number} length */
const pixels = (length) => `${Math.round(length)}px`

/** Lets a browser that would turn the screen off leave it on. */
async function stayAwake() {
  try {
    await navigator.wakeLock.request('screen')
  } catch {
    // Not over plain HTTP, and not in every browser: then the machine's own settings decide.
  }
}

function showCode() {
  const address = new URL('/vote', location.href)
  setText(page.address, address.host + address.pathname)
  generate(address.href).toCanvas(page.code, { on: [0, 0, 0], off: [255, 255, 255], pad: 4 })
}

/** A screen without a pointer may still be somebody's desk: a key shows the way to the results. */
function showWayOut() {
  page.wayOut.classList.remove('unseen')
}

await loadTexts()
showCode()
show()
watch.start()
setInterval(showNow, 1000)
setInterval(nextFrame, FRAME_MILLIS)
addEventListener('keydown', showWayOut, { once: true })
void stayAwake()
document.addEventListener('visibilitychange', () => void stayAwake())
