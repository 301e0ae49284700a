// @ts-check
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { chosenText, rule, steps } from '#pages/ballot-text.js'
import * as kept from '#pages/kept-ballot.js'
import './texts.js'

const plain = { trouble: 0, late: false, hidden: false }

/** @param {string[]} improvements */
const north = (...improvements) => ({ region: 'NORTH', improvements })

const sending = kept.cast(undefined, north('PARK', 'POOL'))
const recorded = kept.arrived({ ...sending, moves: kept.movesOf(sending, () => 4) })
const counted = kept.see(recorded, () => 5)
const withdrawn = kept.arrived({ ...kept.cast(counted, north()), moves: [] })

/** @param {Parameters<typeof steps>} told */
const namesOf = (...told) => steps(...told).map(({ name, state }) => `${name}:${state}`)

test('a ballot is told to be sent, recorded and counted', () => {
  assert.deepEqual(namesOf(sending, plain), ['Sending:waiting', 'Not counted yet:'])
  assert.deepEqual(namesOf(recorded, plain), ['Recorded:done', 'Not counted yet:waiting'])
  assert.deepEqual(namesOf(counted, plain), ['Recorded:done', 'Counted:done'])
})

test('a withdrawal is told to be sent and done', () => {
  const withdrawing = kept.cast(counted, north())
  const moves = kept.movesOf(withdrawing, () => 5)
  const seen = kept.see(kept.arrived({ ...withdrawing, moves }), () => 4)

  assert.deepEqual(namesOf(withdrawing, plain), ['Withdrawing:waiting', 'Still counted:'])
  assert.deepEqual(namesOf(seen, plain), ['Withdrawn:done', 'No longer counted:done'])
})

test('the page claims nothing that it could not see', () => {
  assert.deepEqual(namesOf(withdrawn, plain), ['Withdrawn:done', 'Not shown:'])
  assert.equal(steps(kept.stored(north('PARK')), plain)[1]?.text, 'It is part of the totals.')
})

test('the page says by how much a total was seen to move', () => {
  const one = kept.cast(undefined, north('PARK'))
  const seen = kept.see(kept.arrived({ ...one, moves: kept.movesOf(one, () => 1234) }), () => 1235)

  assert.match(steps(seen, plain)[1]?.text ?? '', /^The total was 1,234 before, .* one above/)
  assert.match(steps(counted, plain)[1]?.text ?? '', /^Each of the 2 totals has moved/)
})

test('where totals are hidden, the page does not wait for them', () => {
  for (const ballot of [sending, recorded, counted]) {
    assert.equal(namesOf(ballot, { ...plain, hidden: true })[1], 'Totals are hidden:')
  }
})

test('the page says what it does about trouble, and when the count is late', () => {
  assert.match(steps(sending, { ...plain, trouble: 2 })[0]?.text ?? '', /^2 attempts without/)
  assert.match(steps(recorded, { ...plain, late: true })[1]?.text ?? '', /the count is late/)
})

test('the counter says when the limit is reached', () => {
  assert.equal(chosenText(0, 5), '0 of 5 chosen.')
  assert.equal(chosenText(2, 5), '2 of 5 chosen.')
  assert.match(chosenText(5, 5), /^5 of 5 chosen\. That is all you can choose here/)
  assert.equal(chosenText(0, 1), 'Choose one.')
  assert.equal(chosenText(1, 1), '')
})

test('the page says how many votes there are', () => {
  assert.equal(rule('city', 1), 'You have one vote in the whole city.')
  assert.equal(rule('region', 1), 'You have one vote in this region.')
  assert.equal(rule('region', 15), 'You can choose up to 15 improvements in this region.')
})
