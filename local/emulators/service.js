'use strict'

// What all emulators do alike: they listen on 127.0.0.1 alone, answer no foreign page, say
// `ready PORT` or why they can't, and end when their standard input does. The process that starts them
// holds the other end, so that not even a killed parent leaves them behind.

const { admitSameOrigin } = require('./same-origin')

function fail(reason) {
  console.log(reason)
  process.exit(1)
}

/**
 * Must be called once all listeners of the server's requests are there.
 *
 * @param database is there once this promise is fulfilled
 * @param path where the database is
 * @param friends other origins that may ask
 */
function serve(server, port, database, path, friends) {
  admitSameOrigin(server, friends)

  // A client that goes away in the middle of a request must not take the emulator with it:
  // dynalite and kinesalite throw on such an error. Their listeners are there by now, ours comes
  // after them.
  server.on('request', (request) => {
    request.removeAllListeners('error')
    request.on('error', () => {})
  })

  // The SDKs keep connections for a minute; a server that closes them earlier makes requests fail.
  server.keepAliveTimeout = 0

  server.on('error', (error) =>
    fail(error.code === 'EADDRINUSE' ? `port ${port} is taken` : error.message),
  )
  database.then(
    () =>
      server.listen(Number(port), '127.0.0.1', () => {
        console.log(`ready ${server.address().port}`)
      }),
    (error) => fail(`cannot open ${path}: ${(error.cause ?? error).message}`),
  )

  // Ctrl-C and a closing terminal signal the whole process group. The parent still needs the
  // emulator while it shuts down; it ends us by closing the pipe. Without a parent, in a terminal, the
  // signal ends us.
  if (!process.stdin.isTTY) {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => {})
  }

  process.stdin.on('end', () => process.exit())
  process.stdin.resume()
}

module.exports = { serve }
