'use strict'

const assert = require('node:assert')
const { test } = require('node:test')
const { promisify } = require('node:util')
const { dropOldRecords, endInterrupted, installGuards } = require('./kinesis-guards')

installGuards()

const db = require('kinesalite/db')
const [createStream, getShardIterator, getRecords, putRecords] = [
  'createStream',
  'getShardIterator',
  'getRecords',
  'putRecords',
].map((name) => promisify(require(`kinesalite/actions/${name}`)))

const STREAM = { StreamName: 'votes' }
const SHARD = { ...STREAM, ShardId: 'shardId-000000000000' }

const vote = () => ({ PartitionKey: 'k', Data: 'YQ==' })

async function newStream() {
  const store = db.create({ createStreamMs: 0 })
  await createStream(store, { ...STREAM, ShardCount: 1 })
  while ((await promisify(store.getStream)('votes')).StreamStatus !== 'ACTIVE') {
    await new Promise(setImmediate)
  }
  const oldest = { ...SHARD, ShardIteratorType: 'TRIM_HORIZON' }
  return { store, iterator: (await getShardIterator(store, oldest)).ShardIterator }
}

test('a read that overlaps the first put in a later second does not pass over it', async (t) => {
  const { store, iterator } = await newStream()
  const streamDb = store.getStreamDb('votes')
  const batch = streamDb.batch.bind(streamDb)
  const now = Date.now()
  let storeRecords
  const dated = new Promise((resolve) => {
    streamDb.batch = (...put) => {
      storeRecords = () => batch(...put)
      resolve()
    }
  })

  const put = putRecords(store, { ...STREAM, Records: [{ PartitionKey: 'k', Data: 'YQ==' }] })
  await dated
  t.mock.method(Date, 'now', () => now + 2000)
  const overlapping = getRecords(store, { ShardIterator: iterator })
  await Promise.race([overlapping, new Promise((resolve) => setTimeout(resolve, 50))])
  storeRecords()
  await put
  const first = await overlapping
  const second = await getRecords(store, { ShardIterator: first.NextShardIterator })

  assert.strictEqual(first.Records.length + second.Records.length, 1)
})

test('a read ends at ten megabytes and the next one goes on from there', async () => {
  const { store, iterator } = await newStream()
  const megabyte = Buffer.alloc(1024 * 1024).toString('base64')
  for (let i = 0; i < 3; i++) {
    const Records = Array.from({ length: 4 }, () => ({ PartitionKey: 'k', Data: megabyte }))
    await putRecords(store, { ...STREAM, Records })
  }

  const first = await getRecords(store, { ShardIterator: iterator })
  const second = await getRecords(store, { ShardIterator: first.NextShardIterator })

  assert.strictEqual(first.Records.length, 10)
  assert.strictEqual(second.Records.length, 2)
})

test('an iterator at a time of a shard without records sees the records that come', async () => {
  const { store } = await newStream()

  const { ShardIterator } = await getShardIterator(store, atTimestamp(Date.now() - 60000))
  await putRecords(store, { ...STREAM, Records: [vote()] })

  assert.strictEqual((await getRecords(store, { ShardIterator })).Records.length, 1)
})

test('an iterator at a time passes over what came before and nothing that comes later', async (t) => {
  const { store } = await newStream()
  const start = Date.now()
  const putAt = async (millis) => {
    t.mock.method(Date, 'now', () => start + millis)
    await putRecords(store, { ...STREAM, Records: [vote()] })
  }
  await putAt(1)
  await putAt(2)

  const betweenTheTwo = await getShardIterator(store, atTimestamp(start + 2))
  const inMillis = { ...atTimestamp(start + 2), Timestamp: start + 2 }
  const betweenThemAgain = await getShardIterator(store, inMillis)
  t.mock.method(Date, 'now', () => start + 3)
  const afterBoth = await getShardIterator(store, atTimestamp(start + 3))
  await putAt(4)

  assert.strictEqual((await getRecords(store, betweenTheTwo)).Records.length, 2)
  assert.strictEqual((await getRecords(store, betweenThemAgain)).Records.length, 2)
  assert.strictEqual((await getRecords(store, afterBoth)).Records.length, 1)
})

test('a time that has not come is refused', async () => {
  const { store } = await newStream()

  await assert.rejects(
    getShardIterator(store, atTimestamp(Date.now() + 60000)),
    /cannot be greater/,
  )
})

test('a record is dropped after the retention, even if nobody reads it', async (t) => {
  const { store } = await newStream()
  const start = Date.now()
  const day = 24 * 60 * 60 * 1000
  const stored = async () => {
    const keys = []
    for await (const key of store.getStreamDb('votes').createKeyStream()) keys.push(key)
    return keys.length
  }
  const clock = t.mock.method(Date, 'now', () => start)
  const at = (millis) => clock.mock.mockImplementation(() => start + millis)
  for (let i = 0; i < 3; i++)
    await putRecords(store, { ...STREAM, Records: Array(500).fill(vote()) })
  at(5000)
  await putRecords(store, { ...STREAM, Records: [vote()] })

  at(day - 1000)
  await dropOldRecords(store)
  assert.strictEqual(await stored(), 1501)
  at(day + 1000)
  await dropOldRecords(store)

  assert.strictEqual(await stored(), 1)
  const oldest = { ...SHARD, ShardIteratorType: 'TRIM_HORIZON' }
  const { ShardIterator } = await getShardIterator(store, oldest)
  assert.strictEqual((await getRecords(store, { ShardIterator })).Records.length, 1)
})

/** In seconds, as clients send it in JSON. */
function atTimestamp(millis) {
  return { ...SHARD, ShardIteratorType: 'AT_TIMESTAMP', Timestamp: millis / 1000 }
}

test('a stream whose shards were to change when it was killed is active, with its records', async () => {
  const { store, iterator } = await newStream()
  await putRecords(store, { ...STREAM, Records: [vote()] })
  await interrupt(store, 'UPDATING')

  await endInterrupted(store)

  assert.strictEqual((await promisify(store.getStream)('votes')).StreamStatus, 'ACTIVE')
  await putRecords(store, { ...STREAM, Records: [vote()] })
  assert.strictEqual((await getRecords(store, { ShardIterator: iterator })).Records.length, 2)
})

for (const status of ['CREATING', 'DELETING']) {
  test(`a stream that was ${status} when it was killed is gone, and can be created`, async () => {
    const { store } = await newStream()
    await putRecords(store, { ...STREAM, Records: [vote()] })
    await interrupt(store, status)

    await endInterrupted(store)

    await assert.rejects(promisify(store.getStream)('votes'), /NotFound/)
    await createStream(store, { ...STREAM, ShardCount: 1 })
    for await (const record of store.getStreamDb('votes').createReadStream())
      assert.fail(record.key)
  })
}

/** Leaves the stream as a process does that is killed between two steps. */
async function interrupt(store, StreamStatus) {
  const stream = await promisify(store.getStream)('votes')
  await store.metaDb.put('votes', { ...stream, StreamStatus })
}
