// @ts-check
import assert from 'node:assert/strict'
import { beforeEach, test } from 'node:test'
import { OwnVote } from '#pages/own-vote.js'
import { RefusedError } from '#pages/poller.js'
import { Browser, FakeStorage, forbiddenStorage, problem } from './browser.js'

const KEY = 'citytally.vote'
const PARK = { region: 'NORTH', improvement: 'PARK', title: 'A park' }
const POOL = { region: 'SOUTH', improvement: 'POOL', title: 'A pool' }

let storage = new FakeStorage()
let browser = new Browser(storage)

beforeEach(() => {
  storage = new FakeStorage()
  browser = new Browser(storage)
  browser.answer = ({ body }) => Response.json(body)
})

const kept = () => JSON.parse(storage.getItem(KEY) ?? 'null')
const four = async () => 4
const noTrouble = (/** @type {number} */ attempts) => assert.fail(`${attempts} failed`)

/** The states that a page sees, in their order. */
function watched() {
  /** @type {string[]} */
  const states = []
  const own = new OwnVote(() => {
    states.push(own.state)
  })
  return { own, states }
}

test('a browser without a vote has none', () => {
  const own = new OwnVote(() => {})

  assert.equal(own.state, 'none')
  assert.equal(own.choice, null)
  assert.equal(own.standing, null)
  assert.ok(own.keeps)
  assert.equal(kept(), null)
})

test('a vote is kept before it is sent, under a random id of 128 bits', async () => {
  const { own, states } = watched()
  browser.answer = () => {
    assert.equal(kept().state, 'sending')
    assert.equal(kept().before, 4)
    return Response.json({})
  }

  await own.cast(PARK, four, noTrouble)

  const { id } = kept()
  assert.match(id, /^[0-9a-f]{32}$/)
  assert.deepEqual(browser.requests, [
    { url: `/api/votes/${id}`, method: 'PUT', body: { region: 'NORTH', improvement: 'PARK' } },
  ])
  assert.deepEqual(states, ['sending', 'sending', 'recorded'])
  assert.deepEqual(own.standing, PARK)
  assert.equal(own.before, 4)
})

test('two browsers have two ids', async () => {
  await new OwnVote(() => {}).cast(PARK, four, noTrouble)
  const first = kept().id
  browser = new Browser(new FakeStorage())
  await new OwnVote(() => {}).cast(PARK, four, noTrouble)

  assert.notEqual(browser.requests[0]?.url, `/api/votes/${first}`)
})

test('a changed and a withdrawn vote have the id of the first', async () => {
  const { own } = watched()

  await own.cast(PARK, four, noTrouble)
  await own.cast(POOL, four, noTrouble)
  await own.withdraw(four, noTrouble)

  assert.equal(new Set(browser.requests.map(({ url }) => url)).size, 1)
  assert.deepEqual(
    browser.requests.map(({ method, body }) => [method, body?.improvement]),
    [
      ['PUT', 'PARK'],
      ['PUT', 'POOL'],
      ['DELETE', undefined],
    ],
  )
  assert.equal(own.state, 'withdrawn')
  assert.deepEqual(own.choice, POOL)
  assert.equal(own.standing, null)
})

test('nothing is withdrawn where there is no vote', async () => {
  const { own } = watched()

  await own.withdraw(four, noTrouble)

  assert.deepEqual(browser.requests, [])
  assert.equal(own.state, 'none')
})

test('a vote is sent again, under the same id, until it arrives', async () => {
  const { own } = watched()
  const answers = [problem(503, 'The tables do not answer'), problem(429, 'Slower')]
  browser.answer = () => answers.shift() ?? Response.json({})
  /** @type {number[]} */
  const trouble = []

  await own.cast(PARK, four, (attempts) => {
    trouble.push(attempts)
    setImmediate(() => browser.goOnline())
  })

  assert.deepEqual(trouble, [1, 2])
  assert.equal(browser.requests.length, 3)
  assert.equal(new Set(browser.requests.map(({ url }) => url)).size, 1)
  assert.equal(own.state, 'recorded')
})

