// @ts-check
// The map of the regions, coloured by votes or ballots.

/** @import { CityMap, Shape } from './map-drawing.js' */

import { addressOf } from './bars.js'
import { element, namedElements, outsideText, reconcile, setText, svgElement } from './dom.js'
import { byName, list, number, share } from './format.js'
import { drawing, stepOf, STEPS, stepsTo } from './map-drawing.js'
import { isolated, text } from './text.js'
import { regionTitle } from './titles.js'

/** @typedef {{ region: string, count: number }} Counted */
/** @typedef {{ link: SVGAElement, path: SVGPathElement, label: SVGTextElement, shape: Shape }} Drawn */

const TIMEOUT_MILLIS = 10000
const LABEL_PIXELS = 13
/** The width of a letter, as a part of its height, in most fonts. */
const LETTER = 0.56
const LEAST_SHARE = 0.001

const page = namedElements({
  map: HTMLElement,
  mapByNumber: HTMLInputElement,
  mapByShare: HTMLInputElement,
  mapCaption: HTMLElement,
  mapCount: HTMLElement,
  mapLegend: HTMLElement,
  mapMissing: HTMLElement,
  mapPicture: HTMLElement,
  mapRows: HTMLElement,
  mapTip: HTMLElement,
})

/** Reads the map; null if that fails. @returns {Promise<CityMap | null>} */
export async function readMap() {
  try {
    const response = await fetch('/api/map', { signal: AbortSignal.timeout(TIMEOUT_MILLIS) })
    return response.ok ? await response.json() : null
  } catch {
    return null
  }
}

/** Makes the outline of a region. It is above all regions: a neighbour drawn later would cover its half. */
function outline() {
  const group = svgElement('g', { 'aria-hidden': 'true', class: 'outline' })
  const paths = [svgElement('path', { class: 'halo' }), svgElement('path')]
  group.append(...paths)
  return {
    group,
    show: (/** @type {string} */ d) => paths.forEach((path) => path.setAttribute('d', d)),
    hide: () => paths.forEach((path) => path.removeAttribute('d')),
  }
}

/** Shows one city. */
export class RegionMap {
  /** @type {Map<string, Drawn>} */
  #drawn = new Map()
  /** @type {Counted[]} */
  #counted = []
  #ballots = false
  /** Pixels on the screen to a unit of the drawing. An update must not ask: that lays out the page. */
  #scale = 0
  /** @type {string | undefined} */
  #told

