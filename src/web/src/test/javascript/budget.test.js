// @ts-check
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { greedy } from '#pages/budget.js'
import { ranking } from '#pages/tally.js'
import { LANGUAGES, speak } from './texts.js'

/** @param {[string, number][]} votes */
const ranked = (votes) =>
  votes.map(([improvement, count], i) => ({
    improvement,
    title: improvement,
    votes: count,
    region: 'r',
    key: improvement,
    rank: i + 1,
  }))

const COSTS = new Map([
  ['tram', 60],
  ['pool', 50],
  ['park', 30],
  ['oak', 10],
])

test('the budget takes those with the most votes, and what still fits after one that does not', () => {
  const entries = ranked([
    ['tram', 9],
    ['pool', 8],
    ['park', 7],
    ['oak', 6],
  ])

  const { taken, spent, last } = greedy(entries, COSTS, 100)

  assert.deepEqual([...taken], ['tram', 'park', 'oak'])
  assert.equal(spent, 100)
  assert.equal(last, 'oak')
})

test('nothing is paid for without a vote, or without a known cost', () => {
  const entries = ranked([
    ['mystery', 5],
    ['park', 1],
    ['oak', 0],
  ])

  const { taken, spent } = greedy(entries, COSTS, 100)

  assert.deepEqual([...taken], ['park'])
  assert.equal(spent, 30)
})

test('what costs nothing fits into an empty budget', () => {
  const { taken, last } = greedy(ranked([['quiet', 3]]), new Map([['quiet', 0]]), 0)

  assert.deepEqual([...taken], ['quiet'])
  assert.equal(last, 'quiet')
})

test('a budget that pays for nothing draws no line', () => {
  assert.equal(greedy(ranked([['tram', 3]]), COSTS, 59).last, '')
})

test('the budget takes the same of equals for readers of every language', (t) => {
  t.after(() => speak('en'))
  const improvements = [
    {
      improvement: 'park',
      title: 'Park',
      titles: { en: 'Park', pl: 'Zieleń', de: 'Grün' },
      votes: 5,
    },
    {
      improvement: 'pool',
      title: 'Bath',
      titles: { en: 'Bath', pl: 'Basen', de: 'Schwimmbad' },
      votes: 5,
    },
  ]

  const taken = LANGUAGES.map((language) => {
    speak(language)
    const entries = ranking([{ region: 'r', votes: 10, improvements }])
    return [...greedy(entries, COSTS, 60).taken]
  })

  assert.deepEqual(
    taken,
    LANGUAGES.map(() => ['park']),
  )
})
