// @ts-check
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { describe, staleMillisOf } from '#pages/connection.js'
import { interval, MIN_UNCHANGED, QUIET_INTERVAL_MILLIS } from '#pages/poller.js'
import './texts.js'

/** @param {Partial<Parameters<typeof describe>[0]>} seen */
const told = (seen) =>
  describe({ ageMillis: 0, stale: false, lost: false, unknownPlace: false, final: false, ...seen })

test('before the first answer the page is connecting', () => {
  assert.deepEqual(told({ ageMillis: undefined }), {
    state: 'starting',
    text: 'Connecting',
    notice: '',
  })
})

test('results are from now as long as a quiet city is not asked again', () => {
  const quiet = interval(0, MIN_UNCHANGED, QUIET_INTERVAL_MILLIS)

  assert.deepEqual(told({ ageMillis: quiet }), { state: 'live', text: 'Live · now', notice: '' })
  assert.equal(told({ ageMillis: quiet + 1000 }).text, 'Live · 4 secs old')
})

test('older results are delayed', () => {
  assert.deepEqual(told({ ageMillis: 5001 }), {
    state: 'delayed',
    text: 'Delayed · 5 secs old',
    notice: '',
  })
})

test('results that the server could not renew are delayed, with a notice', () => {
  const { state, text, notice } = told({ ageMillis: 1000, stale: true })

  assert.equal(state, 'delayed')
  assert.equal(text, 'Delayed · 1 sec old')
  assert.match(notice, /can't be read just now.* from 1 sec ago/)
})

test('a lost connection is told, with the age of what is shown', () => {
  const { state, text, notice } = told({ ageMillis: 120000, lost: true, stale: true })

  assert.equal(state, 'lost')
  assert.equal(text, 'Not live')
  assert.match(notice, /^Connection lost.* from 2 mins ago/)
  assert.match(told({ ageMillis: undefined, lost: true }).notice, /^No connection/)
})

test('an unknown region is told while the connection is live', () => {
  const { state, text, notice } = told({ unknownPlace: true })

  assert.equal(state, 'live')
  assert.equal(text, 'Live · now')
  assert.match(notice, /no region of this name/)
  assert.equal(told({ unknownPlace: true, ageMillis: 9000 }).state, 'live')
})

test('what is final is not old, and a lost connection is still told', () => {
  assert.deepEqual(told({ ageMillis: 60000, final: true }), {
    state: 'live',
    text: 'Final result',
    notice: '',
  })
  assert.match(told({ ageMillis: 60000, final: true, lost: true }).notice, /^Connection lost/)
})

const NOON = Date.parse('2026-05-01T12:00:00Z')

test("stale results that have not changed get older with the server's clock", () => {
  const body = { asOf: '2026-05-01T11:50:00.000Z', stale: true, ageMillis: 2000 }

  assert.equal(staleMillisOf({ body, serverMillis: NOON, asOfMillis: NOON - 600_000 }), 600_000)
})

test('stale results have the age in their body if the headers do not tell it', () => {
  const body = { asOf: '2026-05-01T11:50:00.000Z', stale: true, ageMillis: 2000 }

  assert.equal(staleMillisOf({ body, serverMillis: NOON, asOfMillis: null }), 2000)
  assert.equal(staleMillisOf({ body, serverMillis: null, asOfMillis: NOON }), 2000)
})

test('stale results are stale also in the second in which they were read', () => {
  const body = { asOf: '2026-05-01T12:00:00.900Z', stale: true, ageMillis: 0 }

  assert.ok(staleMillisOf({ body, serverMillis: NOON, asOfMillis: NOON + 900 }) > 0)
})

test('fresh results are not stale, however far the clocks are apart', () => {
  const body = { asOf: '2026-05-01T11:50:00.000Z', stale: false }

  assert.equal(staleMillisOf({ body, serverMillis: NOON, asOfMillis: NOON - 600_000 }), 0)
})
