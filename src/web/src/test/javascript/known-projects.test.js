// @ts-check
import assert from 'node:assert/strict'
import { beforeEach, test } from 'node:test'
import { KnownProjects, readProjects } from '#pages/known-projects.js'
import { Browser, problem } from './browser.js'

let browser = new Browser()
/** A region that no test before has read. */
let region = ''

beforeEach((t) => {
  browser = new Browser()
  region = t.name
})

const fails = () => problem(503, 'Try again')

/** @param {number} cost */
const costs = (cost) => () =>
  Response.json({
    region,
    currency: 'EUR',
    budget: 100,
    improvements: [{ improvement: 'park', title: 'Park', cost }],
  })

/** What is known of the region, and how often that has changed. */
function known() {
  const seen = { changes: 0, first: false }
  const projects = new KnownProjects(region, (before) => {
    seen.changes++
    seen.first = before === null
  })
  return { projects, seen, cost: () => projects.now?.improvements[0]?.cost }
}

test('a failure is followed by another try', async () => {
  const { projects, seen, cost } = known()
  browser.answer = fails
  await projects.read()
  assert.equal(projects.now, null)

  browser.answer = costs(30)
  await projects.readAgain()

  assert.equal(cost(), 30)
  assert.deepEqual(seen, { changes: 1, first: true })
})

test('a change is seen', async () => {
  const { projects, seen, cost } = known()
  browser.answer = costs(30)
  await projects.read()

  browser.answer = costs(40)
  await projects.readAgain()

  assert.equal(cost(), 40)
  assert.deepEqual(seen, { changes: 2, first: false })
  assert.equal((await readProjects(region))?.improvements[0]?.cost, 40)
})

test('what is the same again is no change', async () => {
  const { projects, seen } = known()
  browser.answer = costs(30)
  await projects.read()

  await projects.readAgain()

  assert.equal(seen.changes, 1)
})

test('what is known stays when it cannot be read again', async () => {
  const { projects, seen, cost } = known()
  browser.answer = costs(30)
  await projects.read()

  browser.answer = fails
  await projects.readAgain()

  assert.equal(cost(), 30)
  assert.equal(seen.changes, 1)
  assert.equal((await readProjects(region))?.improvements[0]?.cost, 30)
})

test('it asks once at a time', async () => {
  const { projects } = known()
  browser.answer = costs(30)

  await Promise.all([projects.read(), projects.readAgain(), projects.readAgain()])

  assert.equal(browser.requests.length, 1)
})

test('what was read for another visit is not read again at once', async () => {
  browser.answer = costs(30)
  await known().projects.read()

  const { projects, cost } = known()
  await projects.read()

  assert.equal(cost(), 30)
  assert.equal(browser.requests.length, 1)
})

test('nothing is read of the whole city', async () => {
  const projects = new KnownProjects(null, () => {})

  await projects.read()
  await projects.readAgain()

  assert.equal(browser.requests.length, 0)
})
