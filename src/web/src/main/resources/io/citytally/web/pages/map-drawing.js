// @ts-check
// Where the shapes of a map go on a flat picture, and its colours. The page draws them.

/** @typedef {[number, number]} Position */
/** @typedef {{ properties: { region: string }, geometry: { coordinates: Position[][][] } }} Feature */
/** @typedef {{ features: Feature[] }} CityMap */

/**
 * A region on the picture.
 *
 * @typedef {object} Shape
 * @property {string} region
 * @property {string} path for SVG, with the rule `evenodd`
 * @property {Place[]} places for a label, low ones first
 */

/**
 * Where a label of a height has the most room.
 *
 * @typedef {{ height: number, x: number, y: number, room: number }} Place
 */

/** The longer side of the picture. */
const SIZE = 1000
const GRID = 32
/** The heights of labels, in parts of the picture's longer side, on a wall, a laptop and a phone. */
const HEIGHTS = [16, 28, 48]

/**
 * Draws a map. A city is small, so degrees are distances: one of longitude is as long as one of latitude
 * times the cosine of the latitude (the equirectangular projection).
 *
 * @param {CityMap} map
 * @returns {{ width: number, height: number, shapes: Shape[] }}
 */
export function drawing({ features }) {
  const box = boxOf(features.flatMap(({ geometry }) => geometry.coordinates.flat(2)))
  const shortening = Math.cos((((box.top + box.bottom) / 2) * Math.PI) / 180)
  const scale =
    SIZE / Math.max((box.right - box.left) * shortening, box.bottom - box.top, Number.MIN_VALUE)
  /** @param {Position} position @returns {Position} */
  const place = ([longitude, latitude]) => [
    (longitude - box.left) * shortening * scale,
    // North is up.
    (box.bottom - latitude) * scale,
  ]
  return {
    width: (box.right - box.left) * shortening * scale,
    height: (box.bottom - box.top) * scale,
    shapes: features.map(({ properties, geometry }) => {
      const polygons = geometry.coordinates.map((rings) => rings.map((ring) => ring.map(place)))
      return { region: properties.region, path: pathOf(polygons), places: placesIn(polygons) }
    }),
  }
}

/** @param {Position[]} positions `bottom` is the largest y */
function boxOf(positions) {
  const box = { left: Infinity, right: -Infinity, top: Infinity, bottom: -Infinity }
  for (const [x, y] of positions) {
    box.left = Math.min(box.left, x)
    box.right = Math.max(box.right, x)
    box.top = Math.min(box.top, y)
    box.bottom = Math.max(box.bottom, y)
  }
  return box
}

/** @param {Position[][][]} polygons */
const pathOf = (polygons) =>
  polygons
    .flat()
    .map((ring) => `M${ring.map(([x, y]) => `${x.toFixed(1)} ${y.toFixed(1)}`).join('L')}Z`)
    .join('')

/** @param {Position[]} ring */
function areaOf(ring) {
  let twice = 0
  ring.forEach(([x, y], i) => {
    const [nextX, nextY] = ring[(i + 1) % ring.length] ?? [x, y]
    twice += x * nextY - nextX * y
  })
  return Math.abs(twice) / 2
}

/**
 * The places in the largest part: not in a hole, nor in another region.
 *
 * @param {Position[][][]} polygons
 */
function placesIn(polygons) {
  const largest = polygons.toSorted((a, b) => areaOf(b[0] ?? []) - areaOf(a[0] ?? []))[0] ?? []
  return HEIGHTS.map((height) => placeIn(largest, height))
}

/**
 * @param {Position[][]} rings
 * @param {number} height
 * @returns {Place}
 */
function placeIn(rings, height) {
  const box = boxOf(rings.flat())
  const step = (box.bottom - box.top) / GRID
  /** @type {Place} */
  let best = { height, x: (box.left + box.right) / 2, y: (box.top + box.bottom) / 2, room: 0 }
  for (let row = 1; row < GRID; row++) {
    const y = box.top + row * step
    for (const [from, to] of spansAt(rings, y)) {
      const above = spanAround(rings, y - height / 2, (from + to) / 2)
      const below = spanAround(rings, y + height / 2, (from + to) / 2)
      const left = Math.max(from, above[0], below[0])
      const right = Math.min(to, above[1], below[1])
      if (right - left > best.room) {
        best = { height, x: (left + right) / 2, y, room: right - left }
      }
    }
  }
  return best
}

/**
 * The stretches of a horizontal line that are inside.
 *
 * @param {Position[][]} rings
 * @param {number} y
 * @returns {Position[]}
 */
function spansAt(rings, y) {
  /** @type {number[]} */
  const crossings = []
  for (const ring of rings) {
    ring.forEach(([x, top], i) => {
      const [nextX, bottom] = ring[(i + 1) % ring.length] ?? [x, top]
      if (top <= y !== bottom <= y) {
        crossings.push(x + ((y - top) / (bottom - top)) * (nextX - x))
      }
    })
  }
  crossings.sort((a, b) => a - b)
  /** @type {Position[]} */
  const spans = []
  for (let i = 0; i + 1 < crossings.length; i += 2) {
    spans.push([crossings[i] ?? 0, crossings[i + 1] ?? 0])
  }
  return spans
}

/**
 * @param {Position[][]} rings
 * @param {number} y
 * @param {number} x
 * @returns {Position} of no width if that place is outside
 */
const spanAround = (rings, y, x) =>
  spansAt(rings, y).find(([from, to]) => from <= x && x <= to) ?? [x, x]

/** The colours of a map, from few to many. */
export const STEPS = 5

/**
 * Returns the upper ends of the steps, round numbers, of which the last is not below the largest value.
 *
 * @param {number} most the largest value
 * @param {number} least the smallest end that means something: 1 for votes
 */
export function stepsTo(most, least) {
  const exact = Math.max(most / STEPS, least)
  const power = 10 ** Math.floor(Math.log10(exact))
  // A hair of tolerance: 0.2 / 0.1 may be 2.0000000000000004.
  const round = [1, 2, 2.5, 5, 10].find(
    (each) => each * power >= exact * (1 - 1e-9) && (each !== 2.5 || power > least),
  )
  const width = (round ?? 10) * power
  return Array.from({ length: STEPS }, (_, i) => width * (i + 1))
}

/**
 * Returns the step of a value: 0 for nothing, 1 for the lowest.
 *
 * @param {number} value
 * @param {number[]} ends
 */
export const stepOf = (value, ends) =>
  value <= 0 ? 0 : Math.min(STEPS, ends.findIndex((end) => value <= end * (1 + 1e-9)) + 1 || STEPS)
