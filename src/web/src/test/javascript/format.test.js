// @ts-check
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  ago,
  clockIn,
  dateAndClockIn,
  dateIn,
  number,
  share,
  span,
  zoneName,
} from '#pages/format.js'
import { speak } from './texts.js'

test('numbers have commas at thousands', () => {
  assert.equal(number(0), '0')
  assert.equal(number(999), '999')
  assert.equal(number(1234567), '1,234,567')
})

test('shares have one decimal', () => {
  assert.equal(share(0), '0.0%')
  assert.equal(share(1 / 3), '33.3%')
  assert.equal(share(1), '100.0%')
})

test('a stretch of time is told in its largest unit, rounded down', () => {
  const second = 1000
  const minute = 60 * second
  const hour = 60 * minute
  const told = [
    [0, '0 secs'],
    [1499, '1 sec'],
    [59 * second, '59 secs'],
    [59.6 * second, '1 min'],
    [2 * minute - second, '1 min'],
    [hour - second, '59 mins'],
    [hour, '1 hr'],
    [24 * hour - second, '23 hrs'],
    [24 * hour, '1 day'],
    [72 * hour, '3 days'],
  ]
  assert.deepEqual(
    told.map(([millis]) => [millis, span(Number(millis))]),
    told,
  )
})

test('a stretch of time is never below zero, for clocks differ', () => {
  assert.equal(span(-5000), '0 secs')
})

test('what is younger than a minute is just now', () => {
  assert.equal(ago(-1), 'just now')
  assert.equal(ago(59999), 'just now')
  assert.equal(ago(60000), '1 min ago')
})

test('a time is told in its time zone and language', (t) => {
  const millis = Date.parse('2026-05-31T22:05:00Z')
  t.after(() => speak('en'))

  assert.equal(clockIn(millis, 'Europe/Berlin'), '00:05')
  assert.equal(dateIn(millis, 'Europe/Berlin'), '1 Jun')
  assert.equal(dateIn(millis, 'America/New_York'), '31 May')
  assert.equal(dateAndClockIn(millis, 'Asia/Kolkata'), '1 Jun, 03:35')
  assert.equal(zoneName(millis, 'Europe/Berlin'), 'Central European Time')
  speak('de')
  assert.equal(dateIn(millis, 'Europe/Berlin'), '1. Juni')
  assert.equal(zoneName(millis, 'Europe/Berlin'), 'Mitteleuropäische Zeit')
})

test('a time that the clock shows twice names its offset', () => {
  const shown = (/** @type {string} */ time) => dateAndClockIn(Date.parse(time), 'Europe/Berlin')

  assert.equal(shown('2026-10-24T23:30Z'), '25 Oct, 01:30')
  assert.equal(shown('2026-10-25T00:30Z'), '25 Oct, 02:30 CEST')
  assert.equal(shown('2026-10-25T01:30Z'), '25 Oct, 02:30 CET')
  assert.equal(shown('2026-10-25T02:30Z'), '25 Oct, 03:30')
})
