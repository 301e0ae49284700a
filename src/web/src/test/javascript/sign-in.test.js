// @ts-check
import assert from 'node:assert/strict'
import { beforeEach, test } from 'node:test'
import * as oauth from 'oauth4webapi'
import { SignIn } from '#pages/sign-in.js'
import { Browser, FakeStorage, forbiddenStorage } from './browser.js'
import './texts.js'

const PAGE = 'https://vote.example/vote'
/** @type {import('#pages/tally.js').Issuer} */
const ISSUER = {
  identity: 'oidc',
  issuer: 'https://id.example/city',
  clientId: 'pages',
  scope: 'citytally/vote',
}
const METADATA = {
  issuer: ISSUER.issuer,
  authorization_endpoint: 'https://id.example/city/auth?tenant=1',
  token_endpoint: 'https://id.example/city/token',
  end_session_endpoint: 'https://id.example/city/end',
}

/** @type {import('./browser.js').AnyStorage} */
let storage = new FakeStorage()
let browser = new Browser(storage)
/** @type {Record<string, unknown>} */
let metadata = METADATA
/** What the provider puts into the ID token besides what it must. */
let claims = {}
let expiresIn = 300

beforeEach(() => {
  storage = new FakeStorage()
  browser = new Browser(storage)
  metadata = METADATA
  claims = {}
  expiresIn = 300
  browser.answer = ({ url }) => Response.json(url.endsWith('/token') ? tokens() : metadata)
})

const newSignIn = (issuer = ISSUER) =>
  new SignIn(oauth, issuer, PAGE, () => /** @type {Storage} */ (storage))

const base64 = (/** @type {object} */ part) =>
  Buffer.from(JSON.stringify(part)).toString('base64url')

function tokens() {
  const now = Math.floor(Date.now() / 1000)
  const { nonce } = JSON.parse(asked)
  const id = { iss: ISSUER.issuer, sub: 'anna', aud: 'pages', iat: now, exp: now + 60, nonce }
  return {
    access_token: 'access',
    token_type: 'Bearer',
    expires_in: expiresIn,
    id_token: `${base64({ alg: 'RS256' })}.${base64({ ...id, ...claims })}.c2lnbmF0dXJl`,
  }
}

/** What was kept before the way to the provider. */
let asked = ''

/** Goes to the provider, and comes back with these parameters in the address. */
async function signIn(/** @type {Record<string, string>} */ answer = {}) {
  const there = new URL(await newSignIn().begin('#region=NORTH'))
  asked = storage.getItem('citytally.signing-in') ?? ''
  const back = new URL(PAGE)
  const parameters = { code: 'code', state: there.searchParams.get('state') ?? '', ...answer }
  for (const [name, value] of Object.entries(parameters)) {
    back.searchParams.set(name, value)
  }
  const signIn = newSignIn()
  const hash = await signIn.finish(back)
  return { signIn, there, hash, back }
}

test('nobody has signed in at first', async () => {
  const signIn = newSignIn()

  assert.equal(signIn.citizen, null)
  assert.equal(signIn.hasExpired, false)
  assert.equal(await signIn.finish(new URL(PAGE)), null)
})

test('a citizen is sent to the provider with a challenge, a state and a nonce', async () => {
  const { there } = await signIn()

  const parameters = Object.fromEntries(there.searchParams)
  const { state, nonce, verifier } = JSON.parse(asked)
  assert.deepEqual(parameters, {
    tenant: '1',
    client_id: 'pages',
    redirect_uri: PAGE,
    response_type: 'code',
    scope: 'openid citytally/vote',
    state,
    nonce,
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
  })
  assert.equal(there.origin + there.pathname, 'https://id.example/city/auth')
})

test('a citizen who comes back has signed in, and votes with the access token', async () => {
  claims = { name: 'Anna Björk' }
  const { signIn: own, hash } = await signIn()

  assert.equal(hash, '#region=NORTH')
  assert.equal(own.citizen?.id, 'https://id.example/city anna')
  assert.equal(own.citizen?.name, 'Anna Björk')
  assert.equal(own.hasExpired, false)
  assert.deepEqual(own.headers(), { Authorization: 'Bearer access' })
  assert.equal(newSignIn().citizen?.id, own.citizen?.id, 'also after a reload')
})

test('an answer is taken once', async () => {
  const { back } = await signIn()

  await assert.rejects(newSignIn().finish(back), /not begun in this tab/)
})

test('an answer with another state, or none to a question of this tab, is refused', async () => {
  await assert.rejects(signIn({ state: 'another' }), oauth.OperationProcessingError)
  storage.removeItem('citytally.signing-in')
  await assert.rejects(newSignIn().finish(new URL(`${PAGE}?code=c&state=s`)), /not begun/)

  assert.equal(newSignIn().citizen, null)
})

test('an ID token for another request, client or issuer is refused', async () => {
  for (const wrong of [{ nonce: 'another' }, { aud: 'another' }, { iss: 'https://else.example' }]) {
    claims = wrong
    await assert.rejects(signIn(), oauth.OperationProcessingError)
    assert.equal(newSignIn().citizen, null)
  }
})

test('a citizen who does not sign in is told by an error', async () => {
  await assert.rejects(
    signIn({ error: 'access_denied', error_description: 'Cancelled' }),
    oauth.AuthorizationResponseError,
  )
})

test('a session that has expired is known to have', async () => {
  expiresIn = 0
  const { signIn: own } = await signIn()

  assert.ok(own.hasExpired)
  assert.equal(own.citizen?.id, 'https://id.example/city anna')
})

test('a token that the server no longer takes has expired, also after a reload', async () => {
  const { signIn: own } = await signIn()

  own.expire()

  assert.ok(own.hasExpired)
  assert.ok(newSignIn().hasExpired)
})

test('signing out forgets the tokens, and leads to the provider', async () => {
  const { signIn: own } = await signIn()

  const there = new URL((await own.end()) ?? '')

  assert.equal(own.citizen, null)
  assert.equal(newSignIn().citizen, null)
  assert.equal(there.origin + there.pathname, 'https://id.example/city/end')
  assert.equal(there.searchParams.get('post_logout_redirect_uri'), PAGE)
  assert.equal(there.searchParams.get('logout_uri'), PAGE)
  assert.match(there.searchParams.get('id_token_hint') ?? '', /^ey/)
})

test('signing out works where the provider offers nothing, or is out of reach', async () => {
  const { signIn: own } = await signIn()
  metadata = { ...METADATA, end_session_endpoint: undefined }
  assert.equal(await own.end(), null)

  const { signIn: other } = await signIn()
  browser.answer = () => {
    throw new TypeError('Failed to fetch')
  }
  await assert.rejects(other.end(), TypeError)
  assert.equal(newSignIn().citizen, null)
})

test('a provider without TLS is refused, unless it is on this machine', async () => {
  for (const issuer of ['http://id.example', 'http://127.0.0.1.id.example']) {
    metadata = { ...METADATA, issuer }
    await assert.rejects(newSignIn({ ...ISSUER, issuer }).begin(''), oauth.OperationProcessingError)
  }
  const issuer = 'http://127.0.0.1:8090'
  metadata = { ...METADATA, issuer }
  assert.ok(await newSignIn({ ...ISSUER, issuer }).begin(''))
})

test('nobody is sent away where the browser would forget the question', async () => {
  storage = forbiddenStorage

  await assert.rejects(newSignIn().begin(''), DOMException)
})
