'use strict'

const assert = require('node:assert')
const { mkdtemp, rm } = require('node:fs/promises')
const { tmpdir } = require('node:os')
const path = require('node:path')
const { test } = require('node:test')
const { createDynamoDb } = require('./dynamodb-server')
const { HEADERS, createVotes, keyOf, readStream, vote, withVotes } = require('./testing')

test('a failed condition answers with the item it was checked on, if it is asked to', async (t) => {
  const { call } = await withVotes(t)
  await call('PutItem', vote('1', 'park'))
  const condition = {
    ConditionExpression: 'choice = :pool',
    ExpressionAttributeValues: { ':pool': { S: 'pool' } },
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  }
  const failing = [
    ['PutItem', { ...vote('1', 'pool'), ...condition }],
    ['DeleteItem', { ...keyOf('1'), ...condition }],
    ['UpdateItem', { ...keyOf('1'), UpdateExpression: 'REMOVE choice', ...condition }],
  ]

  for (const [operation, request] of failing) {
    await assert.rejects(call(operation, request), (error) => {
      assert.match(error.message, /^ConditionalCheckFailedException/)
      assert.deepStrictEqual(error.Item, vote('1', 'park').Item)
      return true
    })
    const quiet = { ...request, ReturnValuesOnConditionCheckFailure: 'NONE' }
    await assert.rejects(call(operation, quiet), ({ Item }) => Item === undefined)
  }
  await assert.rejects(
    call('DeleteItem', { ...keyOf('2'), ...condition }),
    ({ Item }) => Item === undefined,
  )
})

test('of writers that increment under a condition none loses its item to another', async (t) => {
  const { call } = await withVotes(t)
  await call('PutItem', vote('1', 'park', { n: { N: '0' } }))

  const increments = Array.from({ length: 40 }, async () => {
    for (let seen = '0'; ;) {
      try {
        return await call('UpdateItem', {
          ...keyOf('1'),
          UpdateExpression: 'ADD n :one',
          ConditionExpression: 'n = :seen',
          ExpressionAttributeValues: { ':one': { N: '1' }, ':seen': { N: seen } },
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        })
      } catch (error) {
        assert.ok(Number(error.Item.n.N) > Number(seen))
        seen = error.Item.n.N
      }
    }
  })
  await Promise.all(increments)

  assert.strictEqual((await call('GetItem', keyOf('1'))).Item.n.N, '40')
})

test('each change of an item is in the stream, with both images and who made it', async (t) => {
  const { call } = await withVotes(t)
  await call('PutItem', vote('1', 'park'))
  await call('UpdateItem', {
    ...keyOf('1'),
    UpdateExpression: 'SET choice = :pool',
    ExpressionAttributeValues: { ':pool': { S: 'pool' } },
  })
  await call('DeleteItem', keyOf('1'))

  const records = await readStream(call)

  assert.deepStrictEqual(
    records.map(({ eventName, dynamodb: { Keys, OldImage, NewImage } }) => [
      eventName,
      Keys.id.S,
      OldImage?.choice.S,
      NewImage?.choice.S,
    ]),
    [
      ['INSERT', '1', undefined, 'park'],
      ['MODIFY', '1', 'park', 'pool'],
      ['REMOVE', '1', 'pool', undefined],
    ],
  )
  assert.ok(records.every(({ userIdentity }) => userIdentity === undefined))
  assert.strictEqual(new Set(records.map(({ eventID }) => eventID)).size, 3)
  assert.strictEqual(records[0].dynamodb.SizeBytes, 3 + 3 + 'choicepark'.length)
  const seconds = records[0].dynamodb.ApproximateCreationDateTime
  assert.ok(Number.isInteger(seconds) && Math.abs(Date.now() / 1000 - seconds) < 60)
})

test('the changes of a batch are in the stream', async (t) => {
  const { call } = await withVotes(t)
  await call('PutItem', vote('gone'))
  const puts = Array.from({ length: 24 }, (none, i) => ({
    PutRequest: { Item: vote(`${i}`).Item },
  }))
  const deletes = [{ DeleteRequest: { Key: keyOf('gone').Key } }]

  await call('BatchWriteItem', { RequestItems: { votes: [...puts, ...deletes] } })

  const names = (await readStream(call)).map(({ eventName }) => eventName)
  assert.strictEqual(names.filter((name) => name === 'INSERT').length, 25)
  assert.strictEqual(names.filter((name) => name === 'REMOVE').length, 1)
})

