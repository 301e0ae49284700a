// @ts-check
import assert from 'node:assert/strict'
import { beforeEach, test } from 'node:test'
import { readResults } from '#pages/results.js'
import { Browser, problem } from './browser.js'
import './texts.js'

let browser = new Browser()

beforeEach(() => {
  browser = new Browser()
})

/** @param {Error} error */
function failWith(error) {
  browser.answer = () => {
    throw error
  }
}

test('the results are those of the whole city', async () => {
  const results = { regions: [{ region: 'NORTH', votes: 7, improvements: [] }] }
  browser.answer = () => Response.json(results)

  assert.deepEqual(await readResults(), results)
  assert.deepEqual(
    browser.requests.map(({ url }) => url),
    ['/api/results'],
  )
})

test('results that the server does not tell are null', async () => {
  browser.answer = () => problem(503, 'The tables do not answer')

  assert.equal(await readResults(), null)
})

test('results that do not come in time are null, under either name that browsers have for it', async () => {
  for (const name of ['TimeoutError', 'AbortError']) {
    failWith(new DOMException('signal timed out', name))
    assert.equal(await readResults(), null, name)
  }
})

test('without a connection there is an error', async () => {
  failWith(new TypeError('Failed to fetch'))

  await assert.rejects(readResults(), TypeError)
})
