'use strict'

const assert = require('node:assert')
const { mkdtemp, rm } = require('node:fs/promises')
const http = require('node:http')
const { tmpdir } = require('node:os')
const path = require('node:path')
const { test } = require('node:test')
const { createDynamoDb } = require('./dynamodb-server')
const { keyOf, listen, vote, withVotes } = require('./testing')

const DESTINATION = {
  TableName: 'votes',
  StreamArn: 'arn:aws:kinesis:us-east-1:000000000000:stream/votes',
}
const MICROSECONDS = {
  EnableKinesisStreamingConfiguration: { ApproximateCreationDateTimePrecision: 'MICROSECOND' },
}

test('each change goes to Kinesis in the documented format', async (t) => {
  const { call, kinesis } = await withDestination(t)

  await call('PutItem', vote('1', 'park'))
  await call('PutItem', vote('1', 'pool'))
  await call('DeleteItem', keyOf('1'))

  const records = await kinesis.received(3)
  const { eventID, dynamodb, ...rest } = records[1].data
  const { ApproximateCreationDateTime: time, ...change } = dynamodb
  assert.match(eventID, /^[0-9a-f-]{36}$/)
  assert.ok(Math.abs(time - Date.now() * 1000) < 60e6)
  assert.deepStrictEqual(rest, {
    awsRegion: 'us-east-1',
    eventName: 'MODIFY',
    userIdentity: null,
    recordFormat: 'application/json',
    tableName: 'votes',
    eventSource: 'aws:dynamodb',
  })
  assert.deepStrictEqual(change, {
    Keys: keyOf('1').Key,
    NewImage: vote('1', 'pool').Item,
    OldImage: vote('1', 'park').Item,
    SizeBytes: 3 + 2 * (3 + 'choicepark'.length),
    ApproximateCreationDateTimePrecision: 'MICROSECOND',
  })
  assert.deepStrictEqual(
    records.map(({ data }) => data.eventName),
    ['INSERT', 'MODIFY', 'REMOVE'],
  )
  assert.strictEqual(new Set(records.map(({ key }) => key)).size, 1)
})

test('without a precision the times are in milliseconds', async (t) => {
  const { call, kinesis } = await withDestination(t, {}, {})

  await call('PutItem', vote('1'))

  const [{ data }] = await kinesis.received(1)
  assert.ok(Math.abs(data.dynamodb.ApproximateCreationDateTime - Date.now()) < 60e3)
  assert.strictEqual(data.dynamodb.ApproximateCreationDateTimePrecision, undefined)
})

test('a client sees the destination, and can switch it off and on', async (t) => {
  const { call, kinesis } = await withDestination(t)
  const status = async () =>
    (await call('DescribeKinesisStreamingDestination', { TableName: 'votes' }))
      .KinesisDataStreamDestinations
  const active = {
    StreamArn: DESTINATION.StreamArn,
    DestinationStatus: 'ACTIVE',
    ApproximateCreationDateTimePrecision: 'MICROSECOND',
  }
  assert.deepStrictEqual(await status(), [active])
  await assert.rejects(call('EnableKinesisStreamingDestination', DESTINATION), /must be DISABLED/)

  await call('DisableKinesisStreamingDestination', DESTINATION)
  await call('PutItem', vote('unseen'))
  assert.deepStrictEqual(await status(), [{ ...active, DestinationStatus: 'DISABLED' }])
  await assert.rejects(call('DisableKinesisStreamingDestination', DESTINATION), /must be ACTIVE/)

  await call('EnableKinesisStreamingDestination', { ...DESTINATION, ...MICROSECONDS })
  await call('PutItem', vote('seen'))
  assert.deepStrictEqual(await status(), [active])
  assert.deepStrictEqual(idsOf(await kinesis.received(1)), ['seen'])
})

test('a destination that is not there is refused', async (t) => {
  const kinesis = await fakeKinesis(t)
  const { call } = await withVotes(t, { kinesis: kinesis.address })

  const elsewhere = { ...DESTINATION, StreamArn: DESTINATION.StreamArn + '-elsewhere' }
  await assert.rejects(
    call('EnableKinesisStreamingDestination', elsewhere),
    /ResourceNotFoundException/,
  )
})

