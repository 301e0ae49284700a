// @ts-check
import assert from 'node:assert/strict'
import { beforeEach, test } from 'node:test'
import { OwnBallots } from '#pages/own-ballots.js'
import { RefusedError } from '#pages/poller.js'
import { Browser, FakeStorage, forbiddenStorage, problem } from './browser.js'
import './texts.js'

const KEY = 'citytally.ballots'

/** @param {string[]} improvements */
const north = (...improvements) => ({ region: 'NORTH', improvements })
/** @param {string[]} improvements */
const south = (...improvements) => ({ region: 'SOUTH', improvements })

/** @type {import('./browser.js').AnyStorage} */
let storage = new FakeStorage()
let browser = new Browser(storage)
/**
 * What the server has.
 *
 * @type {{ region: string, improvements: string[] }[]}
 */
let stored = []

beforeEach(() => {
  storage = new FakeStorage()
  browser = new Browser(storage)
  stored = []
  browser.answer = answer
})

/** @type {import('./browser.js').Answer} */
function answer({ method, body }) {
  if (method === 'GET') {
    return Response.json({ ballots: stored })
  }
  const { seen, ...wanted } = body
  stored = [...stored.filter(({ region }) => region !== wanted.region), wanted].filter(
    ({ improvements }) => improvements.length > 0,
  )
  return Response.json(wanted)
}

const written = () => JSON.parse(storage.getItem(KEY) ?? 'null')
const puts = () => browser.requests.filter(({ method }) => method === 'PUT')
const noTrouble = (/** @type {number} */ attempts) => assert.fail(`${attempts} failed`)

/** @param {Record<string, number>} totals those of NORTH */
function resultsOf(totals) {
  const improvements = Object.entries(totals).map(([improvement, votes]) => ({
    improvement,
    title: improvement,
    votes,
  }))
  const regions = [{ region: 'NORTH', votes: 0, improvements }]
  return { asOf: '2026-05-01T12:00:00Z', stale: false, votes: 0, recent: [], regions }
}

const readResults = async () => resultsOf({ PARK: 4, POOL: 7 })

/**
 * The ballots of a page, and the states that it has seen, in their order.
 *
 * @param {'city' | 'region'} votePer
 */
function page(votePer = 'region', id = 'device') {
  /** @type {string[]} */
  const states = []
  const voter = {
    storage: () => /** @type {Storage} */ (storage),
    id,
    headers: () => ({ 'Citytally-Capability': id }),
  }
  const own = new OwnBallots(voter, votePer, () => {
    states.push(own.all.map(({ state }) => state).join())
  })
  return { own, states }
}

test('a browser without ballots has none', () => {
  const { own } = page()

  assert.deepEqual(own.all, [])
  assert.equal(own.of('NORTH'), undefined)
  assert.ok(own.keeps)
  assert.equal(written(), null)
})

test('a ballot is kept before it is sent, with the key of its voter', async () => {
  const { own, states } = page()
  browser.answer = (asked) => {
    assert.equal(written().voter, 'device')
    assert.equal(written().ballots[0].state, 'sending')
    return answer(asked)
  }

  assert.ok(await own.cast(north('PARK', 'POOL'), readResults, noTrouble))

  assert.deepEqual(
    browser.requests.map(({ url, method, body }) => [url, method, body]),
    [['/api/votes/mine', 'PUT', north('PARK', 'POOL')]],
  )
  assert.equal(browser.requests[0]?.headers.get('Citytally-Capability'), 'device')
  assert.deepEqual(states, ['sending', 'sending', 'recorded'])
  assert.deepEqual(own.of('NORTH')?.seen, north('PARK', 'POOL'))
})

test('a change and a withdrawal say what they replace', async () => {
  const { own } = page()

  await own.cast(north('PARK'), readResults, noTrouble)
  await own.cast(north('POOL'), readResults, noTrouble)
  await own.cast(north(), readResults, noTrouble)
  await own.cast(north('PARK'), readResults, noTrouble)

  assert.deepEqual(
    puts().map(({ body }) => body),
    [
      north('PARK'),
      { ...north('POOL'), seen: north('PARK') },
      { ...north(), seen: north('POOL') },
      north('PARK'),
    ],
  )
})

test('each region has a ballot of its own', async () => {
  const { own } = page()

  await own.cast(north('PARK'), readResults, noTrouble)
  await own.cast(south('TREES'), readResults, noTrouble)

  assert.deepEqual(
    own.all.map(({ seen }) => seen),
    [north('PARK'), south('TREES')],
  )
})

