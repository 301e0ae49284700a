// @ts-check
import assert from 'node:assert/strict'
import { beforeEach, test } from 'node:test'
import { readTotal } from '#pages/results.js'
import { Browser, problem } from './browser.js'

const PARK = { region: 'NORTH', improvement: 'PARK' }

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

test('a total is read from the results of the whole city', async () => {
  const improvements = [{ improvement: 'PARK', title: 'A park', votes: 7 }]
  browser.answer = () => Response.json({ regions: [{ region: 'NORTH', votes: 7, improvements }] })

  assert.equal(await readTotal(PARK), 7)
  assert.equal(await readTotal({ ...PARK, improvement: 'POOL' }), null)
  assert.deepEqual(new Set(browser.requests.map(({ url }) => url)), new Set(['/api/results']))
})

test('a total that the server does not tell is null', async () => {
  browser.answer = () => problem(503, 'The tables do not answer')

  assert.equal(await readTotal(PARK), null)
})

test('a total that does not come in time is null, under either name that browsers have for it', async () => {
  for (const name of ['TimeoutError', 'AbortError']) {
    failWith(new DOMException('signal timed out', name))
    assert.equal(await readTotal(PARK), null, name)
  }
})

test('without a connection there is an error', async () => {
  failWith(new TypeError('Failed to fetch'))

  await assert.rejects(readTotal(PARK), TypeError)
})
