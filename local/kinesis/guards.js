'use strict'

// What kinesalite lacks for an exact count. It takes its parts from Node's module cache: they are
// replaced there, before it is loaded.

const { Readable } = require('node:stream')

// About what one GetRecords of the real service returns at most.
const MAX_READ_BYTES = 10 * 1024 * 1024

let previousRequest = Promise.resolve()

/** Must run before kinesalite is loaded. */
function installGuards() {
  replaceAction('putRecord', serialized)
  replaceAction('putRecords', serialized)
  replaceAction('getRecords', (getRecords) => serialized(bounded(getRecords)))
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

/** kinesalite opens its database in the background and lets nobody know how that went. */
function captureDatabase() {
  const stores = require('kinesalite/db')
  const create = stores.create
  let database
  stores.create = (storeOptions) => {
    const store = create(storeOptions)
    database = store.db
    return store
  }
  return () => database
}

module.exports = { captureDatabase, installGuards }
