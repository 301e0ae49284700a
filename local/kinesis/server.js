'use strict'

// A Kinesis API on 127.0.0.1, by kinesalite, with the guards that an exact count needs, and one
// against foreign web pages.
//
//   node server.js [--port PORT] [--path DIRECTORY]
//
// Without --port it takes a free one, without --path it keeps its streams in memory. It prints
// `ready PORT` when it listens, or why it can't, and ends when its standard input does: whoever
// started it holds the other end, so that not even a killed parent leaves it behind.

const { parseArgs } = require('node:util')
const { captureDatabase, installGuards } = require('./guards')
const { admitSameOrigin } = require('./same-origin')

installGuards()
const kinesalite = require('kinesalite')

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

admitSameOrigin(server)

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
