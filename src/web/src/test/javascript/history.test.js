// @ts-check
import assert from 'node:assert/strict'
import { beforeEach, test } from 'node:test'
import { History, KEPT, MINUTE, rate } from '#pages/history.js'
import { Browser, FakeStorage, forbiddenStorage } from './browser.js'
import './texts.js'

const NOON = Date.parse('2026-05-01T12:00:00Z')
const SECOND = 1000
const KEY = 'citytally.votes.'

let storage = new FakeStorage()

beforeEach(() => {
  storage = new FakeStorage()
  new Browser(storage)
})

/**
 * A history of a new tab.
 *
 * @param {[seconds: number, votes: number][]} samples since noon
 */
function historyOf(...samples) {
  storage = new FakeStorage()
  new Browser(storage)
  return add(new History('votes', ''), samples)
}

/**
 * @param {History} history
 * @param {[seconds: number, votes: number][]} samples since noon
 */
function add(history, samples) {
  for (const [seconds, votes] of samples) {
    history.add(NOON + seconds * SECOND, votes)
  }
  return history
}

const kept = () => JSON.parse(storage.getItem(KEY) ?? 'null')

test('a history begins empty', () => {
  const history = historyOf()

  assert.ok(history.isEmpty)
  assert.ok(Number.isNaN(history.from))
  assert.ok(Number.isNaN(history.to))
  assert.ok(Number.isNaN(history.at(NOON)))
  assert.equal(rate(history), '')
})

test('between two samples the votes are on a line, and level outside', () => {
  const history = historyOf([0, 10], [10, 20], [20, 60])

  assert.equal(history.from, NOON)
  assert.equal(history.to, NOON + 20 * SECOND)
  const votes = [-5, 0, 5, 10, 15, 20, 99].map((second) => history.at(NOON + second * SECOND))
  assert.deepEqual(votes, [10, 10, 15, 20, 40, 60, 60])
})

test('what is not newer than the last sample is ignored', () => {
  const history = historyOf([0, 10], [10, 20], [10, 99], [5, 99])

  assert.equal(history.to, NOON + 10 * SECOND)
  assert.equal(history.at(NOON + 10 * SECOND), 20)
  assert.equal(history.at(NOON + 11 * SECOND), 20)
})

test('votes gained are whole, and add up over adjoining times', () => {
  const history = historyOf([0, 0], [3, 1])
  const gained = [0, 1, 2].map((second) =>
    history.between(NOON + second * SECOND, NOON + (second + 1) * SECOND),
  )

  assert.deepEqual(gained, [0, 1, 0])
})

test('a number that does not change is kept by its two ends', () => {
  const history = historyOf([0, 7], [1, 7], [2, 7], [3, 7], [4, 8])

  assert.deepEqual(kept(), [
    [NOON, 7],
    [NOON + 3 * SECOND, 7],
    [NOON + 4 * SECOND, 8],
  ])
  assert.equal(history.at(NOON + 3 * SECOND), 7)
})

test('a history is kept for the tab, for each place alone', () => {
  historyOf([0, 10], [10, 20])

  const again = new History('votes', '')
  assert.equal(again.from, NOON)
  assert.equal(again.at(NOON + 5 * SECOND), 15)
  assert.ok(new History('votes', 'NORTH').isEmpty)
})

test('a history forgets what is too old to be shown', () => {
  const history = new History('votes', '')
  for (let minute = 0; minute <= 30; minute++) {
    history.add(NOON + minute * MINUTE, minute)
  }

  assert.equal(history.to, NOON + 30 * MINUTE)
  assert.equal(history.from, NOON + 18 * MINUTE)
  assert.ok(history.from <= history.to - KEPT - MINUTE)
})

test('a history ignores what is kept but is none', () => {
  for (const text of ['{', 'null', '7', '{"a":1}', '[7]']) {
    storage.setItem(KEY, text)
    assert.ok(new History('votes', '').isEmpty, text)
  }
  storage.setItem(KEY, `[[null,1],[${NOON},2],["a",3]]`)
  assert.equal(new History('votes', '').from, NOON)
})

test('a history works where the browser keeps nothing', () => {
  new Browser(forbiddenStorage)
  const history = add(new History('votes', ''), [
    [0, 10],
    [10, 20],
  ])

  assert.equal(history.at(NOON + 5 * SECOND), 15)
})

test('the rate is empty in the first two seconds', () => {
  assert.equal(rate(historyOf([0, 0], [1.9, 50])), '')
  assert.equal(rate(historyOf([0, 0], [2, 50])), '50 more in the last 2 secs')
})

test('the rate is of the last minute', () => {
  assert.equal(rate(historyOf([0, 0], [60, 100], [120, 1300])), '1,200 more in the last minute')
  assert.equal(rate(historyOf([0, 5], [90, 5])), 'none in the last minute')
  assert.equal(rate(historyOf([0, 5], [30, 3])), '2 fewer in the last 30 secs')
})

test('what came while the page was hidden is in no rate', () => {
  assert.equal(rate(historyOf([0, 100], [3600, 700])), '')
  assert.equal(rate(historyOf([0, 100], [3600, 700], [3605, 702])), '2 more in the last 5 secs')
})

test('what is watched begins after the last gap in which the number changed', () => {
  const watched = (/** @type {[number, number][]} */ ...samples) =>
    (historyOf(...samples).watchedFrom - NOON) / SECOND

  assert.equal(watched([0, 1], [30, 2], [60, 3]), 0)
  assert.equal(watched([0, 1], [30, 2], [91, 9], [100, 10]), 91)
  assert.equal(watched([0, 1], [300, 1], [301, 2]), 0)
  assert.equal(watched([0, 1], [100, 2]), 100)
  assert.ok(Number.isNaN(historyOf().watchedFrom))
})

test('votes and ballots of a place are kept apart', () => {
  historyOf([0, 10])

  assert.ok(new History('ballots', '').isEmpty)
  assert.equal(new History('votes', '').from, NOON)
})
