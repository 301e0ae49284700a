// @ts-check
import assert from 'node:assert/strict'
import { beforeEach, test } from 'node:test'
import { FakeStorage, forbiddenStorage, problem } from './browser.js'
import { openVoting, settled } from './fake-page.js'

const TREES = Array.from({ length: 8 }, (_, i) => ({ improvement: `t${i}`, title: `Tree ${i}` }))
const BALLOT = {
  voting: { identity: 'open', votePer: 'region' },
  regions: [
    { region: 'north', title: 'North', atMost: 3, projects: true, improvements: TREES },
    {
      region: 'south',
      title: 'South',
      atMost: 2,
      improvements: [
        { improvement: 'park', title: 'A park' },
        { improvement: 'pool', title: 'A pool' },
      ],
    },
  ],
}

/** @type {{ region: string, improvements: string[] }[]} */
let stored = []
/** @type {import('#pages/tally.js').Election} */
let election = { phase: 'open', results: 'turnout' }
/** @type {(asked: import('./browser.js').Asked) => Response} */
let put = () => Response.json({})
/** What the answers of some addresses wait for. @type {Map<string, Promise<unknown>>} */
let held = new Map()

beforeEach(() => {
  stored = []
  election = { phase: 'open', results: 'turnout' }
  put = () => Response.json({})
  held = new Map()
})

/** @param {import('./browser.js').Asked} asked */
async function answer(asked) {
  const { url, method } = asked
  if (method === 'PUT') {
    return put(asked)
  }
  await held.get(url)
  if (url === '/api/ballot') {
    return Response.json({ ...BALLOT, election })
  }
  if (url === '/api/ballot/north') {
    const improvements = TREES.map((tree, i) => ({
      ...tree,
      cost: 1000,
      ...(i > 0 && { description: 'A tree.' }),
    }))
    return Response.json({ region: 'north', currency: 'EUR', improvements })
  }
  return Response.json(url === '/api/votes/mine' ? { ballots: stored } : { regions: [] })
}

/** Holds the answers of an address back. @param {string} url */
function hold(url) {
  let release = () => {}
  held.set(url, new Promise((resolve) => (release = () => resolve(null))))
  return async () => {
    release()
    await settled()
  }
}

test('an answer of the server leaves a form in use as it is', async () => {
  stored = [{ region: 'south', improvements: ['park'] }]
  const release = hold('/api/votes/mine')
  const page = await openVoting({ answer, hash: '#region=north' })
  page.element('find').enter('tree')
  await page.choose('Tree 3')
  const item = page.item('Tree 3')
  item?.querySelector('input')?.focus()

  await release()

  assert.equal(page.element('ballots').childElementCount, 1)
  assert.equal(page.item('Tree 3'), item)
  assert.equal(page.focused(), item?.querySelector('input'))
  assert.equal(page.element('find').value, 'tree')
  assert.ok(page.isChosen('Tree 3'))
})

test('an answer of the server leaves a form that was only searched as it is', async () => {
  stored = [{ region: 'north', improvements: ['t5', 'gone'] }]
  const release = hold('/api/votes/mine')
  const page = await openVoting({ answer, hash: '#region=north' })
  page.element('find').enter('tree')
  const item = page.item('Tree 3')

  await release()

  assert.equal(page.item('Tree 3'), item)
  assert.equal(page.element('find').value, 'tree')
  assert.ok(page.isChosen('Tree 5'))
  assert.equal(page.element('improvements').childElementCount, 9)
})

test('a region that was chosen stays, wherever the visitor comes from', async () => {
  const release = hold('/api/votes/mine')
  const page = await openVoting({ answer, hash: '#region=north' })
  await page.chooseRegion('South')

  await release()

  assert.equal(page.region(), 'South')
})

