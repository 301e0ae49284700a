// @ts-check
import assert from 'node:assert/strict'
import { beforeEach, test } from 'node:test'
import { RefusedError } from '#pages/poller.js'
import { backoff, mayPass, untilDone } from '#pages/sending.js'
import { Browser } from './browser.js'
import './texts.js'

let browser = new Browser()

beforeEach(() => {
  browser = new Browser()
})

test('the wait after a failure doubles up to 15 seconds', () => {
  const waits = [1, 2, 3, 4, 5, 6, 100, 5000].map((failures) => backoff(failures, 0, 0.5))

  assert.deepEqual(waits, [1000, 2000, 4000, 8000, 15000, 15000, 15000, 15000])
})

test('the wait after a failure varies by a quarter', () => {
  assert.equal(backoff(1, 0, 0), 750)
  assert.equal(backoff(1, 0, 1), 1250)
})

test('the wait after a failure is at least what the server asks for', () => {
  assert.equal(backoff(1, 30000, 1), 30000)
  assert.equal(backoff(3, 1000, 0.5), 4000)
})

test('only trouble that may pass is tried again', () => {
  assert.deepEqual([408, 425, 429, 500, 502, 503, 504].map(mayPass), Array(7).fill(true))
  assert.deepEqual([400, 401, 403, 404, 412, 410, 422, 501].map(mayPass), Array(8).fill(false))
})

test('what fails is tried again, at once when the connection is back', async () => {
  const errors = [new TypeError('Failed to fetch'), new RefusedError(503)]
  /** @type {number[]} */
  const trouble = []

  const done = await untilDone(
    async () => {
      const error = errors.shift()
      if (error) {
        throw error
      }
      return 'done'
    },
    (attempts) => {
      trouble.push(attempts)
      setImmediate(() => browser.goOnline())
    },
  )

  assert.equal(done, 'done')
  assert.deepEqual(trouble, [1, 2])
})

test('what is refused is not tried again', async () => {
  const refusal = new RefusedError(422, { title: 'Too many' })

  await assert.rejects(
    untilDone(
      () => Promise.reject(refusal),
      () => assert.fail('it was tried again'),
    ),
    refusal,
  )
})
