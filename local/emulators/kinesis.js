'use strict'

// A Kinesis API, by kinesalite, with the guards that an exact count needs.
//
//   node kinesis.js [--port PORT] [--path DIRECTORY]
//
// Without --port it takes a free one, without --path it keeps its streams in memory.

const { once } = require('node:events')
const { parseArgs } = require('node:util')
const { captureStore, dropOldRecords, endInterrupted, installGuards } = require('./kinesis-guards')
const { serve } = require('./service')

const DROP_INTERVAL_MS = 60 * 1000

installGuards()
const kinesalite = require('kinesalite')

const { values: options } = parseArgs({
  options: { port: { type: 'string', default: '0' }, path: { type: 'string' } },
})

const storeOfKinesalite = captureStore()
const server = kinesalite({
  path: options.path,
  shardLimit: 50,
  createStreamMs: 50,
  deleteStreamMs: 50,
  updateStreamMs: 50,
})

const store = storeOfKinesalite()

setInterval(
  () => dropOldRecords(store).catch((error) => console.error(error)),
  DROP_INTERVAL_MS,
).unref()

const opened = once(store.db, 'ready').then(() => endInterrupted(store))

serve(server, options.port, opened, options.path)
