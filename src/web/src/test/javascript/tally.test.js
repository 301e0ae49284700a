// @ts-check
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { byName } from '#pages/format.js'
import { cards, isTurnout, leadingTurnout, ranking, totalIn } from '#pages/tally.js'
import { setRegionTitles } from '#pages/titles.js'
import { LANGUAGES, speak } from './texts.js'

/**
 * @param {string} region
 * @param {Record<string, number>} votes by improvement
 */
function regionOf(region, votes) {
  const improvements = Object.entries(votes).map(([improvement, count]) => ({
    improvement,
    title: `The ${improvement}`,
    votes: count,
  }))
  return { region, votes: improvements.reduce((sum, each) => sum + each.votes, 0), improvements }
}

test('names sort as people sort them: by number, without case and accents', () => {
  const names = ['10 - Jolimont', 'écluse', '2 - Compans', 'Zoo', 'Ecole']

  assert.deepEqual(names.sort(byName), ['2 - Compans', '10 - Jolimont', 'écluse', 'Ecole', 'Zoo'])
})

test('the ranking is by votes over all regions', () => {
  const ranked = ranking([regionOf('NORTH', { PARK: 3, POOL: 9 }), regionOf('SOUTH', { TREES: 5 })])

  assert.deepEqual(
    ranked.map(({ rank, region, improvement, votes }) => [rank, region, improvement, votes]),
    [
      [1, 'NORTH', 'POOL', 9],
      [2, 'SOUTH', 'TREES', 5],
      [3, 'NORTH', 'PARK', 3],
    ],
  )
})

test('equals share a rank and are sorted by id, then region', () => {
  const ranked = ranking([
    regionOf('SOUTH', { POOL: 2, ART: 2 }),
    regionOf('NORTH', { POOL: 2, ZOO: 7, BATH: 1 }),
  ])

  assert.deepEqual(
    ranked.map(({ rank, title, region }) => [rank, title, region]),
    [
      [1, 'The ZOO', 'NORTH'],
      [2, 'The ART', 'SOUTH'],
      [2, 'The POOL', 'NORTH'],
      [2, 'The POOL', 'SOUTH'],
      [5, 'The BATH', 'NORTH'],
    ],
  )
})

test('readers of every language see equals in the same order', (t) => {
  t.after(() => speak('en'))
  const improvements = [
    { improvement: 'b', title: 'Oak', titles: { en: 'Oak', de: 'Eiche', pl: 'Łąka' }, votes: 3 },
    { improvement: 'ä', title: 'Ash', titles: { en: 'Ash', de: 'Zaun', pl: 'Lipa' }, votes: 3 },
    { improvement: 'a', title: 'Pool', titles: { en: 'Pool', de: 'Bad', pl: 'Basen' }, votes: 3 },
    { improvement: 'B', title: 'Zoo', titles: { en: 'Zoo', de: 'Tierpark', pl: 'Zoo' }, votes: 3 },
  ]

  const orders = LANGUAGES.map((language) => {
    speak(language)
    return ranking([{ region: 'NORTH', votes: 12, improvements }])
  })

  for (const order of orders) {
    assert.deepEqual(
      order.map(({ rank, improvement }) => [rank, improvement]),
      [
        [1, 'B'],
        [1, 'a'],
        [1, 'b'],
        [1, 'ä'],
      ],
    )
  }
})

test('the ranking leaves the results as they are', () => {
  const regions = [regionOf('NORTH', { PARK: 1, POOL: 2 })]
  const before = structuredClone(regions)

  ranking(regions)

  assert.deepEqual(regions, before)
})

test('an improvement without a title has its key for one', () => {
  const [entry] = ranking([
    { region: 'NORTH', votes: 1, improvements: [{ improvement: 'PARK', title: '', votes: 1 }] },
  ])

  assert.equal(entry?.title, 'PARK')
})

test('the total of a choice is null if the results do not show it', () => {
  const results = {
    asOf: '2026-05-01T12:00:00.000Z',
    stale: false,
    votes: 4,
    recent: [],
    regions: [regionOf('NORTH', { PARK: 4, POOL: 0 })],
  }

  assert.equal(totalIn(results, { region: 'NORTH', improvement: 'PARK' }), 4)
  assert.equal(totalIn(results, { region: 'NORTH', improvement: 'POOL' }), 0)
  assert.equal(totalIn(results, { region: 'NORTH', improvement: 'TREES' }), null)
  assert.equal(totalIn(results, { region: 'SOUTH', improvement: 'PARK' }), null)
})

