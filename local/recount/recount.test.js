'use strict'

const assert = require('node:assert')
const { execFile } = require('node:child_process')
const { mkdtemp, rm, writeFile } = require('node:fs/promises')
const { createServer } = require('node:http')
const { tmpdir } = require('node:os')
const path = require('node:path')
const { afterEach, beforeEach, test } = require('node:test')
const { sign } = require('./dynamodb')
const { countBallots } = require('./pabulib')
const { main } = require('./recount')

const PAGE = 2
const [PARK, POOL] = ['park', 'pool']
const REGION = 'Łąki / Nord'

const s = (text) => ({ S: text })
const n = (value) => ({ N: String(value) })
const vote = (id, improvement, region = REGION) => ({
  id: s(id),
  region: s(region),
  improvement: s(improvement),
})
const ballot = (id, improvements, region = REGION) => ({
  id: s(id),
  region: s(region),
  improvements: { SS: improvements },
})
/** The minute is one after noon of 1 May 2026. */
const entry = (improvement, minute) => ({
  improvement: s(improvement),
  minute: n(29627280 + minute),
})
const list = (feed, ...entries) => ({
  feed: s(feed),
  improvements: { L: entries.map(({ improvement }) => improvement) },
  minutes: { L: entries.map(({ minute }) => minute) },
  ...(feed === 'city' ? { regions: { L: entries.map(() => s(REGION)) } } : {}),
})
const onBallot = (improvement, status) => ({
  region: s(REGION),
  improvement: s(improvement),
  title: s(improvement),
  ...(status ? { status: s(status) } : {}),
})
const total = (improvement, votes, memory = {}) => ({
  region: s(REGION),
  improvement: s(improvement),
  total_votes: n(votes),
  ...memory,
})

const turnout = (ballots, memory = {}, region = REGION) => ({
  region: s(region),
  ballots: n(ballots),
  ...memory,
})

let server
let url
let tables
let api
let scans
let refusals
let directory

