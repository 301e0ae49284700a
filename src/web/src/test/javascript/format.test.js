// @ts-check
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ago, counted, number, share, span } from '#pages/format.js'

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

test('one is singular, and everything else plural', () => {
  assert.equal(counted(1, 'vote'), '1 vote')
  assert.equal(counted(0, 'vote'), '0 votes')
  assert.equal(counted(1200, 'vote'), '1,200 votes')
  assert.equal(counted(2, 'city', 'cities'), '2 cities')
})

test('a stretch of time is told in its largest unit, rounded down', () => {
  const second = 1000
  const minute = 60 * second
  const hour = 60 * minute
  const told = [
    [0, '0 s'],
    [1499, '1 s'],
    [59 * second, '59 s'],
    [59.6 * second, '1 min'],
    [2 * minute - second, '1 min'],
    [hour - second, '59 min'],
    [hour, '1 h'],
    [24 * hour - second, '23 h'],
    [24 * hour, '1 d'],
    [72 * hour, '3 d'],
  ]
  assert.deepEqual(
    told.map(([millis]) => [millis, span(Number(millis))]),
    told,
  )
})

test('a stretch of time is never below zero, for clocks differ', () => {
  assert.equal(span(-5000), '0 s')
})

test('what is younger than a minute is just now', () => {
  assert.equal(ago(-1), 'just now')
  assert.equal(ago(59999), 'just now')
  assert.equal(ago(60000), '1 min ago')
})
