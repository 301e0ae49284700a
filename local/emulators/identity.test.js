'use strict'

const assert = require('node:assert')
const { spawn } = require('node:child_process')
const { createHash, randomBytes } = require('node:crypto')
const { once } = require('node:events')
const http = require('node:http')
const { createInterface } = require('node:readline')
const { test } = require('node:test')
const { CITIZENS, PASSWORD } = require('./citizens')
const { AUDIENCE, CLIENT, SCOPE } = require('./identity-server')

const APP = 'http://127.0.0.1:8080'

/** A provider in a process of its own, until the test ends. Resolves with its address. */
async function start(t, ...options) {
  const provider = spawn('node', ['identity.js', '--app', APP, ...options], { cwd: __dirname })
  t.after(async () => {
    provider.stdin.end()
    await once(provider, 'exit')
  })
  const [line] = await once(createInterface(provider.stdout), 'line')
  return `http://127.0.0.1:${/^ready (\d+)$/.exec(line)[1]}`
}

/** A browser, as far as signing in needs one: it keeps cookies and follows no redirect by itself. */
class Browser {
  #cookies = new Map()

  async visit(url, options = {}) {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const answer = await fetch(url, { redirect: 'manual', ...options, headers: { cookie } })
    for (const set of answer.headers.getSetCookie()) {
      const [name, value] = set.split(';')[0].split('=')
      if (value) this.#cookies.set(name, value)
      else this.#cookies.delete(name)
    }
    return answer
  }

  submit(url, fields) {
    return this.visit(url, { method: 'POST', body: new URLSearchParams(fields) })
  }

  /** Follows redirects to a page of the provider, or out of it. */
  async follow(issuer, url) {
    for (;;) {
      const answer = await this.visit(url)
      const location = answer.headers.get('Location')
      if (!location) return { url, answer }
      url = new URL(location, issuer).href
      if (!url.startsWith(issuer)) return { url }
    }
  }
}

function authorization(issuer, more = {}) {
  const verifier = randomBytes(32).toString('base64url')
  const parameters = {
    client_id: CLIENT,
    response_type: 'code',
    redirect_uri: `${APP}/vote`,
    scope: `openid ${SCOPE}`,
    state: 'a state',
    nonce: 'a nonce',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    ...more,
  }
  return { verifier, url: `${issuer}/auth?${new URLSearchParams(parameters)}` }
}

/** Goes the whole way to the code, and resolves with the address that the pages are called with. */
async function signIn(browser, issuer, url, citizen) {
  const form = await browser.follow(issuer, url)
  const answer = await browser.submit(form.url, { citizen, password: PASSWORD })
  assert.strictEqual(answer.status, 303)
  return browser.follow(issuer, answer.headers.get('Location'))
}

async function exchange(issuer, verifier, code, headers = { Origin: APP }) {
  return fetch(`${issuer}/token`, {
    method: 'POST',
    headers,
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      client_id: CLIENT,
      redirect_uri: `${APP}/vote`,
      code_verifier: verifier,
      code,
    }),
  })
}

const codeOf = ({ url }) => new URL(url).searchParams.get('code')
const claimsOf = (token) => JSON.parse(Buffer.from(token.split('.')[1], 'base64url'))

async function tokensOf(issuer, citizen, browser = new Browser()) {
  const { verifier, url } = authorization(issuer)
  const back = await signIn(browser, issuer, url, citizen)
  return (await exchange(issuer, verifier, codeOf(back))).json()
}

