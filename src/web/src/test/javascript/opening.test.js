// @ts-check
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inZone, remaining } from '#pages/format.js'
import { isTest, opening, phaseAt } from '#pages/opening.js'
import './texts.js'

const OPENS = '2026-06-01T06:00:00Z'
const CLOSES = '2026-06-05T16:00:00Z'

/** @type {import('#pages/tally.js').Election} */
const timed = {
  phase: 'open',
  results: 'live',
  timeZone: 'Europe/Warsaw',
  opensAt: OPENS,
  closesAt: CLOSES,
}
/** @type {import('#pages/tally.js').Election} */
const endless = { phase: 'open', results: 'live' }

const at = (/** @type {string} */ time) => Date.parse(time)

test('voting is open from the time it opens to just before the time it closes', () => {
  assert.equal(phaseAt(timed, at(OPENS) - 1), 'before')
  assert.equal(phaseAt(timed, at(OPENS)), 'open')
  assert.equal(phaseAt(timed, at(CLOSES) - 1), 'open')
  assert.equal(phaseAt(timed, at(CLOSES)), 'closed')
})

test('without times it is as the server says', () => {
  assert.equal(phaseAt(endless, 0), 'open')
  assert.equal(phaseAt({ ...endless, phase: 'closed' }, 0), 'closed')
})

test('during a test, and once the result is final, it is as the server says', () => {
  const tested = { ...timed, test: true, phase: /** @type {const} */ ('open') }
  assert.equal(phaseAt(tested, at(OPENS) - 1), 'open')
  assert.equal(phaseAt(tested, at(CLOSES)), 'closed')
  const final = { at: CLOSES, sha256: 'ab' }
  assert.equal(phaseAt({ ...timed, final, phase: 'closed' }, at(OPENS)), 'closed')
})

test('with one time, it is open on the other side', () => {
  assert.equal(phaseAt({ ...endless, closesAt: CLOSES }, 0), 'open')
  assert.equal(phaseAt({ ...endless, opensAt: OPENS }, at(CLOSES)), 'open')
  assert.equal(phaseAt({ ...endless, opensAt: OPENS }, 0), 'before')
})

test('times are told in the time zone of the election', () => {
  assert.match(inZone(CLOSES, 'Europe/Warsaw'), /^Friday,? 5 June 2026 at 18:00 CEST$/)
  assert.match(inZone(CLOSES, 'America/New_York'), /^Friday,? 5 June 2026 at 12:00 GMT-4$/)
})

test('what remains is told in its two largest units', () => {
  const minute = 60000
  const hour = 60 * minute
  const told = [
    [-5000, '0 seconds'],
    [0, '0 seconds'],
    [1, '1 second'],
    [59000, '59 seconds'],
    [minute, '1 minute'],
    [minute + 1, '1 minute 1 second'],
    [hour - 1000, '59 minutes 59 seconds'],
    [hour, '1 hour'],
    [25 * hour + 59 * minute, '1 day 1 hour'],
    [48 * hour + 5 * minute, '2 days'],
    [10 * hour + 1000, '10 hours'],
  ]

  for (const [millis, text] of told) {
    assert.equal(remaining(Number(millis)), text)
  }
})

test('the page says when voting opens, closes and has closed', () => {
  assert.match(
    opening(timed, at(OPENS) - 90000),
    /^Voting opens in 1 minute 30 seconds, on Monday,? 1 June 2026 at 08:00 CEST\.$/,
  )
  assert.match(
    opening(timed, at(CLOSES) - 3600000),
    /^Voting closes in 1 hour, on Friday,? 5 June 2026 at 18:00 CEST\.$/,
  )
  assert.match(
    opening(timed, at(CLOSES)),
    /^Voting closed on Friday,? 5 June 2026 at 18:00 CEST\.$/,
  )
})

test('a test ends when the election opens, though the page has not heard of it', () => {
  const tested = { ...timed, test: true }

  assert.ok(isTest(tested, at(OPENS) - 1))
  assert.ok(!isTest(tested, at(OPENS)))
  assert.match(opening(tested, at(OPENS)), /closes/i)
})

test('during a test, the page says when the real vote opens', () => {
  assert.match(
    opening({ ...timed, test: true }, at(OPENS) - 1),
    /^Voting opens on Monday,? 1 June 2026 at 08:00 CEST\. Until then this is a test\.$/,
  )
})

test('the page says nothing of times that there are not', () => {
  assert.equal(opening(endless, 0), '')
  assert.equal(opening({ ...endless, phase: 'closed' }, 0), '')
})