/** A city in which three votes stand, two of them cast at the same time, and all is right. */
beforeEach(async () => {
  scans = 0
  refusals = []
  tables = {
    votes: [vote('a', PARK), vote('b', PARK), vote('c', POOL)],
    total_votes: [
      total(PARK, 2, { epoch: n(1), added: n(2), removed: n(0) }),
      total(POOL, 1, { epoch: n(1), added: n(1), removed: n(0) }),
    ],
    recent_votes: [
      list('city', entry(POOL, 3), entry(PARK, 2), entry(PARK, 2)),
      list(`region:${REGION}`, entry(POOL, 3), entry(PARK, 2), entry(PARK, 2)),
    ],
    turnout: [turnout(3, { epoch: n(1), added: n(3), removed: n(0) })],
    ballot: [onBallot(PARK), onBallot(POOL)],
  }
  const recent = [
    { region: REGION, improvement: POOL, title: POOL, castAt: '2026-05-01T12:03Z' },
    { region: REGION, improvement: PARK, title: PARK, castAt: '2026-05-01T12:02Z' },
    { region: REGION, improvement: PARK, title: PARK, castAt: '2026-05-01T12:02Z' },
  ]
  const region = {
    region: REGION,
    votes: 3,
    improvements: [
      { improvement: PARK, title: PARK, votes: 2 },
      { improvement: POOL, title: POOL, votes: 1 },
    ],
  }
  api = {
    '/api/results': {
      stale: false,
      votes: 3,
      regions: [structuredClone(region)],
      recent: structuredClone(recent),
    },
    [`/api/results/${encodeURIComponent(REGION)}`]: { stale: false, ...region, recent },
    '/api/ballot': {
      regions: [{ region: REGION, improvements: [{ improvement: PARK }, { improvement: POOL }] }],
    },
  }
  directory = await mkdtemp(path.join(tmpdir(), 'recount-'))
  server = createServer(answer)
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${server.address().port}`
})

afterEach(async () => {
  server.closeAllConnections()
  server.close()
  await rm(directory, { recursive: true })
})

async function answer(request, response) {
  let body = ''
  for await (const chunk of request) body += chunk
  const reply = (status, json) => response.writeHead(status).end(JSON.stringify(json))
  if (request.method === 'GET') {
    return api[request.url] ? reply(200, api[request.url]) : reply(404, { title: 'nothing there' })
  }
  scans++
  const { TableName, ExclusiveStartKey, ConsistentRead } = JSON.parse(body)
  assert.ok(ConsistentRead)
  if (refusals.length > 0) return reply(...refusals.shift())
  const items = tables[TableName]
  if (!items)
    return reply(400, { __type: 'com.amazonaws.dynamodb.v20120810#ResourceNotFoundException' })
  const from = Number(ExclusiveStartKey?.from.N ?? 0)
  const page = { Items: items.slice(from, from + PAGE) }
  if (from + PAGE < items.length) page.LastEvaluatedKey = { from: n(from + PAGE) }
  return reply(200, page)
}

async function recount(...args) {
  const lines = []
  const say = (line) => lines.push(line)
  const status = await main(['--dynamodb', url, '--patience', '0', ...args], say, say)
  return { status, lines, last: lines.at(-1) }
}

async function agrees(line, ...args) {
  const { status, last, lines } = await recount(...args)
  assert.strictEqual(last, line, lines.join('\n'))
  assert.strictEqual(status, 0)
}

async function differs(difference, ...args) {
  const { status, last, lines } = await recount(...args)
  assert.ok(
    lines.some((line) => line.includes(difference)),
    lines.join('\n'),
  )
  assert.match(last, /^differs: /)
  assert.strictEqual(status, 1)
}

const withWeb = (check, line) => check(line, '--web', url)

test('agrees where the tables and the API say the same', async () => {
  await agrees(
    'agrees: 3 votes on 3 ballots, 2 totals, 2 lists, API',
    '--web',
    url,
    '--recent-size',
    '3',
  )
})

test('a total that is off by one differs', async () => {
  tables.total_votes[0].total_votes = n(3)

  await differs(`total_votes: ${REGION} / park: 2 votes stand, but the item has 3`)
})

test('a total that is missing, or has no votes, or is no number, differs', async () => {
  tables.total_votes = [total('none', 1), { ...total(POOL, 1), total_votes: s('1') }]

  const { lines, status } = await recount()

  assert.strictEqual(status, 1)
  assert.deepStrictEqual(lines.slice(0, 4), [
    `total_votes: ${REGION} / pool: no whole number of votes`,
    `total_votes: ${REGION} / park: 2 votes stand, but there is no item`,
    `total_votes: ${REGION} / pool: 1 vote stands, but there is no item`,
    `total_votes: ${REGION} / none: 0 votes stand, but the item has 1`,
  ])
})

test('what stood in an item before the job belongs to its total', async () => {
  const file = path.join(directory, 'before.json')
  const now = tables.total_votes
  tables.total_votes = [total(PARK, 40), total('old', 7)]
  await agrees(`saved 2 totals in ${file}`, '--save-baseline', file)
  tables.total_votes = [total(PARK, 42), now[1], total('old', 7)]

  await agrees('agrees: 3 votes on 3 ballots, 3 totals, 2 lists', '--baseline', file)
  await differs(`${REGION} / park: 2 votes stand, but the item has 42`)
})

test('votes that cannot be counted are told and not counted', async () => {
  tables.votes.push(
    { id: s('d'), region: s(REGION) },
    { id: s('e'), region: n(4), improvement: s(PARK) },
    vote('f', ''),
    vote('g', ' \u2003'),
    vote('h', 'x'.repeat(257)),
    vote('i', 'a\u0007b'),
    vote('j\u0085', PARK),
  )

  await agrees("agrees: 3 votes on 3 ballots, 2 totals, 2 lists; not counted: 6 that can't be")
})

test('256 characters count, of any length in UTF-16, and so do no-break spaces', async () => {
  tables.votes = [vote('a', '𝄞'.repeat(256)), vote('b', '\u00a0')]
  tables.total_votes = [total('𝄞'.repeat(256), 1), total('\u00a0', 1)]
  tables.turnout = [turnout(2)]
  tables.recent_votes = []

  await agrees('agrees: 2 votes on 2 ballots, 2 totals, 0 lists')
})

/** The same votes on two ballots. */
function onTwoBallots() {
  tables.votes = [ballot('a', [POOL, PARK]), vote('b', PARK)]
  tables.turnout = [turnout(2, { epoch: n(1), added: n(2), removed: n(0) })]
}

test('a ballot counts once for each of its names, in either attribute', async () => {
  onTwoBallots()
  await agrees('agrees: 3 votes on 2 ballots, 2 totals, 2 lists')
  tables.votes[0] = { ...ballot('a', [PARK, POOL]), improvement: s(PARK) }
  await agrees('agrees: 3 votes on 2 ballots, 2 totals, 2 lists')
  tables.votes[0] = ballot('a', [PARK])
  await differs(`total_votes: ${REGION} / pool: 0 votes stand, but the item has 1`)
})

test('a turnout that is not the number of ballots differs', async () => {
  tables.turnout = [turnout(4)]
  await differs(`turnout: ${REGION}: 3 ballots stand, but the item has 4`)
  tables.turnout = [turnout(3), turnout(1, {}, 'Nowhere')]
  await differs('turnout: Nowhere: 0 ballots stand, but the item has 1')
  tables.turnout = [turnout('many')]
  await differs(`turnout: ${REGION}: no whole number of ballots`)
  tables.turnout = []
  await differs(`turnout: ${REGION}: 3 ballots stand, but there is no item`)
  delete tables.turnout
  const { status, last } = await recount()
  assert.strictEqual(status, 2)
  assert.match(last, /^recount: There is no table 'turnout' at/)
})

test('the ballots of a region of which nothing is on the ballot are refused ones', async () => {
  tables.votes.push(vote('d', PARK, 'Sud'))

  await agrees(
    'agrees: 3 votes on 4 ballots, 2 totals, 2 lists; not counted: 1 for choices that are not on the ballot',
  )
  await differs('turnout: Sud: 1 ballot stands, but there is no item', '--no-ballot')
})

test('an empty ballot is none, and what is malformed is told and not counted', async () => {
  const tooMany = Array.from({ length: 101 }, (_, i) => `number ${i}`)
  tables.votes.push(
    { id: s('d'), region: s(REGION) },
    ballot('e', tooMany),
    ballot('f', ['\u0007']),
    { ...ballot('g', []), improvements: s(PARK) },
  )

  await agrees("agrees: 3 votes on 3 ballots, 2 totals, 2 lists; not counted: 3 that can't be")
  tables.votes.push(ballot('h', ['\u0007', POOL]))
  tables.total_votes[1] = total(POOL, 2)
  tables.turnout = [turnout(4)]
  await agrees("agrees: 4 votes on 4 ballots, 2 totals, 2 lists; not counted: 4 that can't be")
})

test('of a ballot of several votes a list need only show one', async () => {
  onTwoBallots()
  tables.recent_votes = [
    list('city', entry(POOL, 3), entry(PARK, 2)),
    list(`region:${REGION}`, entry(POOL, 3), entry(PARK, 2)),
  ]
  await agrees('agrees: 3 votes on 2 ballots, 2 totals, 2 lists')
  tables.recent_votes = [list('city', entry(PARK, 2)), list(`region:${REGION}`, entry(PARK, 2))]
  await differs('city: 1 entries, but 2 votes were added')
  tables.votes.push(ballot('c', ['slander', 'libel']))
  tables.turnout = [turnout(3, { epoch: n(1), added: n(3), removed: n(0) })]
  await agrees(
    'agrees: 3 votes on 3 ballots, 2 totals, 2 lists; not counted: 2 for choices that are not on the ballot',
  )
})

test('the API must show the turnout of the table', async () => {
  api['/api/results'].regions[0].ballots = 3
  await withWeb(agrees, 'agrees: 3 votes on 3 ballots, 2 totals, 2 lists, API')
  api['/api/results'].regions[0].ballots = 2
  await withWeb(differs, `API: ${REGION} has 2 ballots, but the table 3`)
})

test('votes for a choice that is neither on the ballot nor counted before are refused ones', async () => {
  tables.votes.push(vote('d', 'slander'))
  tables.turnout = [turnout(4)]

  await agrees(
    'agrees: 3 votes on 4 ballots, 2 totals, 2 lists; not counted: 1 for choices that are not on the ballot',
  )
  await differs(`${REGION} / slander: 1 vote stands, but there is no item`, '--no-ballot')
  delete tables.ballot
  await differs(`${REGION} / slander: 1 vote stands, but there is no item`)
})

test('a choice that left the ballot still counts', async () => {
  tables.ballot[0] = onBallot(PARK, 'left')
  tables.total_votes.shift()

  await differs(`${REGION} / park: 2 votes stand, but there is no item`)
})

test('a list with a withdrawn vote differs', async () => {
  tables.votes.pop()
  tables.turnout = [turnout(2)]
  tables.total_votes[1] = total(POOL, 0, { epoch: n(1), added: n(1), removed: n(1) })

  await differs(`recent_votes: city: shows ${REGION} / pool 1 times, but 0 such votes stand`)
  const { status, lines } = await recount('--lists-may-lag')
  assert.strictEqual(status, 0)
  assert.match(lines[0], /^note: recent_votes: city: shows /)
})

test('a list out of order, too long, too short, of another region or missing differs', async () => {
  tables.recent_votes = [
    list('city', entry(PARK, 1), entry(POOL, 3)),
    list(`region:${REGION}`, entry(PARK, 1)),
  ]
  await differs('city: entry 2 is newer than the one before')
  await differs('city: 2 entries, but at most 1 may be', '--recent-size', '1')
  await differs('city: 2 entries, but 3 votes were added')
  tables.recent_votes.pop()
  await differs(`region:${REGION}: there is no list, but votes were added`)
})

test('a list that is none differs', async () => {
  const whole = list('city', entry(PARK, 1))
  for (const part of ['improvements', 'minutes', 'regions']) {
    for (const wrong of [s('none'), { L: [] }, { L: [{ BOOL: true }] }]) {
      tables.recent_votes = [{ ...whole, [part]: wrong }]
      await differs('city: not a list of votes')
    }
  }
  tables.recent_votes = [list('nation', entry(PARK, 1))]
  await differs('nation: not a list of votes')
})

test("the city's newest votes of a region are that region's newest", async () => {
  tables.recent_votes[1] = list(`region:${REGION}`, entry(POOL, 4), entry(PARK, 2), entry(PARK, 1))

  await differs(`city: its votes of ${REGION} are not the newest of that region's list`)
})

