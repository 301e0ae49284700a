'use strict'

// The rule of SameOrigin.java, which says why: only this machine's own programs and pages are
// answered, no foreign page.

const LOOPBACK = /^(127\.0\.0\.1|localhost|\[::1])(:\d{1,5})?$/i

const REFUSAL =
  'Refused: Host must be 127.0.0.1, localhost or [::1], and Origin, if there is one, the same.\n'

function isAdmitted({ host, origin }, friends) {
  return (
    LOOPBACK.test(host ?? '') &&
    (origin === undefined ||
      origin.toLowerCase() === `http://${host.toLowerCase()}` ||
      friends.includes(origin))
  )
}

/**
 * Has a server answer other requests with 403. Its own listeners must be there by now.
 *
 * @param friends other origins that may ask
 */
function admitSameOrigin(server, friends = []) {
  const answer = server.listeners('request')
  server.removeAllListeners('request')
  server.on('request', (request, response) => {
    if (isAdmitted(request.headers, friends)) {
      for (const listener of answer) listener.call(server, request, response)
      return
    }
    request.resume()
    response.writeHead(403, { 'Content-Type': 'text/plain' }).end(REFUSAL)
  })
}

module.exports = { admitSameOrigin }
