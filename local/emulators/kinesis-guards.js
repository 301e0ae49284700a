'use strict'

// What kinesalite lacks for an exact count. It takes its parts from Node's module cache: they are
// replaced there, before it is loaded.

const { Readable } = require('node:stream')
const { promisify } = require('node:util')
const { shardIxToHex } = require('kinesalite/db')

// About what one GetRecords of the real service returns at most.
const MAX_READ_BYTES = 10 * 1024 * 1024

// A greater time is in milliseconds: as seconds, this number is in the year 5138; as milliseconds, in 1973.
const MAX_SECONDS = 1e11

const MAX_DROPS = 1000

let previousRequest = Promise.resolve()

/** Must run before kinesalite is loaded. */
function installGuards() {
  replaceAction('putRecord', serialized)
  replaceAction('putRecords', serialized)
  replaceAction('getRecords', (getRecords) => serialized(bounded(getRecords)))
  replaceAction('getShardIterator', (getShardIterator) => serialized(atTimestamp(getShardIterator)))
}

function replaceAction(name, wrap) {
  const file = require.resolve(`kinesalite/actions/${name}`)
  const action = require(file)
  require.cache[file].exports = wrap(action)
}

/**
 * Keeps reads and puts apart. kinesalite gives a record its place by the clock before it stores
 * it, and an iterator that finds nothing moves on to the time of that read: the first record of a
 * shard, put in one second and stored in the next, would lie behind an iterator that looked in
 * between, and no consumer would ever see it.
 */
function serialized(action) {
  return (store, request, callback) => {
    previousRequest = previousRequest.then(
      () =>
        new Promise((done) => {
          action(store, request, (error, answer) => {
            done()
            callback(error, answer)
          })
        }),
    )
  }
}

/** Ends a read at the size at which Kinesis does; kinesalite counts records alone. */
function bounded(getRecords) {
  return (store, request, callback) => {
    const boundedStore = Object.create(store, {
      getStreamDb: { value: (name) => boundedReads(store.getStreamDb(name)) },
    })
    getRecords(boundedStore, request, callback)
  }
}

function boundedReads(streamDb) {
  return Object.create(streamDb, {
    createReadStream: {
      value: (options) => Readable.from(takeBytes(streamDb.createReadStream(options))),
    },
  })
}

async function* takeBytes(items) {
  let bytes = 0
  for await (const item of items) {
    yield item
    bytes += Buffer.byteLength(item.value.Data, 'base64')
    if (bytes >= MAX_READ_BYTES) return
  }
}

/**
 * Answers for an iterator at a time where the shard has no record of that time or later; kinesalite
 * never does. Such an iterator stands after the shard's last record. The time is in seconds, but in
 * milliseconds from the SDK of Flink's consumer, which is meant to speak CBOR.
 */
function atTimestamp(getShardIterator) {
  return (store, request, callback) => {
    const { Timestamp: time, ...rest } = request
    const seconds = time > MAX_SECONDS ? time / 1000 : time
    if (request.ShardIteratorType !== 'AT_TIMESTAMP' || !(seconds * 1000 <= Date.now())) {
      getShardIterator(store, { ...request, ...(time && { Timestamp: seconds }) }, callback)
      return
    }
    firstFrom(store, rest, seconds).then(
      (position) => getShardIterator(store, { ...rest, ...position }, callback),
      callback,
    )
  }
}

async function firstFrom(store, { StreamName: stream, ShardId: shard }, seconds) {
  const index = Number(shard.split('-').pop())
  const records = store.getStreamDb(stream).createReadStream({
    gt: shardIxToHex(index),
    lt: shardIxToHex(index + 1),
  })
  let last
  for await (const { key, value } of records) {
    last = key.split('/')[1]
    if (value.ApproximateArrivalTimestamp >= seconds) {
      return { ShardIteratorType: 'AT_SEQUENCE_NUMBER', StartingSequenceNumber: last }
    }
  }
  return last === undefined
    ? { ShardIteratorType: 'TRIM_HORIZON' }
    : { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', StartingSequenceNumber: last }
}

/**
 * Drops the records that are older than their stream's retention. kinesalite drops only those that
 * a read finds. A read skips old records by itself, so it may run at the same time.
 */
async function dropOldRecords(store) {
  for await (const { key: name, value: stream } of store.metaDb.createReadStream()) {
    const oldest = Date.now() / 1000 - stream.RetentionPeriodHours * 60 * 60
    for (const index of stream.Shards.keys()) {
      await dropRecordsBefore(oldest, store.getStreamDb(name), index)
    }
  }
}

async function dropRecordsBefore(oldest, streamDb, index) {
  const range = { gt: shardIxToHex(index), lt: shardIxToHex(index + 1) }
  const drops = []
  for await (const { key, value } of streamDb.createReadStream(range)) {
    if (value.ApproximateArrivalTimestamp >= oldest) break
    drops.push({ type: 'del', key })
    if (drops.length === MAX_DROPS) await streamDb.batch(drops.splice(0))
  }
  await streamDb.batch(drops)
}

/**
 * Ends what a crash has interrupted: kinesalite creates, changes and deletes streams by timers, which a
 * new process does not have. A stream that was not created yet, or is being deleted, is gone; one whose
 * shards were to change keeps them as they were. To be called before the first request.
 */
async function endInterrupted(store) {
  for await (const { key: name, value: stream } of store.metaDb.createReadStream()) {
    if (stream.StreamStatus === 'UPDATING') {
      await store.metaDb.put(name, { ...stream, StreamStatus: 'ACTIVE' })
    } else if (stream.StreamStatus !== 'ACTIVE') {
      await promisify(store.deleteStreamDb)(name)
      await store.metaDb.del(name)
    }
  }
}

/** kinesalite makes its store for itself, and opens its database in the background. */
function captureStore() {
  const stores = require('kinesalite/db')
  const create = stores.create
  let store
  stores.create = (storeOptions) => (store = create(storeOptions))
  return () => store
}

module.exports = { captureStore, dropOldRecords, endInterrupted, installGuards }