test('where there is one vote in the city, a vote in another region replaces it', async () => {
  const { own } = page('city')

  await own.cast(north('PARK'), readResults, noTrouble)
  await own.cast(south('TREES'), readResults, noTrouble)

  assert.deepEqual(puts()[1]?.body, { ...south('TREES'), seen: north('PARK') })
  assert.equal(own.all.length, 1)
  assert.deepEqual(own.of('anywhere')?.seen, south('TREES'))
})

test('a region may have the name of what every object has', async () => {
  const { own } = page()

  await own.cast({ region: '__proto__', improvements: ['PARK'] }, readResults, noTrouble)

  assert.equal(page().own.of('__proto__')?.state, 'recorded')
  assert.equal(own.of('constructor'), undefined)
})

test('a ballot is sent again, the same, until it arrives', async () => {
  const { own } = page()
  const answers = [problem(503, 'The tables do not answer'), problem(429, 'Slower')]
  browser.answer = (asked) => answers.shift() ?? answer(asked)
  /** @type {number[]} */
  const trouble = []

  await own.cast(north('PARK'), readResults, (attempts) => {
    trouble.push(attempts)
    setImmediate(() => browser.goOnline())
  })

  assert.deepEqual(trouble, [1, 2])
  assert.deepEqual(
    puts().map(({ body }) => body),
    Array(3).fill(north('PARK')),
  )
  assert.equal(own.of('NORTH')?.state, 'recorded')
})

test('a ballot is sent once the totals before it could be read, or are known to be out of reach', async () => {
  const { own } = page()
  let reads = 0
  const results = async () => {
    if (++reads === 1) {
      throw new TypeError('Failed to fetch')
    }
    return null
  }

  await own.cast(north('PARK'), results, () => {
    assert.deepEqual(browser.requests, [])
    setImmediate(() => browser.goOnline())
  })

  assert.equal(reads, 2)
  assert.equal(own.of('NORTH')?.state, 'recorded')
  assert.equal(own.isAwaited, false)
})

test('a refused ballot is not sent again, and says why', async () => {
  const { own } = page()
  browser.answer = () => problem(422, 'Too many', {}, { atMost: 1 })

  await assert.rejects(own.cast(north('PARK', 'POOL'), readResults, noTrouble), (error) => {
    assert.ok(error instanceof RefusedError)
    assert.equal(error.status, 422)
    assert.equal(error.message, 'Too many')
    return true
  })

  assert.equal(puts().length, 1)
  assert.deepEqual(own.all, [])
  assert.deepEqual(written().ballots, [])
})

test('a ballot that arrived before its choice left the ballot is recorded', async () => {
  const { own } = page()
  const gone = problem(422, 'The ballot has no such improvement')
  stored = [north('PARK')]
  browser.answer = (asked) => (asked.method === 'PUT' ? gone.clone() : answer(asked))

  assert.ok(await own.cast(north('PARK'), readResults, noTrouble))

  assert.equal(own.of('NORTH')?.state, 'recorded')
})

test('the former ballot stands when a change is refused', async () => {
  const { own } = page()
  await own.cast(north('PARK'), readResults, noTrouble)
  browser.answer = () => problem(422, 'The ballot has no such improvement')

  await assert.rejects(own.cast(north('POOL'), readResults, noTrouble))

  assert.deepEqual(own.of('NORTH')?.wanted, north('PARK'))
})

test('a ballot that comes too late is refused, unless an earlier attempt had arrived', async () => {
  const { own } = page()
  const closed = problem(403, 'Voting is closed', {}, { phase: 'closed' })
  browser.answer = (asked) => (asked.method === 'PUT' ? closed.clone() : answer(asked))

  await assert.rejects(own.cast(north('PARK'), readResults, noTrouble))
  assert.deepEqual(own.all, [])

  stored = [north('PARK')]
  assert.ok(await own.cast(north('PARK'), readResults, noTrouble))
  assert.equal(own.of('NORTH')?.state, 'recorded')
})

test('a ballot that another device has changed waits for the citizen, who may take mine', async () => {
  const { own } = page()
  await own.cast(north('PARK'), readResults, noTrouble)
  browser.answer = () => problem(412, 'Another ballot is stored', {}, { stored: north('POOL') })

  assert.equal(await own.cast(north('TREES'), readResults, noTrouble), false)

  const contested = own.of('NORTH')
  assert.equal(contested?.state, 'contested')
  assert.deepEqual(contested?.wanted, north('TREES'))
  assert.deepEqual(contested?.seen, north('POOL'))
  assert.equal(page().own.of('NORTH')?.state, 'contested', 'also after a reload')

  browser.answer = answer
  await own.cast(north('TREES'), readResults, noTrouble)
  assert.deepEqual(puts().at(-1)?.body, { ...north('TREES'), seen: north('POOL') })
  assert.equal(own.of('NORTH')?.state, 'recorded')
})

