'use strict'

const assert = require('node:assert')
const http = require('node:http')
const { test } = require('node:test')
const { admitSameOrigin } = require('./same-origin')

async function statusFor(headers) {
  const server = http.createServer((request, response) => response.end('answered'))
  admitSameOrigin(server)
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening))
  try {
    return await new Promise((resolve, reject) => {
      http
        .request({ port: server.address().port, host: '127.0.0.1', method: 'POST', headers })
        .on('response', (response) => resolve(response.statusCode))
        .on('error', reject)
        .end()
    })
  } finally {
    server.closeAllConnections()
    server.close()
  }
}

test('programs on this machine are answered, by any of its names', async () => {
  for (const host of ['127.0.0.1:4567', 'localhost:4567', 'LOCALHOST', '[::1]:4567']) {
    assert.strictEqual(await statusFor({ host }), 200, host)
  }
  const own = { host: 'localhost:4567', origin: 'http://localhost:4567' }
  assert.strictEqual(await statusFor(own), 200)
})

test('foreign pages are refused, by any name for this machine', async () => {
  for (const host of ['elsewhere.example:4567', '127.0.0.1.elsewhere.example', 'localhost.']) {
    assert.strictEqual(await statusFor({ host }), 403, host)
  }
  for (const origin of ['http://elsewhere.example', 'http://127.0.0.1:8080', 'null', '']) {
    assert.strictEqual(await statusFor({ host: '127.0.0.1:4567', origin }), 403, origin)
  }
})