test('a citizen signs in and gets a token to vote with', async (t) => {
  const issuer = await start(t, '--token-seconds', '90')
  const { verifier, url } = authorization(issuer)

  const back = await signIn(new Browser(), issuer, url, 'idris')
  const answer = await exchange(issuer, verifier, codeOf(back))

  assert.ok(back.url.startsWith(`${APP}/vote?`))
  assert.strictEqual(new URL(back.url).searchParams.get('state'), 'a state')
  assert.strictEqual(answer.status, 200)
  assert.strictEqual(answer.headers.get('Access-Control-Allow-Origin'), APP)
  const tokens = await answer.json()
  const access = claimsOf(tokens.access_token)
  assert.deepStrictEqual(
    { iss: access.iss, aud: access.aud, sub: access.sub, scope: access.scope },
    { iss: issuer, aud: AUDIENCE, sub: 'idris', scope: SCOPE },
  )
  assert.deepStrictEqual(access.regions, ['Östervik', 'Łąki'])
  assert.strictEqual(access.exp - access.iat, 90)
  const identity = claimsOf(tokens.id_token)
  assert.strictEqual(identity.nonce, 'a nonce')
  assert.strictEqual(identity.aud, CLIENT)
  assert.strictEqual(identity.name, 'Idris Bello')
})

test('there are ten citizens, and each can sign in', async (t) => {
  const issuer = await start(t)

  assert.strictEqual(CITIZENS.size, 10)
  for (const citizen of CITIZENS.keys()) {
    const { access_token } = await tokensOf(issuer, citizen)
    assert.strictEqual(claimsOf(access_token).sub, citizen)
    assert.ok(claimsOf(access_token).regions.length > 0)
  }
})

test('a wrong password leads back to the form, which says so', async (t) => {
  const issuer = await start(t)
  const browser = new Browser()
  const form = await browser.follow(issuer, authorization(issuer).url)

  for (const fields of [
    { citizen: 'anna', password: 'wrong' },
    { citizen: '"><script>', password: PASSWORD },
    {},
  ]) {
    const answer = await browser.submit(form.url, fields)
    const html = await answer.text()
    assert.strictEqual(answer.status, 403)
    assert.match(html, /role="alert"/)
    assert.doesNotMatch(html, /<script/)
  }
})

test('nobody gets a token without the secret that the code was asked with', async (t) => {
  const issuer = await start(t)
  const { url } = authorization(issuer)
  const back = await signIn(new Browser(), issuer, url, 'anna')

  const answer = await exchange(issuer, randomBytes(32).toString('base64url'), codeOf(back))

  assert.strictEqual(answer.status, 400)
})

test('only the pages that it knows are led back to, and may ask for tokens', async (t) => {
  const issuer = await start(t)
  const foreign = { redirect_uri: 'http://elsewhere.example/vote' }

  const asked = await new Browser().follow(issuer, authorization(issuer, foreign).url)
  const token = await exchange(issuer, 'verifier', 'code', { Origin: 'http://elsewhere.example' })

  assert.strictEqual(asked.answer.status, 400)
  assert.strictEqual(token.status, 403)
})

test('who is signed in gets the next code unasked, until signing out', async (t) => {
  const issuer = await start(t)
  const browser = new Browser()
  const { id_token } = await tokensOf(issuer, 'anna', browser)
  const again = await browser.follow(issuer, authorization(issuer).url)
  assert.ok(codeOf(again))

  const question = await browser.follow(
    issuer,
    `${issuer}/session/end?${new URLSearchParams({
      id_token_hint: id_token,
      post_logout_redirect_uri: `${APP}/vote`,
    })}`,
  )
  const [, xsrf] = /name="xsrf" value="(\w+)"/.exec(await question.answer.text())
  const left = await browser.submit(`${issuer}/session/end/confirm`, { xsrf, logout: 'yes' })

  assert.strictEqual(left.headers.get('Location'), `${APP}/vote`)
  const after = await browser.follow(issuer, authorization(issuer).url)
  assert.match(after.url, /\/sign-in\//)
})

test('a path that is no address does not end the provider', async (t) => {
  const issuer = await start(t)
  const options = { path: '//', headers: { Host: new URL(issuer).host } }

  const [answer] = await once(http.get(issuer, options), 'response')
  answer.resume()

  assert.strictEqual(answer.statusCode, 404)
  assert.strictEqual((await fetch(`${issuer}/jwks`)).status, 200)
})