test('a contested ballot can be given up for the stored one, or for none', async () => {
  const { own } = page()
  for (const other of [north('POOL'), undefined]) {
    browser.answer = () => problem(412, 'Another ballot', {}, { stored: other })
    await own.cast(north('TREES'), readResults, noTrouble)
    const contested = own.of('NORTH')
    assert.ok(contested)

    own.giveUp(contested)

    assert.deepEqual(own.of('NORTH')?.wanted, other)
  }
})

test('a ballot is kept as it is while its voter has to sign in again', async () => {
  const { own } = page()
  browser.answer = () => problem(401, 'Sign in')

  await assert.rejects(own.cast(north('PARK'), readResults, noTrouble), { status: 401 })

  assert.ok(own.isSending)
  assert.equal(page().own.of('NORTH')?.state, 'sending')
})

test('a page that was closed too early goes on when it is opened again', async () => {
  const ballot = { state: 'sending', wanted: north('PARK'), seen: north('POOL') }
  storage.setItem(KEY, JSON.stringify({ voter: 'device', ballots: [ballot] }))
  const { own } = page()
  assert.ok(own.isSending)
  const [left] = own.all
  assert.ok(left)

  await own.resume(left, readResults, noTrouble)

  assert.deepEqual(puts()[0]?.body, { ...north('PARK'), seen: north('POOL') })
  assert.equal(own.of('NORTH')?.state, 'recorded')
})

test('a page that goes on keeps the totals that were read before', async () => {
  const moves = [{ region: 'NORTH', improvement: 'PARK', by: 1, before: 7, seen: false }]
  const ballot = { state: 'sending', wanted: north('PARK'), seen: null, moves }
  storage.setItem(KEY, JSON.stringify({ voter: 'device', ballots: [ballot] }))
  const { own } = page()
  const [left] = own.all
  assert.ok(left)

  await own.resume(left, () => assert.fail('the totals are known'), noTrouble)

  assert.deepEqual(own.of('NORTH')?.moves, moves)
})

test('a ballot is counted once the totals have followed', async () => {
  const { own, states } = page()
  await own.cast(north('PARK', 'POOL'), readResults, noTrouble)
  assert.ok(own.isAwaited)

  assert.deepEqual(own.see(resultsOf({ PARK: 4, POOL: 8 })), [])
  assert.deepEqual(own.see(resultsOf({ PARK: 5, POOL: 8 })), [own.of('NORTH')])

  assert.equal(states.at(-1), 'counted')
  assert.equal(own.isAwaited, false)
  assert.deepEqual(own.see(resultsOf({ PARK: 9, POOL: 9 })), [])
})

test('what was cast, changed or withdrawn on another device is found', async () => {
  const { own } = page()
  await own.cast(north('PARK'), readResults, noTrouble)
  await own.cast(south('TREES'), readResults, noTrouble)
  stored = [north('POOL'), { region: 'EAST', improvements: ['ZOO'] }]

  await own.load(noTrouble)

  assert.deepEqual(
    own.all.map(({ state, wanted }) => [state, wanted]),
    [
      ['counted', north('POOL')],
      ['counted', { region: 'EAST', improvements: ['ZOO'] }],
    ],
  )
})

test('looking at what is stored disturbs neither what is the same, nor what is on its way', async () => {
  const { own } = page()
  await own.cast(north('PARK', 'POOL'), readResults, noTrouble)
  stored = [north('POOL', 'PARK'), south('ZOO')]
  browser.answer = (asked) => (asked.method === 'PUT' ? problem(401, 'Sign in') : answer(asked))
  await assert.rejects(own.cast(south('TREES'), readResults, noTrouble))

  await own.load(noTrouble)

  assert.deepEqual(
    own.all.map(({ state, wanted }) => [state, wanted]),
    [
      ['recorded', north('PARK', 'POOL')],
      ['sending', south('TREES')],
    ],
  )
})