test('a vote is sent once the total before it could be read, or is known to be out of reach', async () => {
  const { own } = watched()
  let reads = 0
  const total = async () => {
    if (++reads === 1) {
      throw new TypeError('Failed to fetch')
    }
    return null
  }

  await own.cast(PARK, total, () => {
    assert.deepEqual(browser.requests, [])
    setImmediate(() => browser.goOnline())
  })

  assert.equal(reads, 2)
  assert.equal(own.before, null)
  assert.equal(own.state, 'recorded')
})

test('a refused vote is not sent again, and says why', async () => {
  const { own } = watched()
  browser.answer = () => problem(422, 'Voting is closed')

  await assert.rejects(own.cast(PARK, four, noTrouble), (error) => {
    assert.ok(error instanceof RefusedError)
    assert.equal(error.status, 422)
    assert.equal(error.message, 'Voting is closed')
    return true
  })

  assert.equal(browser.requests.length, 1)
  assert.equal(own.state, 'none')
  assert.equal(kept().state, 'none')
})

test('the former vote stands when a change is refused', async () => {
  const { own } = watched()
  await own.cast(PARK, four, noTrouble)
  browser.answer = () => problem(422, 'The ballot has no such improvement')

  await assert.rejects(own.cast(POOL, four, noTrouble))

  assert.deepEqual(own.standing, PARK)
  assert.deepEqual(kept().choice, PARK)
})

test('a page that was closed too early goes on when it is opened again', async () => {
  storage.setItem(KEY, JSON.stringify({ id: 'a', state: 'sending', choice: PARK, previous: null }))
  const { own } = watched()
  assert.ok(own.isSending)

  await own.resume(four, noTrouble)

  assert.deepEqual(
    browser.requests.map(({ url, method }) => [method, url]),
    [['PUT', '/api/votes/a']],
  )
  assert.equal(own.state, 'recorded')
})

test('a page that goes on keeps the total that was read before', async () => {
  const sent = { id: 'a', state: 'withdrawing', choice: PARK, previous: PARK, before: 7 }
  storage.setItem(KEY, JSON.stringify(sent))
  const { own } = watched()

  await own.resume(() => assert.fail('the total is known'), noTrouble)

  assert.equal(own.before, 7)
  assert.equal(own.state, 'withdrawn')
})

test('nothing is sent again that has arrived', async () => {
  storage.setItem(KEY, JSON.stringify({ id: 'a', state: 'recorded', choice: PARK, before: 7 }))
  const { own } = watched()

  await own.resume(four, noTrouble)

  assert.deepEqual(browser.requests, [])
})

test('a vote is counted once the total has followed', async () => {
  const { own, states } = watched()
  await own.cast(PARK, four, noTrouble)

  assert.equal(own.see(4), false)
  assert.equal(own.see(null), false)
  assert.equal(own.state, 'recorded')
  assert.equal(own.see(5), true)
  assert.equal(own.state, 'counted')
  assert.equal(states.at(-1), 'counted')
  assert.equal(own.see(6), false)
})

test('a page follows what another tab does', () => {
  const { own, states } = watched()
  storage.setItem(KEY, JSON.stringify({ id: 'a', state: 'recorded', choice: POOL, before: 1 }))

  browser.changeStorage('citytally.theme')
  assert.equal(own.state, 'none')
  browser.changeStorage(KEY)
  assert.equal(own.state, 'recorded')
  assert.deepEqual(own.standing, POOL)
  assert.deepEqual(states, ['recorded'])
})

test('a page that is sending is not disturbed by another tab', async () => {
  const { own, states } = watched()
  browser.answer = () => {
    storage.setItem(KEY, JSON.stringify({ state: 'none' }))
    browser.changeStorage(KEY)
    return Response.json({})
  }

  await own.cast(PARK, four, noTrouble)

  assert.deepEqual(states, ['sending', 'sending', 'recorded'])
  assert.equal(kept().state, 'recorded')
})

test('a vote can be cast where the browser keeps nothing, and the page knows it', async () => {
  browser = new Browser(forbiddenStorage)
  const { own } = watched()
  assert.equal(own.keeps, false)

  await own.cast(PARK, four, noTrouble)

  assert.equal(own.state, 'recorded')
  assert.equal(browser.requests.length, 1)
})

test('what is kept but can not be read is no vote, and the browser still keeps', () => {
  storage.setItem(KEY, '{"state":')
  const { own } = watched()

  assert.equal(own.state, 'none')
  assert.ok(own.keeps)
})
