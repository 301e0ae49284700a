// @ts-check
import assert from 'node:assert/strict'
import { beforeEach, test } from 'node:test'
import { deviceSeed, inOrder } from '#pages/order.js'
import { speak } from './texts.js'

const options = Array.from({ length: 100 }, (_, i) => ({ improvement: `p${i}`, title: `P ${i}` }))
/** @param {{ improvement: string }[]} listed */
const names = (listed) => listed.map(({ improvement }) => improvement)

beforeEach(() => speak('en'))

test('titles are sorted as readers sort, letters with a stroke among their like', () => {
  const titled = ['Zielony', 'Ławeczki', 'Łąka', '10 drzew', '2 drzewa', 'Lipa'].map((title) => ({
    improvement: title,
    title,
  }))

  assert.deepEqual(names(inOrder(titled, 'title', '')), [
    '2 drzewa',
    '10 drzew',
    'Łąka',
    'Ławeczki',
    'Lipa',
    'Zielony',
  ])
})

test("the city's order is kept", () => {
  assert.deepEqual(inOrder(options, 'city', 'a'), options)
})

test('a random order is the same for one voter, and another for another', () => {
  const mine = names(inOrder(options, 'random', 'a'))

  assert.deepEqual(names(inOrder(options.toReversed(), 'random', 'a')), mine)
  assert.notDeepEqual(names(inOrder(options, 'random', 'b')), mine)
  assert.deepEqual(new Set(mine), new Set(names(options)))
})

test('an improvement that comes or goes leaves the others in their random order', () => {
  const mine = names(inOrder(options, 'random', 'a')).filter((name) => name !== 'p7')

  const fewer = options.filter(({ improvement }) => improvement !== 'p7')

  assert.deepEqual(names(inOrder(fewer, 'random', 'a')), mine)
})

test('each improvement comes first for about as many voters', () => {
  const few = options.slice(0, 5)
  const first = new Map(names(few).map((name) => [name, 0]))
  for (let voter = 0; voter < 5000; voter++) {
    const [name] = names(inOrder(few, 'random', `voter ${voter}`))
    first.set(name ?? '', (first.get(name ?? '') ?? 0) + 1)
  }

  for (const [name, count] of first) {
    assert.ok(count > 850 && count < 1150, `${name} came first ${count} times in 5000`)
  }
})

test('a device keeps its seed, as long as the browser keeps anything', () => {
  /** @type {Map<string, string>} */
  const kept = new Map()
  const storage = /** @type {() => Storage} */ (
    /** @type {unknown} */ (
      () => ({
        getItem: (/** @type {string} */ key) => kept.get(key) ?? null,
        setItem: (/** @type {string} */ key, /** @type {string} */ value) => kept.set(key, value),
      })
    )
  )
  const nothing = () => {
    throw new Error('the browser keeps nothing')
  }

  const seed = deviceSeed(storage)

  assert.equal(deviceSeed(storage), seed)
  assert.equal([...kept.values()][0], seed)
  assert.equal(deviceSeed(nothing), deviceSeed(nothing))
})
