'use strict'

// A Kinesis API, by kinesalite, with the guards that an exact count needs.
//
//   node kinesis.js [--port PORT] [--path DIRECTORY]
//
// Without --port it takes a free one, without --path it keeps its streams in memory.

const { once } = require('node:events')
const { parseArgs } = require('node:util')
const { captureDatabase, installGuards } = require('./kinesis-guards')
const { serve } = require('./service')

installGuards()
const kinesalite = require('kinesalite')

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

serve(server, options.port, once(database(), 'ready'), options.path)
