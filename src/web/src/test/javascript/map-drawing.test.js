// @ts-check
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { drawing, stepOf, stepsTo } from '#pages/map-drawing.js'

/** @import { Position } from '#pages/map-drawing.js' */

/**
 * @param {string} region
 * @param {Position[][][]} coordinates
 */
const feature = (region, coordinates) => ({ properties: { region }, geometry: { coordinates } })

/** @param {number} x @param {number} y @param {number} size @returns {Position[]} */
const square = (x, y, size) => [
  [x, y],
  [x + size, y],
  [x + size, y + size],
  [x, y + size],
  [x, y],
]

test('north is up, and a degree of longitude is as short as its latitude makes it', () => {
  const { width, height, shapes } = drawing({
    features: [feature('a', [[square(20, 59.5, 1)]])],
  })

  assert.equal(Math.round(height), 1000)
  assert.equal(Math.round(width), 500)
  assert.equal(shapes[0]?.path, 'M0.0 1000.0L500.0 1000.0L500.0 0.0L0.0 0.0L0.0 1000.0Z')
})

test('a city at the 180th meridian, whose longitudes go on beyond 180, is drawn as any other', () => {
  const cityAt = (/** @type {number} */ longitude) =>
    drawing({
      features: [
        feature('a', [[square(longitude - 0.25, -17, 0.5)]]),
        feature('b', [[square(longitude + 0.25, -17, 0.5)]]),
      ],
    })

  assert.deepEqual(cityAt(180), cityAt(20))
})

test('parts, islands and holes are one path of a region', () => {
  const { shapes } = drawing({
    features: [feature('a', [[square(0, 0, 1), square(0.2, 0.2, 0.1)], [square(2, 0, 0.1)]])],
  })

  assert.equal(shapes[0]?.path.match(/M/g)?.length, 3)
  assert.equal(shapes[0]?.path.match(/Z/g)?.length, 3)
})

test('a label is in the largest part, and not in its hole', () => {
  const { shapes, height } = drawing({
    features: [feature('a', [[square(1.1, 0, 0.2)], [square(0, 0, 1), square(0.1, 0.3, 0.65)]])],
  })

  for (const place of shapes[0]?.places ?? []) {
    const y = 1 - place.y / height
    assert.ok(place.x / height < 1)
    assert.ok(y < 0.3 || y > 0.95, `the hole is from 0.3 to 0.95, the label at ${y}`)
    assert.ok(place.room > 0.9 * height)
  }
})

test('a label of a concave region is inside', () => {
  // A horseshoe, open to the east: its middle is outside.
  const { shapes, height } = drawing({
    features: [
      feature('a', [
        [
          [
            [0, 0],
            [1, 0],
            [1, 0.2],
            [0.3, 0.2],
            [0.3, 0.9],
            [1, 0.9],
            [1, 1],
            [0, 1],
            [0, 0],
          ],
        ],
      ]),
    ],
  })

  for (const place of shapes[0]?.places ?? []) {
    const y = 1 - place.y / height
    assert.ok(y < 0.2 || y > 0.9 || place.x / height < 0.3)
    assert.ok(place.room > 0)
  }
})

test('steps end at round numbers', () => {
  assert.deepEqual(stepsTo(0, 1), [1, 2, 3, 4, 5])
  assert.deepEqual(stepsTo(7, 1), [2, 4, 6, 8, 10])
  assert.deepEqual(stepsTo(1189, 1), [250, 500, 750, 1000, 1250])
  assert.deepEqual(stepsTo(100000, 1), [20000, 40000, 60000, 80000, 100000])
  assert.equal(stepsTo(0.23, 0.001)[4]?.toFixed(3), '0.250')
})

test('the largest value has the last step or a lower one, and nothing has none', () => {
  for (let most = 5; most < 3000; most++) {
    const ends = stepsTo(most, 1)
    assert.ok((ends[4] ?? 0) >= most, `${most} is above ${ends}`)
    assert.ok(stepOf(most, ends) >= 3, `${most} is too pale among ${ends}`)
  }
  assert.equal(stepOf(0, [1, 2, 3, 4, 5]), 0)
  assert.equal(stepOf(1, [1, 2, 3, 4, 5]), 1)
  assert.equal(stepOf(6, [1, 2, 3, 4, 5]), 5)
})
