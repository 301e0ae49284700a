// @ts-check
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { outcome } from '#pages/outcome.js'
import './texts.js'

const CLOSES = '2026-06-05T16:00:00Z'
const before = Date.parse(CLOSES) - 60000
const after = Date.parse(CLOSES) + 60000

/** @type {import('#pages/tally.js').Election} */
const election = { phase: 'open', results: 'live', timeZone: 'Europe/Warsaw', closesAt: CLOSES }
const final = { at: '2026-06-05T16:20:00Z', sha256: 'ab12' }

test('an election without times has nothing to say', () => {
  assert.deepEqual(outcome({ phase: 'open', results: 'live' }, 0), {
    text: '',
    hashOf: '',
    sha256: '',
  })
})

test('an open election says when it closes', () => {
  assert.match(outcome(election, before).text, /^Voting closes in 1 minute, on .* CEST\.$/)
})

test('an open election with hidden totals says that they are', () => {
  const { text } = outcome({ ...election, results: 'turnout' }, before)

  assert.match(text, /^Voting closes .* only how many ballots there are\.$/)
  assert.match(outcome({ phase: 'open', results: 'turnout' }, 0).text, /^Until voting closes/)
})

test('a closed election is not final until its result is', () => {
  assert.match(
    outcome({ ...election, results: 'turnout' }, after).text,
    /^Voting closed on .* The result is not final yet\.$/,
  )
})

test('a final result has its date and its hash', () => {
  const { text, hashOf, sha256 } = outcome({ ...election, final }, after)

  assert.match(text, /^Final result, of Friday,? 5 June 2026 at 18:20 CEST\.$/)
  assert.match(hashOf, /^SHA-256 of .* result\.json:$/)
  assert.equal(sha256, 'ab12')
})