test('the opening of an election leaves a form in use as it is', async ({ mock }) => {
  const opensAt = '2026-05-01T12:00:00Z'
  election = { ...election, test: true, opensAt, closesAt: '2026-06-01T12:00:00Z', timeZone: 'UTC' }
  mock.method(Date, 'now', () => Date.parse('2026-05-01T11:59:59Z'))
  const page = await openVoting({ answer, session: forbiddenStorage })
  await page.chooseRegion('North')
  await page.choose('Tree 3')
  page.element('find').enter('tree')
  const item = page.item('Tree 3')

  mock.method(Date, 'now', () => Date.parse(opensAt))
  await page.tick()

  assert.match(page.element('opening').textContent, /closes/)
  assert.equal(page.region(), 'North')
  assert.equal(page.item('Tree 3'), item)
  assert.equal(page.element('find').value, 'tree')
  assert.ok(page.isChosen('Tree 3'))
})

test('without storage, a choice lasts as long as the page', async () => {
  const release = hold('/api/votes/mine')
  const page = await openVoting({ answer, session: forbiddenStorage })
  await page.chooseRegion('South')
  await page.choose('A pool')

  await release()

  assert.equal(page.region(), 'South')
  assert.ok(page.isChosen('A pool'))
})

test('a cost is shown once, also where nothing else is known', async () => {
  const ballots = hold('/api/votes/mine')
  const projects = hold('/api/ballot/north')
  const page = await openVoting({ answer, hash: '#region=north' })
  await ballots()
  await page.chooseRegion('South')
  await page.chooseRegion('North')

  await projects()

  assert.equal(page.item('Tree 0')?.textContent, 'Tree 0€1,000')
  assert.equal(page.item('Tree 1')?.querySelectorAll('details').length, 1)
})

test('a choice that is refused outlives a reload', async () => {
  const session = new FakeStorage()
  const local = new FakeStorage()
  put = () => problem(422, 'One too many')
  const page = await openVoting({ answer, session, local })
  await page.chooseRegion('South')
  await page.choose('A pool')

  await page.cast()
  const again = await openVoting({ answer, session, local })

  assert.equal(again.region(), 'South')
  assert.ok(again.isChosen('A pool'))
})

test('a refusal leaves what is being chosen in another region', async () => {
  const page = await openVoting({ answer })
  await page.chooseRegion('South')
  await page.choose('A pool')
  let refuse = () => {}
  const refusal = new Promise((resolve) => (refuse = () => resolve(null)))
  put = /** @type {any} */ (() => refusal.then(() => problem(422, 'One too many')))
  await page.cast()
  await page.press('Vote in another region')
  await page.chooseRegion('North')
  await page.choose('Tree 2')

  refuse()
  await settled()

  assert.match(page.element('notice').textContent, /One too many/)
  assert.equal(page.region(), 'North')
  assert.ok(page.isChosen('Tree 2'))
})

test('to insist on a contested ballot leaves the choice in another region', async () => {
  const session = new FakeStorage()
  const local = new FakeStorage()
  put = () => problem(412, 'Changed', {}, { stored: { region: 'south', improvements: ['park'] } })
  const page = await openVoting({ answer, session, local })
  await page.chooseRegion('South')
  await page.choose('A pool')
  await page.cast()
  await page.press('Vote in another region')
  await page.chooseRegion('North')
  await page.choose('Tree 2')
  put = ({ body }) => {
    stored = [{ region: body.region, improvements: body.improvements }]
    return Response.json({})
  }

  await page.press('Record what you chose here')

  assert.deepEqual(stored, [{ region: 'south', improvements: ['pool'] }])
  assert.equal(page.element('form').hidden, false)
  const again = await openVoting({ answer, session, local })
  assert.equal(again.region(), 'North')
  assert.ok(again.isChosen('Tree 2'))
})

test('a cast ballot leaves no draft', async () => {
  const session = new FakeStorage()
  const page = await openVoting({ answer, session })
  await page.chooseRegion('South')
  await page.choose('A pool')
  assert.notEqual(session.getItem('citytally.draft'), null)

  await page.cast()

  assert.equal(session.getItem('citytally.draft'), null)
  assert.equal(page.element('form').hidden, true)
})

