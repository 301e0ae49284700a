// @ts-check
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CityWatch } from '#pages/city-watch.js'
import { Browser, problem } from './browser.js'
import './texts.js'

/** @import { TestContext } from 'node:test' */

Object.assign(globalThis, { pageLanguage: { offer() {} } })

const FINAL = { at: '2026-09-14T18:00:00Z', sha256: 'abc' }

/** A city that is watched, by a clock that only the test moves. */
class Watched {
  browser = new Browser()
  watch = new CityWatch(() => {})
  /** @type {object} */
  results = { asOf: '2026-09-14T18:00:00Z', stale: false, votes: 3, regions: [], recent: [] }
  /** @type {object} */
  election = { phase: 'open', results: 'live' }
  isOnline = true
  #now = 0

  /** @param {TestContext} t */
  constructor(t) {
    t.mock.timers.enable({ apis: ['setTimeout'] })
    t.mock.method(performance, 'now', () => this.#now)
    this.t = t
    this.browser.answer = ({ url }) => {
      if (!this.isOnline) {
        return problem(503, 'Try again')
      }
      const body = url === '/api/results' ? this.results : this.#ballot
      return Response.json(body, { headers: { ETag: JSON.stringify(body) } })
    }
  }

  get #ballot() {
    return { election: this.election, regions: [] }
  }

  /** @param {string} url */
  asked(url) {
    return this.browser.requests.filter((each) => each.url === url).length
  }

  /** @param {number} seconds */
  async wait(seconds) {
    for (let second = 0; second < seconds; second++) {
      for (let turn = 0; turn < 5; turn++) {
        await new Promise(setImmediate)
      }
      this.#now += 1000
      this.t.mock.timers.tick(1000)
    }
    for (let turn = 0; turn < 5; turn++) {
      await new Promise(setImmediate)
    }
  }

  async start() {
    this.watch.start()
    await this.wait(10)
  }
}

test('after the final result was asked for, nobody asks for results again', async (t) => {
  const city = new Watched(t)
  await city.start()
  city.election = { phase: 'closed', results: 'live', final: FINAL }
  city.results = { ...city.results, votes: 4 }
  await city.wait(40)
  const asked = city.asked('/api/results')

  await city.wait(120)

  const { results } = city.watch
  assert.equal(results && 'votes' in results && results.votes, 4)
  assert.equal(city.asked('/api/results'), asked)
})

test('without a final result the page goes on asking', async (t) => {
  const city = new Watched(t)
  await city.start()
  city.election = { phase: 'closed', results: 'live' }
  await city.wait(40)
  const asked = city.asked('/api/results')

  await city.wait(12)

  assert.equal(city.asked('/api/results'), asked + 4)
})

test('results from before the final one, or hidden ones, are not the last', async (t) => {
  const city = new Watched(t)
  city.results = { ...city.results, stale: true, ageMillis: 1000 }
  await city.start()
  city.election = { phase: 'closed', results: 'live', final: FINAL }
  await city.wait(40)
  city.results = { asOf: '2026-09-14T18:00:00Z', stale: false, results: 'turnout', regions: [] }
  await city.wait(40)
  const asked = city.asked('/api/results')

  await city.wait(12)

  assert.equal(city.asked('/api/results'), asked + 4)
})

test('a city with a final result is out of reach while the server does not answer', async (t) => {
  const city = new Watched(t)
  city.election = { phase: 'closed', results: 'live', final: FINAL }
  await city.start()

  city.isOnline = false
  await city.wait(60)
  assert.equal(city.watch.connection.state, 'live')
  assert.equal(city.watch.isReachable, false)

  city.isOnline = true
  await city.wait(60)
  const reachable = []
  for (let second = 0; second < 30; second++) {
    reachable.push(city.watch.isReachable)
    await city.wait(1)
  }
  assert.ok(reachable.includes(true))
})

test('a city is within reach as long as its results are read', async (t) => {
  const city = new Watched(t)
  await city.start()

  await city.wait(20)
  assert.equal(city.watch.isReachable, true)
  city.isOnline = false
  await city.wait(5)

  assert.equal(city.watch.isReachable, false)
})