  /** @param {CityMap} map */
  constructor(map) {
    const { width, height, shapes } = drawing(map)
    const box = { width: Math.ceil(width) + 12, height: Math.ceil(height) + 12 }
    const picture = svgElement('svg', {
      viewBox: `-6 -6 ${box.width} ${box.height}`,
      role: 'group',
      'aria-label': text('map.title'),
    })
    const pointedAt = outline()
    const focused = outline()
    const labels = svgElement('g', { 'aria-hidden': 'true', class: 'labels' })
    for (const shape of shapes.toSorted((a, b) =>
      byName(regionTitle(a.region), regionTitle(b.region)),
    )) {
      const path = svgElement('path', { d: shape.path })
      const link = svgElement('a', { href: addressOf(shape.region), 'data-place': true })
      const label = svgElement('text')
      link.append(path)
      picture.append(link)
      labels.append(label)
      this.#drawn.set(shape.region, { link, path, label, shape })
      link.addEventListener('pointermove', (event) =>
        this.#tell(shape.region, event.clientX, event.clientY),
      )
      link.addEventListener('pointerenter', () => pointedAt.show(shape.path))
      link.addEventListener('pointerleave', () => {
        pointedAt.hide()
        this.#tell(undefined)
      })
      link.addEventListener('focus', () => {
        if (link.matches(':focus-visible')) {
          focused.show(shape.path)
        }
        // A region may have several parts, and nothing between them.
        const [{ x, y } = { x: 0, y: 0 }] = shape.places
        const at = new DOMPoint(x, y).matrixTransform(path.getScreenCTM() ?? undefined)
        this.#tell(shape.region, at.x, at.y)
      })
      link.addEventListener('blur', () => {
        focused.hide()
        this.#tell(undefined)
      })
    }
    picture.append(pointedAt.group, focused.group, labels)
    page.mapPicture.replaceChildren(picture)
    page.mapTip.hidden = true
    for (const input of [page.mapByNumber, page.mapByShare]) {
      input.addEventListener('change', () => this.#show())
    }
    addEventListener('keydown', (event) => {
      if (event.key === 'Escape') {
        this.#tell(undefined)
      }
    })
    new ResizeObserver(() => {
      // The height limits the drawing of a tall city.
      this.#scale = Math.min(picture.clientWidth / box.width, picture.clientHeight / box.height)
      this.#label()
    }).observe(page.mapPicture)
  }

  /**
   * Colours the regions.
   *
   * @param {Counted[]} counted
   * @param {boolean} ballots whether ballots are counted, not votes
   */
  show(counted, ballots) {
    this.#counted = counted
    this.#ballots = ballots
    this.#show()
  }

  #show() {
    const byShare = page.mapByShare.checked
    const all = this.#counted.reduce((sum, { count }) => sum + count, 0)
    const shareOf = (/** @type {number} */ count) => (all > 0 ? count / all : 0)
    const counts = new Map(this.#counted.map(({ region, count }) => [region, count]))
    const most = Math.max(0, ...[...this.#drawn.keys()].map((region) => counts.get(region) ?? 0))
    const ends = byShare ? stepsTo(shareOf(most), LEAST_SHARE) : stepsTo(most, 1)
    for (const [region, { link, path }] of this.#drawn) {
      const count = counts.get(region) ?? 0
      path.dataset.step = String(stepOf(byShare ? shareOf(count) : count, ends))
      link.setAttribute('aria-label', this.#said(region, count, shareOf(count)))
    }
    this.#label()
    this.#showLegend(ends, byShare ? share : number, byShare)
    const missing = this.#counted.filter(({ region }) => !this.#drawn.has(region))
    const names = missing.map(({ region }) => isolated(regionTitle(region)))
    page.mapMissing.hidden = names.length === 0
    setText(
      page.mapMissing,
      names.length === 0 ? '' : text('map.missing', { regions: list(names) }),
    )
    setText(page.mapCaption, text(this.#ballots ? 'map.caption-ballots' : 'map.caption'))
    setText(page.mapCount, text(this.#ballots ? 'column.ballots' : 'column.votes'))
    reconcile(
      page.mapRows,
      this.#counted.toSorted((a, b) => byName(regionTitle(a.region), regionTitle(b.region))),
      ({ region }) => region,
      ({ region }) => {
        const name = element('th', { scope: 'row' }, outsideText(regionTitle(region)))
        const count = element('td')
        const part = element('td')
        return { node: element('tr', {}, name, count, part), count, part }
      },
      (row, { count }) => {
        setText(row.count, number(count))
        setText(row.part, share(shareOf(count)))
      },
    )
    if (this.#told !== undefined) {
      setText(page.mapTip, this.#drawn.get(this.#told)?.link.getAttribute('aria-label') ?? '')
    }
  }

  /**
   * @param {string} region
   * @param {number} count
   * @param {number} part
   */
  #said(region, count, part) {
    return text(this.#ballots ? 'map.ballots' : 'map.votes', {
      region: isolated(regionTitle(region)),
      count,
      share: share(part),
    })
  }

  /** Names the regions that have the room. */
  #label() {
    if (this.#scale === 0) {
      return
    }
    const size = LABEL_PIXELS / this.#scale
    for (const [region, { label, path, shape }] of this.#drawn) {
      const title = regionTitle(region)
      const place = shape.places.find(({ height }) => size <= height)
      const fits = place !== undefined && [...title].length * size * LETTER <= place.room
      setText(label, fits ? title : '')
      label.setAttribute('x', (place?.x ?? 0).toFixed(1))
      label.setAttribute('y', (place?.y ?? 0).toFixed(1))
      label.setAttribute('font-size', size.toFixed(1))
      label.setAttribute('data-step', path.dataset.step ?? '0')
    }
  }

  /**
   * @param {number[]} ends
   * @param {(value: number) => string} say
   * @param {boolean} byShare
   */
  #showLegend(ends, say, byShare) {
    const ranges = Array.from({ length: STEPS + 1 }, (_, step) => {
      const from = step > 1 ? (ends[step - 2] ?? 0) : 0
      const range = {
        from: say(byShare ? from : from + 1),
        to: say(ends[step - 1] ?? 0),
      }
      const single = range.from === range.to
      return {
        step,
        said: step === 0 ? text('map.none') : single ? range.to : text('map.range', range),
      }
    })
    reconcile(
      page.mapLegend,
      ranges,
      ({ step }) => step,
      ({ step }) => {
        const said = element('span')
        const swatch = element('span', { class: 'swatch', 'data-step': step })
        return { node: element('li', {}, swatch, said), said }
      },
      (row, { said }) => setText(row.said, said),
    )
  }

  /**
   * Shows the tooltip of a region; hides it if there is none.
   *
   * @param {string | undefined} region
   * @param {number} [x] of the pointer
   * @param {number} [y]
   */
  #tell(region, x = 0, y = 0) {
    this.#told = region
    page.mapTip.hidden = region === undefined
    if (region === undefined) {
      return
    }
    setText(page.mapTip, this.#drawn.get(region)?.link.getAttribute('aria-label') ?? '')
    const frame = page.map.getBoundingClientRect()
    const left = Math.min(x - frame.left + 12, frame.width - page.mapTip.offsetWidth - 4)
    page.mapTip.style.left = `${Math.max(0, left)}px`
    page.mapTip.style.top = `${y - frame.top + 16}px`
  }
}
