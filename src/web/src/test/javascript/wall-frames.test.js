// @ts-check
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { frames } from '#pages/wall-frames.js'
import { setRegionTitles } from '#pages/titles.js'
import './texts.js'

const READING = { asOf: '2026-05-01T12:00:00Z', stale: false }

/** @param {number} count */
const regions = (count) =>
  Array.from({ length: count }, (_, i) => ({
    region: `Region ${count - i}`,
    votes: i,
    improvements: Array.from({ length: 9 }, (_, n) => ({
      improvement: `I${n}`,
      title: `Improvement ${n}`,
      votes: n < i ? 100 * i - n : 0,
    })),
  }))

/** @param {ReturnType<typeof regions>} some */
const results = (some) => ({ ...READING, votes: 1000, regions: some, recent: [] })

test('a wall shows the city, and then each region by its name, for any number of them', () => {
  for (let count = 1; count <= 40; count++) {
    const shown = frames(results(regions(count)))

    const names = Array.from({ length: count }, (_, i) => `Region ${i + 1}`)
    assert.deepEqual(
      shown.map((frame) => frame.kind === 'votes' && frame.region),
      [null, ...names],
    )
  }
})

test('a frame shows five improvements at most, and none without votes', () => {
  const shown = frames(results(regions(8)))

  const lengths = shown.map((frame) => frame.kind === 'votes' && frame.entries.length)
  assert.deepEqual(lengths, [5, 5, 5, 5, 4, 3, 2, 1, 0])
})

test('the bars of a region are as long as its own votes make them', () => {
  const [city, first] = frames(results(regions(3)))

  assert.equal(city?.most, 200)
  assert.equal(first?.most, 200)
  assert.deepEqual(first?.kind === 'votes' && first.entries.map(({ votes }) => votes), [200, 199])
})

test('while results are hidden, each region is in a frame of at most five', () => {
  for (let count = 1; count <= 40; count++) {
    const some = regions(count).map(({ region, votes }) => ({ region, ballots: votes }))

    const shown = frames({ ...READING, results: 'turnout', regions: some })

    const all = shown.flatMap((frame) => (frame.kind === 'turnout' ? frame.regions : []))
    assert.equal(shown.length, Math.ceil(count / 5))
    assert.equal(new Set(all.map(({ region }) => region)).size, count)
  }
})

test('a city without regions has no frame for them', () => {
  assert.equal(frames(results([])).length, 1)
  assert.deepEqual(frames({ ...READING, results: 'turnout', regions: [] }), [])
})

test('a wall keeps the order of the city', (t) => {
  t.after(() => setRegionTitles([]))
  const some = regions(7)
  const names = some.map(({ region }) => region)
  setRegionTitles(some, true)

  const votes = frames(results(some.toReversed()))
  const turnout = frames({
    ...READING,
    results: 'turnout',
    regions: some.toReversed().map(({ region }) => ({ region, ballots: 1 })),
  })

  assert.deepEqual(
    votes.map((frame) => frame.kind === 'votes' && frame.region),
    [null, ...names],
  )
  assert.deepEqual(
    turnout.flatMap((frame) =>
      frame.kind === 'turnout' ? frame.regions.map(({ region }) => region) : [],
    ),
    names,
  )
})
