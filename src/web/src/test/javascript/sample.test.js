// @ts-check
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Sample } from '#pages/sample.js'
import { feed } from '#pages/tally.js'
import './texts.js'

const LISTED = 20

/** Votes by their numbers, the newest first; each for another improvement. @param {number[]} numbers */
const votes = (numbers) =>
  feed(
    numbers.map((each) => ({
      region: 'NORTH',
      improvement: `I${each}`,
      title: `${each}`,
      castAt: '2026-05-01T12:00Z',
    })),
  )

/** The votes up to a number, as many as a list has. @param {number} last */
const upTo = (last) => votes(Array.from({ length: LISTED }, (_, i) => last - i))

/** @param {Sample} sample */
const shown = (sample) => sample.shown.map(({ title }) => Number(title))

test('all that is listed is shown while few votes come', () => {
  const sample = new Sample()

  sample.add(upTo(100))
  sample.add(upTo(103))

  assert.deepEqual(shown(sample), [103, 102, 101, 100, 99, 98, 97, 96, 95, 94, 93, 92])
  assert.equal(sample.isPart, false)
})

test('the first look is no sample', () => {
  const sample = new Sample()

  sample.add(upTo(100))

  assert.equal(sample.isPart, false)
  assert.deepEqual(shown(sample).slice(0, 3), [100, 99, 98])
})

test('three of the newest enter at a time while more come', () => {
  const sample = new Sample()
  sample.add(upTo(1000))

  sample.add(upTo(2000))

  assert.deepEqual(shown(sample), [2000, 1999, 1998, 1000, 999, 998, 997, 996, 995, 994, 993, 992])
  assert.equal(sample.isPart, true)

  sample.add(upTo(3000))

  assert.deepEqual(shown(sample).slice(0, 7), [3000, 2999, 2998, 2000, 1999, 1998, 1000])
})

test('the newest vote is always the first', () => {
  const sample = new Sample()
  for (const last of [100, 101, 140, 141, 1141, 1147, 1150]) {
    sample.add(upTo(last))

    assert.equal(shown(sample)[0], last)
    assert.equal(new Set(shown(sample)).size, 12)
  }
})

test('a vote that is withdrawn goes from a sample, too', () => {
  const sample = new Sample()
  sample.add(upTo(100))

  sample.add(
    votes([105, 104, 103, 102, 101, ...upTo(99).map(({ title }) => Number(title))].slice(0, 20)),
  )

  assert.deepEqual(shown(sample).slice(0, 5), [105, 104, 103, 99, 98])
  assert.equal(sample.isPart, true)
})

test('what was left out is shown once it is calm again', () => {
  const sample = new Sample()
  sample.add(upTo(100))
  sample.add(upTo(110))

  sample.add(upTo(111))

  assert.deepEqual(shown(sample), [111, 110, 109, 108, 107, 106, 105, 104, 103, 102, 101, 100])
  assert.equal(sample.isPart, false)
})