test('a destination that is switched on twice at the same time has one sender', async (t) => {
  const kinesis = await fakeKinesis(t)
  const { call } = await withVotes(t, { kinesis: kinesis.address }, null)

  const both = [1, 2].map(() => call('EnableKinesisStreamingDestination', DESTINATION))
  const outcomes = (await Promise.allSettled(both)).map(({ status }) => status)

  assert.deepStrictEqual(outcomes.sort(), ['fulfilled', 'rejected'])
})

test('a destination is refused without a Kinesis', async (t) => {
  const { call } = await withVotes(t)

  await assert.rejects(call('EnableKinesisStreamingDestination', DESTINATION), /--kinesis URL/)
})

test('an active destination waits while there is no Kinesis', async (t) => {
  const directory = await mkdtemp(path.join(tmpdir(), 'dynamodb-'))
  t.after(() => rm(directory, { recursive: true }))
  const { stop } = await withDestination(t, { path: directory })
  await stop()

  const again = createDynamoDb({ path: directory })
  await again.opened
  t.after(again.stop)

  assert.deepStrictEqual(again.destinations.progress().destinations, [])
})

test('a Kinesis that is down fails the request alone, and the log says why', async (t) => {
  const { call } = await withVotes(t, { kinesis: 'http://127.0.0.1:1' })
  const log = t.mock.method(console, 'error', () => {})

  await assert.rejects(
    call('EnableKinesisStreamingDestination', DESTINATION),
    /InternalServerError/,
  )

  assert.match(log.mock.calls[0].arguments[0].stack, /fetch failed/)
  assert.strictEqual((await call('ListTables')).TableNames.length, 1)
})

test('what Kinesis refuses, or does not answer, is put again', async (t) => {
  const { call, kinesis } = await withDestination(t)
  kinesis.troubles.push('down', 'refuse first')

  await call('PutItem', vote('1'))
  await kinesis.received(1)
  kinesis.troubles.push('refuse first')
  await Promise.all(['2', '3', '4'].map((id) => call('PutItem', vote(id))))

  assert.deepStrictEqual(idsOf(await kinesis.received(4)).sort(), ['1', '2', '3', '4'])
})

test('a change that Kinesis refuses is logged and skipped', { timeout: 10000 }, async (t) => {
  const { call, kinesis } = await withDestination(t)
  const log = t.mock.method(console, 'error', () => {})
  await call('Pause', {}, 'Launcher')
  for (const id of ['1', 'refused', '2']) await call('PutItem', vote(id))

  await call('Resume', {}, 'Launcher')

  await caughtUp({ call })
  assert.deepStrictEqual(idsOf(await kinesis.received(2)), ['1', '2'])
  assert.strictEqual(log.mock.callCount(), 1)
  assert.match(log.mock.calls[0].arguments[0], /stream votes, which is skipped: too large/)
})

test('a stream that is gone is logged once, and filled when it is back', async (t) => {
  const { call, kinesis } = await withDestination(t)
  const log = t.mock.method(console, 'error', () => {})
  kinesis.troubles.push('gone', 'gone', 'gone')

  await call('PutItem', vote('1'))

  assert.deepStrictEqual(idsOf(await kinesis.received(1)), ['1'])
  assert.strictEqual(log.mock.callCount(), 1)
  assert.match(
    log.mock.calls[0].arguments[0],
    /stream votes are sent again .*: ResourceNotFoundException/,
  )
})

test('killed before it knows what Kinesis has, it puts that again, with the same times', async (t) => {
  const directory = await mkdtemp(path.join(tmpdir(), 'dynamodb-'))
  t.after(() => rm(directory, { recursive: true }))
  const crashing = await withDestination(t, { path: directory })
  const { kinesis } = crashing
  await crashing.call('PutItem', vote('0'))
  await kinesis.received(1)
  await caughtUp(crashing)
  kinesis.troubles.push('store, but do not answer')
  await crashing.call('PutItem', vote('1'))
  await kinesis.received(2)
  await crashing.stop()

  const { opened, stop } = createDynamoDb({ path: directory, kinesis: kinesis.address })
  await opened
  t.after(stop)

  const records = await kinesis.received(3)
  assert.deepStrictEqual(idsOf(records), ['0', '1', '1'])
  const times = records.map(({ data }) => data.dynamodb.ApproximateCreationDateTime)
  assert.strictEqual(times[1], times[2])
})

