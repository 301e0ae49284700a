// @ts-check
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Sample } from '#pages/sample.js'
import './texts.js'

/** @import { RecentVote, Region } from '#pages/tally.js' */

const LISTED = 20

/**
 * @param {string} improvement
 * @param {string} [castAt]
 * @returns {RecentVote}
 */
const vote = (improvement, castAt = '2026-05-01T12:00Z') => ({
  region: 'NORTH',
  improvement,
  title: improvement,
  castAt,
})

/**
 * @param {Record<string, number>} votes by improvement
 * @returns {Region[]}
 */
const totals = (votes) => [
  {
    region: 'NORTH',
    votes: Object.values(votes).reduce((sum, each) => sum + each, 0),
    improvements: Object.entries(votes).map(([improvement, count]) => ({
      improvement,
      title: improvement,
      votes: count,
    })),
  },
]

/** The numbers up to one, as many as a list has. @param {number} last */
const upTo = (last) => Array.from({ length: LISTED }, (_, i) => last - i)

/** A sample of votes that have numbers; each is for another improvement. */
class Numbered {
  sample = new Sample()
  /** @type {Record<string, number>} */
  #votes = {}
  /** @type {RecentVote[]} */
  #recent = []
  #now = 0

  /** @param {number} millis */
  wait(millis) {
    this.#now += millis
    return this
  }