test('a write that changes nothing is not in the stream', async (t) => {
  const { call } = await withVotes(t)
  const set = (...regions) => ({ regions: { SS: regions }, map: { M: { of: { NS: ['1', '2'] } } } })
  await call('PutItem', vote('1', 'park', set('Nord', 'Ost')))

  await call('PutItem', vote('1', 'park', set('Ost', 'Nord')))
  await call('BatchWriteItem', {
    RequestItems: {
      votes: [{ PutRequest: { Item: vote('1', 'park', set('Nord', 'Ost')).Item } }],
    },
  })
  await call('UpdateItem', {
    ...keyOf('1'),
    UpdateExpression: 'ADD regions :nord SET choice = :park',
    ExpressionAttributeValues: { ':nord': { SS: ['Nord'] }, ':park': { S: 'park' } },
  })
  await call('DeleteItem', keyOf('2'))
  assert.strictEqual((await readStream(call)).length, 1)

  await call('PutItem', vote('1', 'park', set('Nord')))
  assert.strictEqual((await readStream(call)).length, 2)
})

test('a table without a stream keeps no changes', async (t) => {
  const { call, tables } = await withVotes(t, {}, null)

  await call('PutItem', vote('1'))

  assert.deepStrictEqual(await tables.db.keys({ gt: 'change-', lt: 'change.' }).all(), [])
})

test('a table is there at once, and shows what AWS shows of its stream', async (t) => {
  const { call } = await withVotes(t)

  const { Table } = await call('DescribeTable', { TableName: 'votes' })

  assert.strictEqual(Table.TableStatus, 'ACTIVE')
  assert.deepStrictEqual(Table.StreamSpecification, {
    StreamEnabled: true,
    StreamViewType: 'NEW_AND_OLD_IMAGES',
  })
  assert.strictEqual(Table.LatestStreamArn, `${Table.TableArn}/stream/${Table.LatestStreamLabel}`)
  assert.strictEqual(Table.Hidden, undefined)
})

test('a stream is switched off and on again as a new one', async (t) => {
  const { call } = await withVotes(t)
  const update = (StreamSpecification) =>
    call('UpdateTable', { TableName: 'votes', StreamSpecification })
  const images = { StreamEnabled: true, StreamViewType: 'KEYS_ONLY' }
  const first = (await call('DescribeTable', { TableName: 'votes' })).Table.LatestStreamArn
  await call('PutItem', vote('before'))

  await assert.rejects(update(images), /ValidationException/)
  const off = await update({ StreamEnabled: false })
  await call('PutItem', vote('between'))
  await assert.rejects(update({ StreamEnabled: false }), /ValidationException/)
  const on = await update(images)
  await call('PutItem', vote('after'))

  assert.strictEqual(off.TableDescription.StreamSpecification, undefined)
  assert.deepStrictEqual(on.TableDescription.StreamSpecification, images)
  assert.notStrictEqual(on.TableDescription.LatestStreamArn, first)
  const records = await readStream(call)
  assert.deepStrictEqual(
    records.map(({ dynamodb }) => dynamodb.Keys.id.S),
    ['after'],
  )
  assert.strictEqual(records[0].dynamodb.NewImage, undefined)
  await assert.rejects(
    call('DescribeStream', { StreamArn: first }, 'DynamoDBStreams_20120810'),
    /ResourceNotFoundException/,
  )
})

test('a stream that comes with another change of the table stays', async (t) => {
  const { call } = await withVotes(t, {}, null)
  const stream = { StreamEnabled: true, StreamViewType: 'KEYS_ONLY' }

  await call('UpdateTable', {
    TableName: 'votes',
    BillingMode: 'PAY_PER_REQUEST',
    StreamSpecification: stream,
  })
  await new Promise((resolve) => setTimeout(resolve, 50))

  const { Table } = await call('DescribeTable', { TableName: 'votes' })
  assert.deepStrictEqual(Table.StreamSpecification, stream)
})

test('a table that is deleted and made again has a stream without the old changes', async (t) => {
  const { call, tables } = await withVotes(t)
  await call('PutItem', vote('1'))
  const [old] = await readStream(call)

  await call('DeleteTable', { TableName: 'votes' })
  assert.deepStrictEqual(await tables.db.keys({ gt: 'change-', lt: 'change.' }).all(), [])
  await createVotes(call, 'NEW_AND_OLD_IMAGES')
  await call('PutItem', vote('2'))

  const [record, ...others] = await readStream(call)
  assert.strictEqual(record.dynamodb.Keys.id.S, '2')
  assert.deepStrictEqual(others, [])
  assert.ok(record.dynamodb.SequenceNumber > old.dynamodb.SequenceNumber)
})

