// @ts-check
import assert from 'node:assert/strict'
import { beforeEach, test } from 'node:test'
import { interval, Poller, QUIET_INTERVAL_MILLIS, RefusedError } from '#pages/poller.js'
import { Browser, problem } from './browser.js'
import './texts.js'

let browser = new Browser()

beforeEach(() => {
  browser = new Browser()
})

test('a resource that changes is asked for once a second', () => {
  assert.equal(interval(0, 0, QUIET_INTERVAL_MILLIS), 1000)
})

test('a resource that needs no haste is asked for when its time has come', () => {
  assert.equal(interval(0, 0, 60_000, 60_000), 60_000)
  assert.equal(interval(0, 2, 60_000, 60_000), 60_000)
  assert.equal(interval(1, 0, 60_000, 60_000), 1000)
})

test('a resource that does not change is asked for less often', () => {
  assert.equal(interval(0, 2, QUIET_INTERVAL_MILLIS), 3000)
})

test('one answer without news does not make a resource quiet', () => {
  assert.equal(interval(0, 1, QUIET_INTERVAL_MILLIS), 1000)
})

test('without an answer the wait doubles, up to ten seconds', () => {
  const waits = [1, 2, 3, 4, 5, 6, 5000].map((failures) => interval(failures, 0, 3000))

  assert.deepEqual(waits, [1000, 2000, 4000, 8000, 10000, 10000, 10000])
  assert.equal(interval(1, 2, 3000), 1000)
})

test('an error has the title and the time that the server tells', async () => {
  const error = await RefusedError.of(problem(503, 'Try again', { 'Retry-After': '7' }))

  assert.equal(error.status, 503)
  assert.equal(error.message, 'Try again')
  assert.equal(error.retryAfterMillis, 7000)
})

test('an error that is no problem of the API has its status in words', async () => {
  const error = await RefusedError.of(new Response('<h1>Bad gateway</h1>', { status: 502 }))

  assert.equal(error.message, 'The server answered 502.')
  assert.equal(error.retryAfterMillis, 0)
})

/** A poller, and its answers and failures one by one. */
function polled(quietMillis = 1000) {
  /** @type {((seen: any) => void)[]} */
  const waiting = []
  /** @type {any[]} */
  const arrived = []
  const arrive = (/** @type {any} */ seen) => {
    const next = waiting.shift()
    if (next) {
      next(seen)
    } else {
      arrived.push(seen)
    }
  }
  const poller = new Poller('/api/results', arrive, (error) => arrive({ error }), quietMillis)
  const next = () =>
    arrived.length > 0
      ? Promise.resolve(arrived.shift())
      : new Promise((resolve) => waiting.push(resolve))
  return { poller, next, arrived }
}

test('an answer tells whether it has changed, by its ETag', async (t) => {
  const headers = {
    ETag: '"1"',
    Date: 'Fri, 01 May 2026 12:00:00 GMT',
    'Citytally-As-Of': '2026-05-01T11:59:00.000Z',
  }
  browser.answer = () => Response.json({ votes: 1 }, { headers })
  const { poller, next } = polled()
  t.after(() => poller.stop())

  const before = performance.now()
  poller.start()
  const { askedAt, ...told } = await next()
  assert.deepEqual(told, {
    body: { votes: 1 },
    changed: true,
    serverMillis: Date.parse('2026-05-01T12:00:00Z'),
    asOfMillis: Date.parse('2026-05-01T11:59:00Z'),
  })
  assert.ok(before <= askedAt && askedAt <= performance.now())
  browser.goOnline()
  assert.equal((await next()).changed, false)
  headers.ETag = '"2"'
  browser.goOnline()
  assert.equal((await next()).changed, true)
})

test('an answer without an ETag or a date counts as changed, at no known time', async (t) => {
  browser.answer = () => Response.json({})
  const { poller, next } = polled()
  t.after(() => poller.stop())

  poller.start()
  const { askedAt, ...told } = await next()
  assert.deepEqual(told, { body: {}, changed: true, serverMillis: null, asOfMillis: null })
  browser.goOnline()
  assert.equal((await next()).changed, true)
})

test('a failure is told, and the next answer is one again', async (t) => {
  browser.answer = () => problem(503, 'The tables do not answer')
  const { poller, next } = polled()
  t.after(() => poller.stop())

  poller.start()
  const { error } = await next()
  assert.ok(error instanceof RefusedError)
  assert.equal(error.status, 503)
  browser.answer = () => Response.json({ votes: 2 })
  browser.goOnline()
  assert.deepEqual((await next()).body, { votes: 2 })
})

test('a poller asks again by itself', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const { poller, next } = polled()
  t.after(() => poller.stop())

  poller.start()
  await next()
  // The poller sets its timer once the answer is handled.
  await new Promise(setImmediate)
  t.mock.timers.tick(1000)
  await next()
  assert.equal(browser.requests.length, 2)
})

test('a poller asks less often after two answers without news, and more often after one with news', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const headers = { ETag: '"1"' }
  browser.answer = () => Response.json({}, { headers })
  const { poller, next } = polled(QUIET_INTERVAL_MILLIS)
  t.after(() => poller.stop())
  /** The time until it asks again, in seconds. */
  const wait = async () => {
    await next()
    await new Promise(setImmediate)
    const before = browser.requests.length
    for (let seconds = 1; ; seconds++) {
      t.mock.timers.tick(1000)
      if (browser.requests.length > before) return seconds
    }
  }

  poller.start()
  const waits = [await wait(), await wait(), await wait(), await wait()]
  headers.ETag = '"2"'

  assert.deepEqual([...waits, await wait(), await wait()], [1, 1, 3, 3, 1, 1])
})

test('a hidden page does not ask, and asks at once when it is shown', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const { poller, next } = polled()
  t.after(() => poller.stop())
  browser.hide()

  poller.start()
  t.mock.timers.tick(60000)
  assert.equal(browser.requests.length, 0)
  browser.show()
  assert.equal(browser.requests.length, 1)
  await next()
  browser.hide()
  t.mock.timers.tick(60000)
  browser.goOnline()
  assert.equal(browser.requests.length, 1)
})

test('a poller that is stopped neither asks nor answers', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const { poller, arrived } = polled()

  poller.start()
  assert.equal(browser.requests.length, 1)
  poller.stop()
  await new Promise(setImmediate)
  await new Promise(setImmediate)
  t.mock.timers.tick(60000)
  browser.goOnline()
  browser.show()

  assert.equal(browser.requests.length, 1)
  assert.deepEqual(arrived, [])
})
