'use strict'

// An OpenID Connect provider for the invented citizens of Lunden. It is for tests and demonstrations:
// everyone knows its password.
//
//   node identity.js --app ORIGIN [--app ORIGIN] [--port PORT] [--token-seconds SECONDS]
//
// The pages at these origins may ask it, and only they. Without --port it takes a free one.

const http = require('node:http')
const { parseArgs } = require('node:util')
const { createIdentityProvider } = require('./identity-server')
const { serve } = require('./service')

const { values: options } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    app: { type: 'string', multiple: true, default: [] },
    'token-seconds': { type: 'string', default: '3600' },
  },
})

// Its issuer has the port in it, which is known only once it listens.
let provider
const server = http.createServer(async (request, response) => {
  try {
    const answer = await provider
    await answer(request, response)
  } catch (error) {
    console.error(error)
    if (!response.headersSent) response.writeHead(500)
    response.end()
  }
})
server.on('listening', () => {
  provider = createIdentityProvider({
    issuer: `http://127.0.0.1:${server.address().port}`,
    app: options.app,
    tokenSeconds: Number(options['token-seconds']),
  })
})

serve(server, options.port, Promise.resolve(), undefined, options.app)