test('a list may be short where votes were withdrawn', async () => {
  tables.total_votes[0] = total(PARK, 2, { epoch: n(1), added: n(5), removed: n(3) })

  await agrees('agrees: 3 votes on 3 ballots, 2 totals, 2 lists')
})

test('the API must show each total, once, and no other', async () => {
  const results = api['/api/results']
  results.regions[0].improvements[0].votes = 1
  await withWeb(differs, `API: ${REGION} / park has 1 votes, but the table 2`)
  await withWeb(differs, `API: the city's results for ${REGION} have 3 votes, but their parts 2`)
  await withWeb(
    differs,
    `API: the results for ${REGION} are not those that the city's results have for it`,
  )
  results.regions[0].improvements[0].improvement = 'other'
  await withWeb(differs, `API: ${REGION} / park is missing`)
  await withWeb(differs, `API: ${REGION} / other is neither counted nor on the ballot`)
})

test('the API must show the recent votes of the table, and no stale results', async () => {
  api['/api/results'].recent.shift()
  await withWeb(differs, 'API: city: the recent votes are not those of the table')
  Object.assign(api['/api/results'], { stale: true, ageMillis: 4000 })
  await withWeb(differs, 'API: the results are 4000 ms old')
})

test('a hidden choice that the API shows anywhere differs', async () => {
  tables.ballot[1] = onBallot(POOL, 'hidden')

  const { lines, status } = await recount('--web', url)

  assert.strictEqual(status, 1)
  assert.deepStrictEqual(lines.slice(0, -1), [
    `API: the city's results: ${REGION} / pool is hidden, but shown`,
    `API: the recent votes of region:${REGION}: ${REGION} / pool is hidden, but shown`,
    `API: the recent votes of city: ${REGION} / pool is hidden, but shown`,
    `API: the ballot: ${REGION} / pool is hidden, but shown`,
  ])
})