test('an answer that is older than what was cast since is not believed', async () => {
  const { own } = page()
  /** @type {(answer: Response) => void} */
  let answerLate = () => {}
  const late = new Promise((/** @type {(answer: Response) => void} */ resolve) => {
    answerLate = resolve
  })
  let asked = 0
  browser.answer = (request) => (request.method === 'GET' && ++asked === 1 ? late : answer(request))

  const loading = own.load(noTrouble)
  await own.cast(north('PARK'), readResults, noTrouble)
  answerLate(Response.json({ ballots: [] }))
  await loading

  assert.equal(asked, 2)
  assert.deepEqual(own.of('NORTH')?.wanted, north('PARK'))
})

test('a withdrawn ballot is shown as withdrawn until the page is left', async () => {
  const { own } = page()
  await own.cast(north('PARK'), readResults, noTrouble)
  await own.cast(north(), readResults, noTrouble)

  await own.load(noTrouble)

  assert.deepEqual(own.of('NORTH')?.wanted, north())
})

test('another voter sees nothing of the ballots here', async () => {
  await page('region', 'anna').own.cast(north('PARK'), readResults, noTrouble)

  assert.deepEqual(page('region', 'bernard').own.all, [])
})

test('a forgotten device keeps nothing, and withdraws nothing', async () => {
  const { own } = page()
  await own.cast(north('PARK'), readResults, noTrouble)
  const requests = browser.requests.length

  own.forget()

  assert.deepEqual(own.all, [])
  assert.equal(written(), null)
  assert.equal(browser.requests.length, requests)
})

test('a device that is forgotten while a ballot is on its way keeps nothing, and sends no more', async () => {
  const { own } = page()
  browser.answer = (asked) =>
    asked.method === 'PUT' ? problem(503, 'The tables do not answer') : answer(asked)

  await own.cast(north('PARK'), readResults, () => {
    own.forget()
    setImmediate(() => browser.goOnline())
  })

  assert.deepEqual(own.all, [])
  assert.equal(written(), null)
  assert.equal(puts().length, 1)
})

test('a page follows what another tab does', () => {
  const { own, states } = page()
  const ballot = { state: 'recorded', wanted: north('POOL'), seen: north('POOL'), moves: [] }
  storage.setItem(KEY, JSON.stringify({ voter: 'device', ballots: [ballot] }))

  browser.changeStorage('citytally.theme')
  assert.deepEqual(own.all, [])
  browser.changeStorage(KEY)
  assert.deepEqual(own.of('NORTH')?.wanted, north('POOL'))
  assert.deepEqual(states, ['recorded'])
})

test('a page that is sending is not disturbed by another tab', async () => {
  const { own, states } = page()
  browser.answer = (asked) => {
    storage.setItem(KEY, JSON.stringify({ voter: 'device', ballots: [] }))
    browser.changeStorage(KEY)
    return answer(asked)
  }

  await own.cast(north('PARK'), readResults, noTrouble)

  assert.deepEqual(states, ['sending', 'sending', 'sending', 'recorded'])
  assert.equal(written().ballots[0].state, 'recorded')
})

test('two tabs that send at the same time leave no ballot on its way', async () => {
  const { own: one } = page()
  const { own: other } = page()
  const tellTabs = () => browser.changeStorage(KEY)
  browser.answer = async (asked) => {
    tellTabs()
    if (asked.body?.region === 'SOUTH') {
      // The other ballot arrives first.
      await casting
    }
    return answer(asked)
  }

  const casting = one.cast(north('PARK'), readResults, noTrouble)
  await other.cast(south('TREES'), readResults, noTrouble)
  tellTabs()

  for (const { all } of [one, other, page().own]) {
    assert.deepEqual(
      all.map(({ state }) => state),
      ['recorded', 'recorded'],
    )
  }
})

test('a page keeps what another tab has kept', async () => {
  const { own: one } = page()
  const { own: other } = page()

  await one.cast(north('PARK'), readResults, noTrouble)
  await other.cast(south('TREES'), readResults, noTrouble)

  assert.deepEqual(page().own.of('NORTH')?.wanted, north('PARK'))
})

test('a ballot can be cast where the browser keeps nothing, and the page knows it', async () => {
  storage = forbiddenStorage
  browser = new Browser(storage)
  browser.answer = answer
  const { own } = page()
  assert.equal(own.keeps, false)

  await own.cast(north('PARK'), readResults, noTrouble)

  assert.equal(own.of('NORTH')?.state, 'recorded')
  own.forget()
  assert.deepEqual(own.all, [])
})

test('what is kept but can not be read is no ballot, and the browser still keeps', () => {
  storage.setItem(KEY, '{"ballots":')
  const { own } = page()

  assert.deepEqual(own.all, [])
  assert.ok(own.keeps)
})