  /** Takes the last list once more, as when the page is drawn again. */
  addAgain() {
    this.sample.add(this.#recent, totals(this.#votes), this.#now)
  }

  /**
   * Takes a list of votes.
   *
   * @param {number[]} numbers the newest first
   * @param {number[]} withdrawn what was counted before and is withdrawn now
   */
  add(numbers, withdrawn = []) {
    for (const each of numbers) {
      this.#votes[each] = 1
    }
    for (const each of withdrawn) {
      this.#votes[each] = 0
    }
    this.#recent = numbers.map((each) => vote(`${each}`))
    this.sample.add(this.#recent, totals(this.#votes), this.#now)
  }

  get shown() {
    return this.sample.shown.map(({ title }) => Number(title))
  }
}

test('all that is listed is shown while few votes come', () => {
  const votes = new Numbered()

  votes.add(upTo(100))
  votes.add(upTo(103))

  assert.deepEqual(votes.shown, [103, 102, 101, 100, 99, 98, 97, 96, 95, 94, 93, 92])
  assert.equal(votes.sample.isPart, false)
})

test('the first look is no sample', () => {
  const votes = new Numbered()

  votes.add(upTo(100))

  assert.equal(votes.sample.isPart, false)
  assert.deepEqual(votes.shown.slice(0, 3), [100, 99, 98])
})

test('three of the newest enter at a time while more come', () => {
  const votes = new Numbered()
  votes.add(upTo(1000))

  votes.add(upTo(2000))

  assert.deepEqual(votes.shown, [2000, 1999, 1998, 1000, 999, 998, 997, 996, 995, 994, 993, 992])
  assert.equal(votes.sample.isPart, true)

  votes.add(upTo(3000))

  assert.deepEqual(votes.shown.slice(0, 7), [3000, 2999, 2998, 2000, 1999, 1998, 1000])
})

test('the newest vote is always the first', () => {
  const votes = new Numbered()
  for (const last of [100, 101, 140, 141, 1141, 1147, 1150]) {
    votes.add(upTo(last))

    assert.equal(votes.shown[0], last)
    assert.equal(new Set(votes.shown).size, 12)
  }
})

test('a vote that is withdrawn goes from a sample, too', () => {
  const votes = new Numbered()
  votes.add(upTo(100))

  votes.add([105, 104, 103, 102, 101, ...upTo(99)].slice(0, LISTED), [100])

  assert.deepEqual(votes.shown.slice(0, 5), [105, 104, 103, 99, 98])
  assert.equal(votes.sample.isPart, true)
})

test('what was left out is shown once it is calm again', () => {
  const votes = new Numbered()
  votes.add(upTo(100))
  votes.add(upTo(110))

  votes.add(upTo(111))

  assert.deepEqual(votes.shown, [111, 110, 109, 108, 107, 106, 105, 104, 103, 102, 101, 100])
  assert.equal(votes.sample.isPart, false)
})

test('what was left out is shown once nothing comes any more', () => {
  const votes = new Numbered()
  votes.add(upTo(100))
  votes.add(upTo(106))
  assert.deepEqual(votes.shown.slice(0, 4), [106, 105, 104, 100])

  votes.sample.unchanged()
  assert.equal(votes.sample.isPart, true, 'one answer without news may lie between two counts')
  votes.sample.unchanged()

  assert.equal(votes.sample.isPart, false)
  assert.deepEqual(votes.shown, [106, 105, 104, 103, 102, 101, 100, 99, 98, 97, 96, 95])
})

test('an answer that brings other news but no vote is one without news for the list', () => {
  const votes = new Numbered()
  votes.add(upTo(100))
  votes.add(upTo(106))

  votes.add(upTo(106))
  assert.equal(votes.sample.isPart, true)
  votes.add(upTo(106))

  assert.equal(votes.sample.isPart, false)
  assert.deepEqual(votes.shown.slice(0, 4), [106, 105, 104, 103])
})

test('a vote that comes starts the wait for silence again', () => {
  const votes = new Numbered()
  votes.add(upTo(100))
  votes.add(upTo(1000))
  for (const last of [2000, 3000, 4000]) {
    votes.sample.unchanged()
    assert.equal(votes.sample.isPart, true)
    votes.add(upTo(last))
  }
})

test('once nothing can come any more, what was left out is shown at once', () => {
  const votes = new Numbered()
  votes.add(upTo(100))
  votes.add(upTo(106))

  votes.sample.settle()

  assert.equal(votes.sample.isPart, false)
  assert.deepEqual(votes.shown.slice(0, 4), [106, 105, 104, 103])
})

test('a page that is seen again after a while shows the newest, and nothing of before', () => {
  const votes = new Numbered()
  votes.add(upTo(100))
  votes.wait(3000).add(upTo(200))
  assert.equal(votes.sample.isPart, true)

  votes.wait(3_600_000).add(upTo(5000))

  assert.equal(votes.sample.isPart, false)
  assert.deepEqual(votes.shown, upTo(5000).slice(0, 12))
})

test('a page that is drawn again, as for a search, keeps the sample', () => {
  const votes = new Numbered()
  votes.add(upTo(100))
  votes.add(upTo(200))
  const before = votes.shown

  for (let key = 0; key < 5; key++) {
    votes.addAgain()
  }

  assert.equal(votes.sample.isPart, true)
  assert.deepEqual(votes.shown, before)
})

/** Votes for few choices, cast at random, but in each run of the test the same. */
class Flood {
  /** @type {Record<string, number>} */
  votes = {}
  /** @type {RecentVote[]} the newest first */
  recent = []
  #random = 1

  /** @param {string[]} choices */
  constructor(choices) {
    this.choices = choices
  }

  /** @param {number} count */
  cast(count) {
    for (let i = 0; i < count; i++) {
      this.#random = (this.#random * 48271) % 2147483647
      const choice = this.choices[this.#random % this.choices.length] ?? ''
      this.votes[choice] = (this.votes[choice] ?? 0) + 1
      this.recent = [vote(choice), ...this.recent].slice(0, LISTED)
    }
    return this
  }

  /** @param {Sample} sample */
  showIn(sample) {
    sample.add(this.recent, totals(this.votes), 0)
  }
}

test('a flood of votes for few choices is seen each time, and three of them enter', () => {
  for (const choices of [
    ['A', 'B', 'C'],
    ['A', 'B', 'C', 'D'],
    ['A', 'B', 'C', 'D', 'E'],
  ]) {
    const sample = new Sample()
    const flood = new Flood(choices).cast(1000)
    flood.showIn(sample)

    for (let second = 0; second < 100; second++) {
      const before = sample.shown.map(({ key }) => key)
      flood.cast(1000).showIn(sample)

      assert.equal(sample.isPart, true)
      assert.deepEqual(
        sample.shown.slice(0, 3).map(({ improvement }) => improvement),
        flood.recent.slice(0, 3).map(({ improvement }) => improvement),
      )
      const keys = sample.shown.map(({ key }) => key)
      assert.equal(new Set([...keys, ...before]).size, before.length + 3)
      assert.deepEqual(keys.slice(3), before.slice(0, 9))
    }
  }
})

test('a flood of votes for one choice is seen each time', () => {
  const sample = new Sample()
  const flood = new Flood(['A']).cast(100)
  flood.showIn(sample)

  for (let second = 0; second < 10; second++) {
    flood.cast(1000).showIn(sample)

    assert.equal(sample.isPart, true)
  }
})

test('a ballot with many choices is one vote in the list, and no flood', () => {
  const sample = new Sample()
  const votes = Object.fromEntries(Array.from({ length: 15 }, (_, i) => [`I${i}`, 9]))
  sample.add([vote('I1'), vote('I2')], totals(votes), 0)

  const more = Object.fromEntries(Object.entries(votes).map(([each, count]) => [each, count + 1]))
  sample.add([vote('I7'), vote('I1'), vote('I2')], totals(more), 0)

  assert.equal(sample.isPart, false)
  assert.deepEqual(
    sample.shown.map(({ improvement }) => improvement),
    ['I7', 'I1', 'I2'],
  )
})

test('totals that are ahead of the list bring no vote twice', () => {
  const sample = new Sample()
  const recent = [vote('PARK'), vote('POOL'), vote('PARK')]
  sample.add(recent, totals({ PARK: 2, POOL: 1 }), 0)
  const before = sample.shown

  sample.add([...recent], totals({ PARK: 50, POOL: 30 }), 0)

  assert.deepEqual(sample.shown, before)
})

test('each vote has a key of its own, and keeps it as newer ones come', () => {
  const sample = new Sample()
  const recent = [vote('PARK'), vote('POOL'), vote('PARK')]
  sample.add(recent, totals({ PARK: 2, POOL: 1 }), 0)
  const keys = sample.shown.map(({ key }) => key)

  sample.add([vote('PARK'), ...recent], totals({ PARK: 3, POOL: 1 }), 0)

  const later = sample.shown.map(({ key }) => key)
  assert.equal(new Set(later).size, 4)
  assert.deepEqual(later.slice(1), keys)
})

test('the newest votes stay in their order', () => {
  const sample = new Sample()
  sample.add([vote('B', '2026-05-01T12:01Z'), vote('A')], totals({ A: 1, B: 1 }), 0)

  assert.deepEqual(
    sample.shown.map(({ title, castAt }) => [title, castAt]),
    [
      ['B', '2026-05-01T12:01Z'],
      ['A', '2026-05-01T12:00Z'],
    ],
  )
})