test('a choice that is hidden in the API counts and agrees', async () => {
  tables.ballot[1] = onBallot(POOL, 'hidden')
  for (const results of [
    api['/api/results'].regions[0],
    api[`/api/results/${encodeURIComponent(REGION)}`],
  ]) {
    results.votes = 2
    results.improvements.pop()
  }
  api['/api/results'].votes = 2
  api['/api/results'].recent.shift()
  api[`/api/results/${encodeURIComponent(REGION)}`].recent.shift()
  api['/api/ballot'].regions[0].improvements.pop()

  await withWeb(agrees, 'agrees: 3 votes on 3 ballots, 2 totals, 2 lists, API')
})

test('a region of which everything is hidden is not there', async () => {
  tables.ballot = [onBallot(PARK, 'hidden'), onBallot(POOL, 'hidden')]
  api['/api/results'] = { stale: false, votes: 0, regions: [], recent: [] }
  api['/api/ballot'] = { regions: [] }
  await withWeb(differs, `API: there are results for ${REGION}, of which nothing may be shown`)
  delete api[`/api/results/${encodeURIComponent(REGION)}`]
  await withWeb(agrees, 'agrees: 3 votes on 3 ballots, 2 totals, 2 lists, API')
})

const ELECTION = `META
key;value
unit;Lunden
subunit;${REGION}
num_votes;3
vote_type;approval
PROJECTS
project_id;votes;name
park;2;"A ""park""; or
two"
pool;1;Pool
VOTES
voter_id;vote
1;park
2;"park,pool,park"
3;
`

