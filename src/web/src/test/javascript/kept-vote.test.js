// @ts-check
import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as kept from '#pages/kept-vote.js'

const PARK = { region: 'NORTH', improvement: 'PARK', title: 'A park' }
const POOL = { region: 'SOUTH', improvement: 'POOL', title: 'A pool' }
const newId = () => 'id-1'
const noId = () => assert.fail('a vote keeps its id')

const recorded = () => kept.arrived({ ...kept.cast(kept.NONE, PARK, newId), before: 4 })

test('a first vote gets an id, and nothing stands if it is refused', () => {
  const vote = kept.cast(kept.NONE, PARK, newId)

  assert.deepEqual(vote, { id: 'id-1', state: 'sending', choice: PARK, previous: null })
  assert.deepEqual(kept.refused(vote), { id: 'id-1', state: 'none' })
})

test('a vote after a refused one keeps the id', () => {
  const refused = kept.refused(kept.cast(kept.NONE, PARK, newId))

  assert.equal(kept.cast(refused, POOL, noId).id, 'id-1')
})

test('a vote goes from sent to recorded to counted', () => {
  const vote = recorded()

  assert.equal(vote.state, 'recorded')
  assert.equal(kept.followed(vote).state, 'counted')
})

test('a changed vote keeps the id, and forgets the total of the former choice', () => {
  const changed = kept.cast(kept.followed(recorded()), POOL, noId)

  assert.deepEqual(changed, { id: 'id-1', state: 'sending', choice: POOL, previous: PARK })
  assert.equal(changed.before, undefined)
})

test('the former choice stands if a change is refused', () => {
  const refused = kept.refused(kept.cast(recorded(), POOL, noId))

  assert.deepEqual(refused, { id: 'id-1', state: 'counted', choice: PARK, before: null })
  assert.ok(kept.stands(refused))
})

test('a withdrawn vote goes from sent to withdrawn to discounted', () => {
  const withdrawing = kept.withdraw(recorded())
  const withdrawn = kept.arrived(withdrawing)

  assert.equal(withdrawing.state, 'withdrawing')
  assert.equal(withdrawing.before, undefined)
  assert.equal(withdrawn.state, 'withdrawn')
  assert.equal(kept.followed(withdrawn).state, 'discounted')
})

test('the vote stands if its withdrawal is refused', () => {
  const refused = kept.refused(kept.withdraw(recorded()))

  assert.deepEqual(refused, { id: 'id-1', state: 'counted', choice: PARK, before: null })
})

test('nothing stands if a new vote after a withdrawal is refused', () => {
  const withdrawn = kept.arrived(kept.withdraw(recorded()))

  assert.deepEqual(kept.refused(kept.cast(withdrawn, POOL, noId)), { id: 'id-1', state: 'none' })
})

test('a vote stands once it is recorded, and is sent before', () => {
  const sending = kept.cast(kept.NONE, PARK, newId)
  const withdrawing = kept.withdraw(recorded())
  const all = [
    kept.NONE,
    sending,
    recorded(),
    kept.followed(recorded()),
    withdrawing,
    kept.arrived(withdrawing),
    kept.followed(kept.arrived(withdrawing)),
  ]

  assert.deepEqual(
    all.filter(kept.stands).map(({ state }) => state),
    ['recorded', 'counted'],
  )
  assert.deepEqual(
    all.filter(kept.isSending).map(({ state }) => state),
    ['sending', 'withdrawing'],
  )
})

test('a total shows a vote if it is above the one before', () => {
  const vote = recorded()

  assert.deepEqual(
    [3, 4, 5, 6].map((total) => kept.shows(vote, total)),
    [false, false, true, true],
  )
})

test('a total shows a withdrawal if it is below the one before', () => {
  const withdrawn = { ...kept.arrived(kept.withdraw(recorded())), before: 5 }

  assert.deepEqual(
    [6, 5, 4, 0].map((total) => kept.shows(withdrawn, total)),
    [false, false, true, true],
  )
})

test('a total shows nothing if one of the two could not be read', () => {
  const vote = recorded()

  assert.equal(kept.shows(vote, null), false)
  assert.equal(kept.shows({ ...vote, before: null }, 5), false)
  assert.equal(kept.shows(kept.cast(kept.NONE, PARK, newId), 5), false)
  assert.equal(kept.shows(kept.NONE, 5), false)
})

test('a total shows only what is recorded and not yet seen', () => {
  const vote = recorded()

  assert.equal(kept.shows({ ...vote, state: 'sending' }, 5), false)
  assert.equal(kept.shows({ ...vote, state: 'withdrawing' }, 3), false)
  assert.equal(kept.shows(kept.followed(vote), 9), false)
})

test('the wait after a failure doubles up to 15 seconds', () => {
  const waits = [1, 2, 3, 4, 5, 6, 100, 5000].map((failures) => kept.backoff(failures, 0, 0.5))

  assert.deepEqual(waits, [1000, 2000, 4000, 8000, 15000, 15000, 15000, 15000])
})

test('the wait after a failure varies by a quarter', () => {
  assert.equal(kept.backoff(1, 0, 0), 750)
  assert.equal(kept.backoff(1, 0, 1), 1250)
})

test('the wait after a failure is at least what the server asks for', () => {
  assert.equal(kept.backoff(1, 30000, 1), 30000)
  assert.equal(kept.backoff(3, 1000, 0.5), 4000)
})

test('only trouble that may pass is tried again', () => {
  assert.deepEqual([408, 425, 429, 500, 502, 503, 504].map(kept.mayPass), Array(7).fill(true))
  assert.deepEqual([400, 401, 403, 404, 409, 410, 422, 501].map(kept.mayPass), Array(8).fill(false))
})