test('disorder delivers some changes twice, and out of order, but all of them', async (t) => {
  const { call, kinesis } = await withDestination(t, {
    disorder: { duplicates: 0.5, shuffle: 10, seed: 7n },
  })
  const ids = Array.from({ length: 200 }, (none, i) => `${i}`.padStart(3, '0'))
  for (const id of ids) await call('PutItem', vote(id))

  const progress = await caughtUp({ call })

  const received = idsOf(await kinesis.received(0))
  assert.deepStrictEqual([...new Set(received)].sort(), ids)
  assert.strictEqual(received.length, ids.length + progress.duplicates)
  assert.ok(progress.duplicates > 50 && progress.duplicates < 150)
  assert.notDeepStrictEqual([...new Set(received)], ids)
})

test('the launcher can stop it for a moment', async (t) => {
  const { call, kinesis } = await withDestination(t)
  await call('Pause', {}, 'Launcher')
  await call('PutItem', vote('1'))
  await new Promise((resolve) => setTimeout(resolve, 50))
  assert.strictEqual((await kinesis.received(0)).length, 0)

  await call('Resume', {}, 'Launcher')

  assert.deepStrictEqual(idsOf(await kinesis.received(1)), ['1'])
})

test('a second pause does not hold it up after it is resumed', { timeout: 10000 }, async (t) => {
  const { call, kinesis } = await withDestination(t)
  await call('Pause', {}, 'Launcher')
  await call('PutItem', vote('1'))
  await new Promise((resolve) => setTimeout(resolve, 50))
  await call('Pause', {}, 'Launcher')

  await call('Resume', {}, 'Launcher')

  assert.deepStrictEqual(idsOf(await kinesis.received(1)), ['1'])
})

async function withDestination(t, options, configuration = MICROSECONDS) {
  const kinesis = await fakeKinesis(t)
  const dynamoDb = await withVotes(t, { ...options, kinesis: kinesis.address }, null)
  await dynamoDb.call('EnableKinesisStreamingDestination', { ...DESTINATION, ...configuration })
  return { ...dynamoDb, kinesis }
}

async function caughtUp({ call }) {
  for (;;) {
    const progress = await call('Progress', {}, 'Launcher')
    if (progress.destinations.every(({ stored, sent }) => stored === sent)) return progress
  }
}

/** A Kinesis with one stream, `votes`, and with troubles, each for one PutRecords. */
async function fakeKinesis(t) {
  const records = []
  const troubles = []
  const server = http.createServer(async (request, response) => {
    const body = JSON.parse(Buffer.concat(await request.toArray()))
    const refuse = (__type, message) => {
      response.statusCode = 400
      response.end(JSON.stringify({ __type, message }))
    }
    const trouble = body.Records && troubles.shift()
    if (body.StreamName !== 'votes' || trouble === 'gone') {
      refuse('ResourceNotFoundException', 'not found')
      return
    }
    if (body.Records?.some(({ Data }) => idOf(dataOf(Data)) === 'refused')) {
      refuse('ValidationException', 'too large')
      return
    }
    if (trouble === 'down') {
      request.socket.destroy()
      return
    }
    const results = (body.Records ?? []).map(({ Data, PartitionKey }, i) => {
      if (i === 0 && trouble === 'refuse first') return { ErrorCode: 'InternalFailure' }
      records.push({ data: dataOf(Data), key: PartitionKey })
      return {}
    })
    if (trouble !== 'store, but do not answer') response.end(JSON.stringify({ Records: results }))
  })
  await listen(t, server)
  return {
    address: `http://127.0.0.1:${server.address().port}`,
    troubles,
    received: async (count) => {
      while (records.length < count) await new Promise((next) => setTimeout(next, 5))
      return records
    },
  }
}

function dataOf(Data) {
  return JSON.parse(Buffer.from(Data, 'base64'))
}

function idOf(data) {
  return data.dynamodb.Keys.id.S
}

function idsOf(records) {
  return records.map(({ data }) => idOf(data))
}