test('results that show only turnout show no total', () => {
  const turnout = /** @type {import('#pages/tally.js').CityTurnout} */ ({
    asOf: '2026-05-01T12:00:00.000Z',
    stale: false,
    results: 'turnout',
    regions: [{ region: 'NORTH', ballots: 4 }],
  })

  assert.ok(isTurnout(turnout))
  assert.equal(totalIn(turnout, { region: 'NORTH', improvement: 'PARK' }), null)
})

/**
 * @param {ReturnType<typeof regionOf>[]} regions
 * @param {string} query
 */
const shown = (regions, query) =>
  cards(regions, ranking(regions), query).map(({ region, entries }) => [
    region,
    entries.map(({ improvement }) => improvement),
  ])

test('a card leads with the five improvements that have most votes', () => {
  const votes = { A: 1, B: 2, C: 3, D: 4, E: 5, F: 6 }

  assert.deepEqual(shown([regionOf('NORTH', votes)], ''), [['NORTH', ['F', 'E', 'D', 'C', 'B']]])
})

test('a card leads with three improvements from seven regions on', () => {
  const votes = { A: 1, B: 2, C: 3, D: 4 }
  const regions = Array.from({ length: 7 }, (_, i) => regionOf(`R${i}`, votes))

  assert.deepEqual(shown(regions.slice(1), '')[0], ['R1', ['D', 'C', 'B', 'A']])
  assert.deepEqual(shown(regions, '')[0], ['R0', ['D', 'C', 'B']])
})

test('a card leaves out improvements without votes, but counts them', () => {
  const regions = [regionOf('NORTH', { PARK: 2, POOL: 0 })]
  const [card] = cards(regions, ranking(regions), '')

  assert.deepEqual(
    card?.entries.map(({ improvement }) => improvement),
    ['PARK'],
  )
  assert.equal(card?.improvements, 2)
  assert.equal(card?.most, 2)
})

test('cards are sorted by the name of the region', () => {
  const regions = ['10 - B', '2 - A', 'C'].map((name) => regionOf(name, { PARK: 1 }))

  assert.deepEqual(
    shown(regions, '').map(([region]) => region),
    ['2 - A', '10 - B', 'C'],
  )
})

test('cards keep the order of the city', (t) => {
  t.after(() => setRegionTitles([]))
  const names = ['C', '10 - B', '2 - A']
  setRegionTitles(
    names.map((region) => ({ region })),
    true,
  )

  const regions = names.toSorted().map((name) => regionOf(name, { PARK: 1 }))

  assert.deepEqual(
    shown(regions, '').map(([region]) => region),
    names,
  )
})

test('a search shows a region by its name as without a search', () => {
  const regions = [regionOf('NORTH', { PARK: 2, POOL: 0 }), regionOf('SOUTH', { PARK: 1 })]

  assert.deepEqual(shown(regions, 'north'), [['NORTH', ['PARK']]])
})

test('a search shows up to eight improvements of a region, also without votes', () => {
  const votes = Object.fromEntries(Array.from({ length: 10 }, (_, i) => [`TREE ${i}`, 0]))
  const regions = [regionOf('NORTH', { ...votes, PARK: 5 }), regionOf('SOUTH', { PARK: 1 })]

  assert.deepEqual(shown(regions, 'tree'), [
    ['NORTH', Array.from({ length: 8 }, (_, i) => `TREE ${i}`)],
  ])
})

test('a search for words of both finds an improvement in its region', () => {
  const regions = [regionOf('NORTH', { PARK: 1, POOL: 1 }), regionOf('SOUTH', { PARK: 1 })]

  assert.deepEqual(shown(regions, 'park north'), [['NORTH', ['PARK']]])
})

test('the regions with the most ballots lead, and equals are sorted by name', () => {
  const regions = [
    { region: '10 - B', ballots: 3 },
    { region: 'C', ballots: 9 },
    { region: '2 - A', ballots: 3 },
    { region: 'D', ballots: 1 },
  ]

  assert.deepEqual(
    leadingTurnout(regions, 3).map(({ region }) => region),
    ['C', '2 - A', '10 - B'],
  )
  assert.deepEqual(leadingTurnout([], 5), [])
})
