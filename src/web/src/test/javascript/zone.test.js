// @ts-check
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dayAfter, midnight, timesOfDay } from '#pages/zone.js'

const HOUR = 3600000
const BERLIN = 'Europe/Berlin'

const at = (/** @type {string} */ time) => Date.parse(time)
const told = (/** @type {number} */ millis) => new Date(millis).toISOString().replace(':00.000', '')
const hoursIn = (/** @type {number} */ day, /** @type {string} */ zone) =>
  (dayAfter(day, zone) - day) / HOUR

test('a day begins at midnight in its time zone', () => {
  assert.equal(told(midnight(at('2026-05-01T12:00Z'), BERLIN)), '2026-04-30T22:00Z')
  assert.equal(told(midnight(at('2026-05-01T12:00Z'), 'Asia/Kolkata')), '2026-04-30T18:30Z')
  assert.equal(told(midnight(at('2026-05-01T02:00Z'), 'America/New_York')), '2026-04-30T04:00Z')
  assert.equal(told(midnight(at('2026-05-01T00:00Z'), 'UTC')), '2026-05-01T00:00Z')
})

test('a day in which the clock is changed has 23 or 25 hours', () => {
  const spring = midnight(at('2026-03-29T12:00Z'), BERLIN)
  const autumn = midnight(at('2026-10-25T12:00Z'), BERLIN)

  assert.equal(told(spring), '2026-03-28T23:00Z')
  assert.equal(hoursIn(spring, BERLIN), 23)
  assert.equal(told(autumn), '2026-10-24T22:00Z')
  assert.equal(hoursIn(autumn, BERLIN), 25)
  assert.equal(hoursIn(dayAfter(autumn, BERLIN), BERLIN), 24)
})

test('a day without a midnight begins when the clock has been changed', () => {
  const day = midnight(at('2026-04-24T12:00Z'), 'Africa/Cairo')

  assert.equal(told(day), '2026-04-23T22:00Z')
  assert.equal(hoursIn(day, 'Africa/Cairo'), 23)
})

test('each time of the clock is there once, however often the clock shows it', () => {
  const times = (/** @type {string} */ time) => {
    const day = midnight(at(time), BERLIN)
    const next = dayAfter(day, BERLIN)
    return timesOfDay(day, HOUR, BERLIN, day, next - 1).map(told)
  }
  const spring = times('2026-03-29T12:00Z')
  const autumn = times('2026-10-25T12:00Z')

  assert.equal(spring.length, 23)
  assert.deepEqual(spring.slice(0, 4), [
    '2026-03-28T23:00Z',
    '2026-03-29T00:00Z',
    '2026-03-29T01:00Z',
    '2026-03-29T02:00Z',
  ])
  // The second time that it is two o'clock has no tick of its own.
  assert.equal(autumn.length, 24)
  assert.deepEqual(autumn.slice(1, 4), [
    '2026-10-24T23:00Z',
    '2026-10-25T00:00Z',
    '2026-10-25T02:00Z',
  ])
})
