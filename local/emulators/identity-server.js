'use strict'

const { generateKeyPairSync, randomBytes } = require('node:crypto')
const { CITIZENS, PASSWORD } = require('./citizens')
const { problemPage, signInPage, signOutPage, signedOutPage } = require('./identity-pages')

const AUDIENCE = 'https://citytally.example/api'
const CLIENT = 'citytally-pages'
const SCOPE = 'citytally/vote'
const SIGN_IN = /^\/sign-in\/[\w-]{1,64}$/
const MAX_FORM_BYTES = 1000
const SESSION_SECONDS = 24 * 60 * 60

/**
 * An OpenID Connect provider, by oidc-provider, whose users are the citizens of Lunden. It has one
 * client, the pages: public, with PKCE.
 *
 * @param issuer the provider's address
 * @param app the origins of the pages
 * @param tokenSeconds how long an access token lasts
 * @returns what answers a request
 */
async function createIdentityProvider({ issuer, app, tokenSeconds }) {
  const provider = await newProvider(issuer, {
    clients: [
      {
        client_id: CLIENT,
        token_endpoint_auth_method: 'none',
        grant_types: ['authorization_code'],
        response_types: ['code'],
        redirect_uris: app.map((origin) => `${origin}/vote`),
        post_logout_redirect_uris: app.map((origin) => `${origin}/vote`),
      },
    ],
    clientBasedCORS: (context, origin) => app.includes(origin),
    cookies: { keys: [randomBytes(32).toString('hex')] },
    extraTokenClaims: (context, token) => ({ regions: regionsOf(token.accountId) }),
    features: {
      devInteractions: { enabled: false },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => AUDIENCE,
        useGrantedResource: () => true,
        getResourceServerInfo: () => ({
          audience: AUDIENCE,
          scope: SCOPE,
          accessTokenFormat: 'jwt',
          accessTokenTTL: tokenSeconds,
        }),
      },
      rpInitiatedLogout: {
        enabled: true,
        logoutSource: (context, form) => (context.body = signOutPage(form)),
        postLogoutSuccessSource: (context) => (context.body = signedOutPage()),
      },
    },
    findAccount: (context, id) =>
      CITIZENS.has(id) ? { accountId: id, claims: () => claimsOf(CITIZENS.get(id)) } : undefined,
    claims: { openid: ['sub', 'name'] },
    conformIdTokenClaims: false,
    interactions: { url: (context, { uid }) => `/sign-in/${uid}` },
    jwks: { keys: [newKey()] },
    loadExistingGrant: grantAll,
    pkce: { required: () => true },
    renderError: (context, problem) => {
      context.type = 'html'
      context.body = problemPage(problem)
    },
    ttl: {
      AccessToken: tokenSeconds,
      Grant: SESSION_SECONDS,
      IdToken: tokenSeconds,
      Interaction: 60 * 60,
      Session: SESSION_SECONDS,
    },
  })
  const answerByProvider = provider.callback()
  return async (request, response) => {
    const [path] = request.url.split('?')
    if (!SIGN_IN.test(path)) {
      return answerByProvider(request, response)
    }
    try {
      await signIn(provider, path, app, request, response)
    } catch (error) {
      reply(response, error.status ?? 500, problemPage(error), app)
    }
  }
}

/**
 * It warns that it wants Node.js 22, but it is tested on 20 here; and that it keeps all in memory,
 * which is what a test wants.
 */
async function newProvider(issuer, configuration) {
  const { warn } = console
  console.warn = (text) => {
    if (!/Unsupported runtime|in-memory adapter/.test(text)) warn(text)
  }
  try {
    const { Provider } = await import('oidc-provider')
    return new Provider(issuer, configuration)
  } finally {
    console.warn = warn
  }
}

const claimsOf = ({ id, name }) => ({ sub: id, name })

/** One is a text, as in most providers' claims; several are a list. */
function regionsOf(citizen) {
  const { regions } = CITIZENS.get(citizen)
  return regions.length === 1 ? regions[0] : regions
}

function newKey() {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  return { ...privateKey.export({ format: 'jwk' }), use: 'sig', alg: 'RS256' }
}

/** Nobody is asked whether the pages may know who has signed in: that is what they are for. */
async function grantAll({ oidc: { client, provider, session } }) {
  const known = session.grantIdFor(client.clientId)
  if (known) return provider.Grant.find(known)
  const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId })
  grant.addOIDCScope('openid')
  grant.addResourceScope(AUDIENCE, SCOPE)
  await grant.save()
  return grant
}

async function signIn(provider, path, app, request, response) {
  await provider.interactionDetails(request, response)
  if (request.method !== 'POST') {
    reply(response, 200, signInPage(path), app)
    return
  }
  const form = await readForm(request)
  const citizen = form.get('citizen')
  if (!CITIZENS.has(citizen) || form.get('password') !== PASSWORD) {
    reply(response, 403, signInPage(path, citizen ?? 'nobody'), app)
    return
  }
  await provider.interactionFinished(request, response, { login: { accountId: citizen } })
}

async function readForm(request) {
  const chunks = []
  let bytes = 0
  for await (const chunk of request) {
    bytes += chunk.length
    if (bytes > MAX_FORM_BYTES) throw Object.assign(new Error('too long'), { status: 413 })
    chunks.push(chunk)
  }
  return new URLSearchParams(Buffer.concat(chunks).toString())
}

/** The form leads on to the pages, which a browser counts as a target of the form, too. */
function reply(response, status, html, app) {
  const csp =
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none';" +
    ` frame-ancestors 'none'; form-action 'self' ${app.join(' ')}`
  response.writeHead(status, {
    'Content-Type': 'text/html; charset=utf-8',
    'Content-Security-Policy': csp,
    'Cache-Control': 'no-store',
  })
  response.end(html)
}

module.exports = { AUDIENCE, CLIENT, SCOPE, createIdentityProvider }
