'use strict'

// A Kinesis API on 127.0.0.1, by kinesalite, with the guards that an exact count needs.
//
//   node server.js [--port PORT] [--path DIRECTORY]
//
// Without --port it takes a free one, without --path it keeps its streams in memory. It prints
// `ready PORT` when it listens, or why it can't, and ends when its standard input does: whoever
// started it holds the other end, so that not even a killed parent leaves it behind.

const { Readable } = require('node:stream')
const { parseArgs } = require('node:util')

// About what one GetRecords of the real service returns at most.
const MAX_READ_BYTES = 10 * 1024 * 1024

let previousRequest = Promise.resolve()

replaceAction('putRecord', serialized)
replaceAction('putRecords', serialized)
replaceAction('getRecords', (getRecords) => serialized(bounded(getRecords)))

const kinesalite = require('kinesalite')

/** Must run before kinesalite itself is loaded, which takes its actions from Node's module cache. */
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

function fail(reason) {
  console.log(reason)
  process.exit(1)
}

const { values: options } = parseArgs({
  options: { port: { type: 'string', default: '0' }, path: { type: 'string' } },
})

const database = captureDatabase()
const server = kinesalite({
  path: options.path,
  shardLimit: 50,
  createStreamMs: 50,
  deleteStreamMs: 50,
  updateStreamMs: 50,
})

// A client that goes away in the middle of a request must not take the emulator with it:
// kinesalite throws on such an error. Its own listeners are there by now, ours comes after them.
server.on('request', (request) => {
  request.removeAllListeners('error')
  request.on('error', () => {})
})

// The SDKs keep connections for a minute; a server that closes them earlier makes requests fail.
server.keepAliveTimeout = 0

server.on('error', (error) =>
  fail(error.code === 'EADDRINUSE' ? `port ${options.port} is taken` : error.message),
)
database().on('error', (error) => fail(`cannot open ${options.path}: ${error.message}`))
database().on('ready', () => {
  server.listen(Number(options.port), '127.0.0.1', () => {
    console.log(`ready ${server.address().port}`)
  })
})

// Ctrl-C and a closing terminal signal the whole process group. The parent still needs the
// emulator while it shuts down; it ends us by closing the pipe.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => {})

process.stdin.on('end', () => process.exit())
process.stdin.resume()