test('counts the ballots of a file', () => {
  const counted = {
    region: REGION,
    ballots: 2,
    projects: [
      { improvement: PARK, votes: 2 },
      { improvement: POOL, votes: 1 },
    ],
  }
  assert.deepStrictEqual(countBallots(ELECTION), counted)
  assert.deepStrictEqual(
    countBallots('\uFEFF' + ELECTION.replaceAll('\n', '\r\n') + '\r\n'),
    counted,
  )
  const cityWide = countBallots(
    ELECTION.replace(/subunit;.*\n/, '').replace('approval', 'choose-1'),
  )
  assert.strictEqual(cityWide.region, 'Lunden')
  assert.throws(() => countBallots(ELECTION.replace('approval', 'ordinal')), /vote_type is ordinal/)
  assert.throws(() => countBallots(ELECTION.replace('1;park', '1;"park')), /broken quoting/)
  assert.throws(() => countBallots(ELECTION.replace('1;park', '1;lake')), /the project lake/)
})

test('the votes must be those of the files', async () => {
  const file = path.join(directory, 'a.pb')
  await writeFile(file, ELECTION)
  await agrees('agrees: 3 votes on 3 ballots, 2 totals, 2 lists', file)
  await writeFile(file, ELECTION.replace('3;\n', '3;pool\n'))
  await differs(`votes: ${REGION} / pool: 1 stand, but the files have 2`, file)
})

test('the ballots must be those of the files', async () => {
  const file = path.join(directory, 'a.pb')
  onTwoBallots()
  await writeFile(file, ELECTION)
  await agrees('agrees: 3 votes on 2 ballots, 2 totals, 2 lists', '--ballots', file)
  await differs(`votes: ${REGION}: 2 ballots stand, but the files have 3`, file)
  delete tables.votes
  await agrees('agrees: 3 votes on 2 ballots, 2 totals, 2 lists', '--direct', '--ballots', file)
})