test('an expired item goes by itself, as DynamoDB says in the stream', async (t) => {
  const { call, expiry } = await withVotes(t)
  const now = Math.floor(Date.now() / 1000)
  const timeToLive = (Enabled) => ({
    TableName: 'votes',
    TimeToLiveSpecification: { AttributeName: 'until', Enabled },
  })
  await call('UpdateTimeToLive', timeToLive(true))
  await assert.rejects(call('UpdateTimeToLive', timeToLive(true)), /already enabled/)
  for (const [id, until] of [
    ['past', { N: `${now - 1}` }],
    ['future', { N: `${now + 60}` }],
    ['text', { S: `${now - 1}` }],
    ['ancient', { N: `${now - 6 * 365 * 24 * 60 * 60}` }],
  ]) {
    await call('PutItem', vote(id, 'park', { until }))
  }

  await expiry.expire()

  const { Items } = await call('Scan', { TableName: 'votes' })
  assert.deepStrictEqual(Items.map(({ id }) => id.S).sort(), ['ancient', 'future', 'text'])
  const { eventName, userIdentity, dynamodb } = (await readStream(call)).at(-1)
  assert.strictEqual(eventName, 'REMOVE')
  assert.strictEqual(dynamodb.OldImage.id.S, 'past')
  assert.deepStrictEqual(userIdentity, {
    Type: 'Service',
    PrincipalId: 'dynamodb.amazonaws.com',
  })
  const described = await call('DescribeTimeToLive', { TableName: 'votes' })
  assert.deepStrictEqual(described.TimeToLiveDescription, {
    TimeToLiveStatus: 'ENABLED',
    AttributeName: 'until',
  })
})

test('a change of a table that meets its deletion is refused', async (t) => {
  const { expiry, tables } = await withVotes(t)
  const timeToLive = { AttributeName: 'until', Enabled: true }

  const deleting = tables.deleteTable({ TableName: 'votes' })
  const change = expiry.updateTimeToLive({
    TableName: 'votes',
    TimeToLiveSpecification: timeToLive,
  })

  await assert.rejects(change, ({ body }) => /ResourceNotFoundException/.test(body?.__type))
  await deleting
})

test('items expire and changes are trimmed again after one round has failed', async (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] })
  const { expiry, tables } = await withVotes(t)
  const log = t.mock.method(console, 'error', () => {})
  const fail = async () => assert.fail('no table')
  const rounds = [t.mock.method(expiry, 'expire', fail), t.mock.method(tables, 'trim', fail)]

  for (let minute = 0; minute < 2; minute++) {
    t.mock.timers.tick(60 * 1000)
    await new Promise(setImmediate)
  }

  assert.deepStrictEqual(
    rounds.map(({ mock }) => mock.callCount()),
    [4, 2],
  )
  assert.strictEqual(log.mock.callCount(), 6)
})

test('an item that is renewed while it is about to expire stays', async (t) => {
  const { call, expiry, tables } = await withVotes(t)
  const now = Math.floor(Date.now() / 1000)
  await call('UpdateTimeToLive', {
    TableName: 'votes',
    TimeToLiveSpecification: { AttributeName: 'until', Enabled: true },
  })
  await call('PutItem', vote('1', 'park', { until: { N: `${now - 1}` } }))
  const expire = tables.expire.bind(tables)
  t.mock.method(tables, 'expire', async (...found) => {
    await call('PutItem', vote('1', 'park', { until: { N: `${now + 60}` } }))
    return expire(...found)
  })

  await expiry.expire()

  assert.strictEqual((await call('GetItem', keyOf('1'))).Item.until.N, `${now + 60}`)
})

test('what was changed a day ago is trimmed, and its place refused', async (t) => {
  const { call, tables } = await withVotes(t)
  await call('PutItem', vote('1'))
  const [{ dynamodb: old }] = await readStream(call)
  const day = 24 * 60 * 60 * 1000
  const now = Date.now()

  t.mock.method(Date, 'now', () => now + day + 1000)
  await call('PutItem', vote('2'))
  await tables.trim()

  const left = await readStream(call)
  assert.deepStrictEqual(
    left.map(({ dynamodb }) => dynamodb.Keys.id.S),
    ['2'],
  )
  await assert.rejects(readStream(call, old.SequenceNumber), /TrimmedDataAccessException/)
  assert.deepStrictEqual(await readStream(call, left[0].dynamodb.SequenceNumber), [])
})

test('a reader that has seen all reads on after two idle days', async (t) => {
  const { call, tables } = await withVotes(t)
  const streams = (operation, body) => call(operation, body, 'DynamoDBStreams_20120810')
  await call('PutItem', vote('1'))
  const [{ dynamodb: last }] = await readStream(call)
  const now = Date.now()
  t.mock.method(Date, 'now', () => now + 2 * 24 * 60 * 60 * 1000)

  await tables.trim()

  const { StreamArn } = (await streams('ListStreams')).Streams[0]
  const { Shards } = (await streams('DescribeStream', { StreamArn })).StreamDescription
  const { ShardIterator } = await streams('GetShardIterator', {
    StreamArn,
    ShardId: Shards[0].ShardId,
    ShardIteratorType: 'LATEST',
  })
  await call('PutItem', vote('2'))
  assert.strictEqual((await streams('GetRecords', { ShardIterator })).Records.length, 1)
  assert.strictEqual((await readStream(call, last.SequenceNumber)).length, 1)
})

