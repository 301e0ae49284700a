// @ts-check
import assert from 'node:assert/strict'
import { beforeEach, test } from 'node:test'
import { chosenOrder, forgetSeed, inOrder, keepOrder, voterSeed } from '#pages/order.js'
import { FakeStorage, forbiddenStorage } from './browser.js'
import { speak } from './texts.js'

const options = Array.from({ length: 100 }, (_, i) => ({ improvement: `p${i}`, title: `P ${i}` }))
/** @param {{ improvement: string }[]} listed */
const names = (listed) => listed.map(({ improvement }) => improvement)

const noSeed = () => assert.fail('only a random order has a seed')
/** @param {import('./browser.js').AnyStorage} storage */
const storageOf = (storage) => () => /** @type {Storage} */ (storage)

beforeEach(() => speak('en'))

test('titles are sorted as readers sort, letters with a stroke among their like', () => {
  const titled = ['Zielony', 'Ławeczki', 'Łąka', '10 drzew', '2 drzewa', 'Lipa'].map((title) => ({
    improvement: title,
    title,
  }))

  assert.deepEqual(names(inOrder(titled, 'title', noSeed)), [
    '2 drzewa',
    '10 drzew',
    'Łąka',
    'Ławeczki',
    'Lipa',
    'Zielony',
  ])
})

test("the city's order is kept", () => {
  assert.deepEqual(inOrder(options, 'city', noSeed), options)
})

test('a random order is the same for one voter, and another for another', () => {
  const mine = names(inOrder(options, 'random', () => 'a'))

  assert.deepEqual(names(inOrder(options.toReversed(), 'random', () => 'a')), mine)
  assert.notDeepEqual(names(inOrder(options, 'random', () => 'b')), mine)
  assert.deepEqual(new Set(mine), new Set(names(options)))
})

test('an improvement that comes or goes leaves the others in their random order', () => {
  const mine = names(inOrder(options, 'random', () => 'a')).filter((name) => name !== 'p7')

  const fewer = options.filter(({ improvement }) => improvement !== 'p7')

  assert.deepEqual(names(inOrder(fewer, 'random', () => 'a')), mine)
})

test('each improvement comes first for about as many voters', () => {
  const few = options.slice(0, 5)
  const first = new Map(names(few).map((name) => [name, 0]))
  for (let voter = 0; voter < 5000; voter++) {
    const [name] = names(inOrder(few, 'random', () => `voter ${voter}`))
    first.set(name ?? '', (first.get(name ?? '') ?? 0) + 1)
  }

  for (const [name, count] of first) {
    assert.ok(count > 850 && count < 1150, `${name} came first ${count} times in 5000`)
  }
})

test('a device keeps its seed, as long as the browser keeps anything', () => {
  const storage = storageOf(new FakeStorage())
  const nothing = storageOf(forbiddenStorage)

  assert.equal(voterSeed(storage, 'anna'), voterSeed(storage, 'anna'))
  assert.equal(voterSeed(nothing, 'anna'), voterSeed(nothing, 'anna'))
})

test('voters who share a device have orders of their own', () => {
  const storage = storageOf(new FakeStorage())

  const [anna, dawid] = ['anna', 'dawid'].map((voter) =>
    names(inOrder(options, 'random', () => voterSeed(storage, voter))),
  )

  assert.notDeepEqual(anna, dawid)
})

test('a device that forgets its seed makes another', () => {
  for (const each of [new FakeStorage(), forbiddenStorage]) {
    const storage = storageOf(each)
    const seed = voterSeed(storage, 'anna')

    forgetSeed(storage)

    assert.notEqual(voterSeed(storage, 'anna'), seed)
  }
})

test('a tab keeps the order that was chosen until it is forgotten', () => {
  const storage = storageOf(new FakeStorage())
  assert.equal(chosenOrder(storage), '')

  keepOrder(storage, 'random')
  assert.equal(chosenOrder(storage), 'random')
  keepOrder(storage, '')

  assert.equal(chosenOrder(storage), '')
  keepOrder(storageOf(forbiddenStorage), 'random')
  assert.equal(chosenOrder(storageOf(forbiddenStorage)), '')
})