test('votes that never were in the table are counted from the files alone', async () => {
  const file = path.join(directory, 'a.pb')
  await writeFile(file, ELECTION)
  delete tables.votes
  await agrees('agrees: 3 votes on 3 ballots, 2 totals, 2 lists', '--direct', file)
  await writeFile(file, ELECTION.replace('1;park', '1;'))
  await differs(
    `total_votes: ${REGION} / park: 1 vote stands, but the item has 2`,
    '--direct',
    file,
  )
})

test('looks again for as long as it has patience', async () => {
  const late = tables.total_votes.pop()
  const looking = recount('--patience', '60')
  while (scans < 10) await new Promise((resolve) => setTimeout(resolve, 10))
  tables.total_votes.push(late)

  assert.strictEqual((await looking).last, 'agrees: 3 votes on 3 ballots, 2 totals, 2 lists')
})

test('asks again after what may pass, and not after what stays', async () => {
  refusals = [
    [500, {}],
    [400, { __type: 'com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException' }],
  ]
  await agrees('agrees: 3 votes on 3 ballots, 2 totals, 2 lists')
  refusals = [[400, { __type: 'com.amazon.coral.service#AccessDeniedException' }]]
  const { status, last } = await recount()
  assert.strictEqual(status, 2)
  assert.match(last, /^recount: DynamoDB refuses the Scan of 'votes': 400 .*AccessDenied/)
})

test('names what it is told wrongly, and what is not there', async () => {
  const refused = async (message, ...args) => {
    const { status, lines } = await recount(...args)
    assert.strictEqual(status, 2)
    assert.ok(lines[0].startsWith(`recount: ${message}`), lines[0])
  }
  await refused("Unknown option '--bogus'", '--bogus')
  await refused("--web: 'here' is not an address.", '--web', 'here')
  await refused("--recent-size: '0' is not a whole number from 1 to 100.", '--recent-size', '0')
  await refused('--direct: without FILE.pb there is nothing to count.', '--direct')
  await refused("none.pb can't be read:", 'none.pb')
  await writeFile(path.join(directory, 'a.json'), '[{}]')
  await refused(
    `${directory}/a.json is no baseline: total_votes`,
    '--baseline',
    `${directory}/a.json`,
  )
  await writeFile(path.join(directory, 'a.pb'), ELECTION.replace('approval', 'ordinal'))
  await refused(`${directory}/a.pb: the vote_type is ordinal`, `${directory}/a.pb`)
  tables.total_votes[0].total_votes = s('many')
  await refused('total_votes: ', '--save-baseline', `${directory}/b.json`)
  delete tables.recent_votes
  await refused("There is no table 'recent_votes' at", '--web', url)
})

test('is a command with help and an exit status', async () => {
  const command = (...args) =>
    new Promise((resolve) => {
      execFile(process.execPath, [path.join(__dirname, 'recount.js'), ...args], (error, out) =>
        resolve({ status: error ? error.code : 0, out }),
      )
    })

  const help = await command('--help')
  assert.strictEqual(help.status, 0)
  assert.match(help.out, /^Usage: recount/)
  tables.total_votes[0].total_votes = n(3)
  const wrong = await command('--dynamodb', url, '--patience', '0')
  assert.strictEqual(wrong.status, 1)
  assert.match(wrong.out, /^differs: .*park: 2 votes stand, but the item has 3; 3 votes/m)
})

test('names hold nothing that steers a terminal', async () => {
  tables.votes.push(vote('d', 'a\u202eb'))
  tables.ballot.push(onBallot('a\u202eb'))

  await differs(`${REGION} / a b: 1 vote stands`)
})

test("signs as AWS's own example does (post-vanilla of the Signature Version 4 test suite)", () => {
  const { authorization } = sign({
    url: new URL('https://example.amazonaws.com/'),
    headers: {},
    body: '',
    region: 'us-east-1',
    service: 'service',
    credentials: {
      accessKeyId: 'AKIDEXAMPLE',
      secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
    },
    now: new Date('2015-08-30T12:36:00Z'),
  })

  assert.strictEqual(
    authorization,
    'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, ' +
      'SignedHeaders=host;x-amz-date, ' +
      'Signature=5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b',
  )
})