test('a withdrawn ballot leaves no draft', async () => {
  const session = new FakeStorage()
  const local = new FakeStorage()
  stored = [{ region: 'south', improvements: ['park'] }]
  const page = await openVoting({ answer, session, local })
  await page.press('Change')
  await page.choose('A pool')
  put = () => {
    stored = []
    return Response.json({})
  }

  await page.press('Withdraw')
  await page.press('Yes, withdraw')

  assert.deepEqual(stored, [])
  const again = await openVoting({ answer, session, local })
  assert.equal(again.region(), undefined)
})

test('an address that names a region goes before a draft without a choice', async () => {
  const session = new FakeStorage()
  const local = new FakeStorage()
  const page = await openVoting({ answer, session, local })
  await page.chooseRegion('South')

  const linked = await openVoting({ answer, session, local, hash: '#region=north' })
  assert.equal(linked.region(), 'North')
  const plain = await openVoting({ answer, session, local })
  assert.equal(plain.region(), 'South')

  await plain.choose('A park')
  const chosen = await openVoting({ answer, session, local, hash: '#region=north' })
  assert.equal(chosen.region(), 'South')
})

test('what is no longer chosen is hidden once the focus has left it', async () => {
  const page = await openVoting({ answer, hash: '#region=north' })
  await page.choose('Tree 2')
  await page.choose('Tree 4')
  page.element('only-chosen').check()
  assert.deepEqual(page.titles(), ['Tree 2', 'Tree 4'])
  page.item('Tree 2')?.querySelector('input')?.focus()

  await page.choose('Tree 2', false)
  assert.deepEqual(page.titles(), ['Tree 2', 'Tree 4'])
  page.item('Tree 4')?.querySelector('input')?.focus()
  await settled()

  assert.deepEqual(page.titles(), ['Tree 4'])
})

test('a list does not move while a pointer is down', async () => {
  const page = await openVoting({ answer, hash: '#region=north' })
  await page.choose('Tree 2')
  await page.choose('Tree 4')
  page.element('only-chosen').check()
  page.item('Tree 2')?.querySelector('input')?.focus()
  await page.choose('Tree 2', false)
  const input = page.item('Tree 4')?.querySelector('input')

  input?.fire('pointerdown')
  input?.focus()
  await settled()
  assert.deepEqual(page.titles(), ['Tree 2', 'Tree 4'])
  input?.fire('pointerup')
  await settled()

  assert.deepEqual(page.titles(), ['Tree 4'])
})

test('only a random order makes a number, which a device forgets with the votes', async () => {
  const session = new FakeStorage()
  const local = new FakeStorage()
  const page = await openVoting({ answer, session, local, hash: '#region=north' })
  assert.equal(local.getItem('citytally-order'), null)

  page.element('order').enter('random')
  assert.notEqual(local.getItem('citytally-order'), null)
  const mine = page.titles()
  const again = await openVoting({ answer, session, local, hash: '#region=north' })
  assert.equal(again.element('order').value, 'random')
  assert.deepEqual(again.titles(), mine)

  await again.press('Forget on this device')

  assert.equal(local.getItem('citytally-order'), null)
  assert.equal(again.element('order').value, 'title')
  const other = await openVoting({ answer, session, local, hash: '#region=north' })
  assert.equal(other.element('order').value, 'title')
})

test('voters who share a device have random orders of their own', async () => {
  const session = new FakeStorage()
  const local = new FakeStorage()
  const page = await openVoting({ answer, session, local, hash: '#region=north' })
  page.element('order').enter('random')
  const mine = page.titles()

  local.setItem('citytally.device', '0'.repeat(32))
  const other = await openVoting({ answer, session, local, hash: '#region=north' })

  other.element('order').enter('random')

  assert.notDeepEqual(other.titles(), mine)
})
