// @ts-check
import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as kept from '#pages/kept-ballot.js'

/** @param {string[]} improvements */
const north = (...improvements) => ({ region: 'NORTH', improvements })

/** @param {Record<string, number>} totals those of NORTH */
const totalsOf =
  (totals) =>
  (/** @type {{ improvement: string }} */ { improvement }) =>
    totals[improvement] ?? null

const sending = kept.cast(undefined, north('PARK', 'POOL'))
const recorded = kept.arrived({
  ...sending,
  moves: kept.movesOf(sending, totalsOf({ PARK: 4, POOL: 7 })),
})
const settled = kept.stored(north('PARK', 'POOL'))

test('a first ballot is sent as one that replaces nothing', () => {
  assert.deepEqual(sending, { state: 'sending', wanted: north('PARK', 'POOL'), seen: null })
  assert.ok(kept.isSending(sending))
})

test('a changed ballot is sent with what it replaces', () => {
  const changed = kept.cast(settled, north('TREES'))

  assert.deepEqual(changed, {
    state: 'sending',
    wanted: north('TREES'),
    seen: north('PARK', 'POOL'),
  })
})

test('a ballot that arrives stands, and is what the next one replaces', () => {
  assert.ok(kept.stands(recorded))
  assert.deepEqual(kept.cast(recorded, north()).seen, north('PARK', 'POOL'))
})

test('the same ballot sent once more is counted as far as it was before', () => {
  const again = (/** @type {kept.KeptBallot} */ ballot) =>
    kept.arrived(kept.cast(ballot, north('POOL', 'PARK')))
  const counted = kept.see(recorded, totalsOf({ PARK: 5, POOL: 8 }))
  const unseen = kept.arrived({ ...sending, moves: kept.movesOf(sending, () => null) })

  assert.equal(counted.state, 'counted')
  assert.equal(again(counted).state, 'counted')
  assert.equal(again(settled).state, 'counted')
  assert.equal(again(unseen).state, 'recorded')
  assert.ok(kept.isAwaited(again(recorded)))
  assert.equal(kept.see(again(recorded), totalsOf({ PARK: 5, POOL: 8 })).state, 'counted')
})

test('a withdrawn ballot does not stand, and the next one replaces nothing', () => {
  const withdrawn = kept.arrived(kept.cast(settled, north()))

  assert.equal(kept.stands(withdrawn), false)
  assert.equal(kept.cast(withdrawn, north('PARK')).seen, null)
})

test('nothing stands if a first ballot is refused', () => {
  assert.equal(kept.refused(sending), undefined)
})

test('the former ballot stands if a change or a withdrawal is refused', () => {
  for (const wanted of [north('TREES'), north()]) {
    assert.deepEqual(kept.refused(kept.cast(settled, wanted)), settled)
  }
})

test('a contested ballot keeps both, and can be sent against the one that was found', () => {
  const contested = kept.contested(kept.cast(settled, north('TREES')), north('POOL'))

  assert.equal(kept.isSending(contested), false)
  assert.equal(kept.stands(contested), false)
  assert.deepEqual(kept.cast(contested, contested.wanted), {
    state: 'sending',
    wanted: north('TREES'),
    seen: north('POOL'),
  })
  assert.deepEqual(kept.refused(contested), kept.stored(north('POOL')))
})

test('ballots are the same in any order', () => {
  assert.ok(kept.isSame(north('PARK', 'POOL'), north('POOL', 'PARK')))
  assert.ok(kept.isSame(null, null))
  assert.equal(kept.isSame(north('PARK', 'POOL'), north('PARK', 'TREES')), false)
  assert.equal(kept.isSame(north('PARK'), north('PARK', 'POOL')), false)
  assert.equal(kept.isSame(north('PARK'), { region: 'SOUTH', improvements: ['PARK'] }), false)
  assert.equal(kept.isSame(north(), null), false)
})

test('a ballot moves the totals of what came and of what left, and of nothing else', () => {
  const changed = kept.cast(settled, north('POOL', 'TREES'))

  assert.deepEqual(kept.movesOf(changed, totalsOf({ PARK: 4, POOL: 7 })), [
    { region: 'NORTH', improvement: 'TREES', by: 1, before: null, seen: false },
    { region: 'NORTH', improvement: 'PARK', by: -1, before: 4, seen: false },
  ])
})

test('a ballot that goes to another region moves the totals of both', () => {
  const moved = kept.cast(kept.stored(north('PARK')), { region: 'SOUTH', improvements: ['PARK'] })

  assert.deepEqual(kept.movesOf(moved, totalsOf({ PARK: 4 })), [
    { region: 'SOUTH', improvement: 'PARK', by: 1, before: 4, seen: false },
    { region: 'NORTH', improvement: 'PARK', by: -1, before: 4, seen: false },
  ])
})

test('a ballot is counted once each of its totals has been seen to follow', () => {
  const first = kept.see(recorded, totalsOf({ PARK: 5, POOL: 7 }))
  const second = kept.see(first, totalsOf({ PARK: 4, POOL: 8 }))

  assert.equal(first.state, 'recorded')
  assert.equal(second.state, 'counted')
})

test('a withdrawal is counted once the totals are below those before', () => {
  const withdrawing = kept.cast(settled, north())
  const moves = kept.movesOf(withdrawing, totalsOf({ PARK: 4, POOL: 7 }))
  const withdrawn = kept.arrived({ ...withdrawing, moves })

  assert.equal(kept.see(withdrawn, totalsOf({ PARK: 4, POOL: 6 })).state, 'recorded')
  assert.equal(kept.see(withdrawn, totalsOf({ PARK: 3, POOL: 6 })).state, 'counted')
})

test('a total that was not read before is not waited for', () => {
  const moves = kept.movesOf(sending, totalsOf({ PARK: 4 }))
  const ballot = kept.arrived({ ...sending, moves })

  assert.equal(kept.see(ballot, totalsOf({ PARK: 5, POOL: 8 })).state, 'counted')
})

test('where no total can be read, nothing is waited for and nothing claimed', () => {
  const moves = kept.movesOf(sending, () => null)
  const ballot = kept.arrived({ ...sending, moves })

  assert.equal(kept.isAwaited(ballot), false)
  assert.equal(kept.see(ballot, totalsOf({ PARK: 5 })).state, 'recorded')
})

test('a total that can not be read shows nothing', () => {
  assert.deepEqual(
    kept.see(recorded, () => null),
    recorded,
  )
})

test('only what is recorded is waited for', () => {
  const moves = recorded.moves ?? []

  assert.ok(kept.isAwaited(recorded))
  assert.equal(kept.isAwaited({ ...sending, moves }), false)
  assert.equal(kept.isAwaited(settled), false)
})