test('an iterator is good for a quarter of an hour', async (t) => {
  const { call } = await withVotes(t)
  const streams = (operation, body) => call(operation, body, 'DynamoDBStreams_20120810')
  const { StreamArn } = (await streams('ListStreams')).Streams[0]
  const { Shards } = (await streams('DescribeStream', { StreamArn })).StreamDescription
  const place = { StreamArn, ShardId: Shards[0].ShardId }
  const latest = await streams('GetShardIterator', { ...place, ShardIteratorType: 'LATEST' })
  await call('PutItem', vote('1'))

  const { Records } = await streams('GetRecords', latest)
  const at = await streams('GetShardIterator', {
    ...place,
    ShardIteratorType: 'AT_SEQUENCE_NUMBER',
    SequenceNumber: Records[0].dynamodb.SequenceNumber,
  })
  assert.deepStrictEqual((await streams('GetRecords', { ...at, Limit: 1 })).Records, Records)

  const now = Date.now()
  t.mock.method(Date, 'now', () => now + 16 * 60 * 1000)
  await assert.rejects(streams('GetRecords', latest), /ExpiredIteratorException/)
})

test('what was interrupted in a change of tables is ended at the next start', async (t) => {
  const directory = await mkdtemp(path.join(tmpdir(), 'dynamodb-'))
  t.after(() => rm(directory, { recursive: true }))
  const killed = await withVotes(t, { path: directory })
  await killed.call('PutItem', vote('1'))
  await killed.tables.change('votes', (table) => (table.TableStatus = 'DELETING'))
  await createVotes(killed.call, null, 'ballot')
  await killed.tables.change('ballot', (table) => (table.TableStatus = 'CREATING'))
  await killed.stop()

  const { opened, stop, tables } = createDynamoDb({ path: directory })
  await opened
  t.after(stop)

  const { Table } = await tables.describeTable({ TableName: 'ballot' })
  assert.strictEqual(Table.TableStatus, 'ACTIVE')
  await assert.rejects(tables.describeTable({ TableName: 'votes' }), ({ body }) =>
    /ResourceNotFoundException/.test(body.__type),
  )
  assert.deepStrictEqual(await tables.db.keys({ gt: 'item-', lt: 'item.' }).all(), [])
})

test('each iterator of the store is closed in the end', { timeout: 10000 }, async (t) => {
  const { call, tables } = await withVotes(t)
  await call('PutItem', vote('1'))
  const closes = ['keys', 'values'].map((name) => {
    const iterate = tables.db[name].bind(tables.db)
    const closed = []
    t.mock.method(tables.db, name, (options) => {
      const iterator = iterate(options)
      closed.push(new Promise((resolve) => t.mock.method(iterator, 'close', resolve)))
      return iterator
    })
    return closed
  })

  await call('ListTables')
  await call('Scan', { TableName: 'votes' })
  await call('DeleteTable', { TableName: 'votes' })

  assert.ok(closes.every((closed) => closed.length > 0))
  await Promise.all(closes.flat())
})

test('what is unknown is refused', async (t) => {
  const { call, server } = await withVotes(t)

  await assert.rejects(call('TransactWriteItems', {}), /UnknownOperationException/)
  await assert.rejects(call('DescribeTimeToLive', { TableName: 'no' }), /ResourceNotFoundException/)

  for (const target of ['valueOf', 'hasOwnProperty', '__proto__']) {
    assert.deepStrictEqual(await post(server, target, '{}'), [400, 'UnknownOperationException'])
  }
})

test('a request that is no object is refused', async (t) => {
  const { server } = await withVotes(t)

  for (const operation of ['DescribeTimeToLive', 'GetItem']) {
    for (const body of ['null', '[]', '5', '{']) {
      assert.deepStrictEqual(await post(server, `DynamoDB_20120810.${operation}`, body), [
        400,
        'SerializationException',
      ])
    }
  }
})

/** Sends a request as it is. Resolves with the status of the answer and the type of the error. */
async function post(server, target, body) {
  const answer = await fetch(`http://127.0.0.1:${server.address().port}`, {
    method: 'POST',
    headers: { ...HEADERS, 'X-Amz-Target': target },
    body,
  })
  return [answer.status, (await answer.json()).__type.split('#')[1]]
}
