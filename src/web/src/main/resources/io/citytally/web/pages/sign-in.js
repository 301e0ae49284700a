// @ts-check
// Signing in with the city's OpenID Connect provider: authorization code with PKCE, state and nonce.

/** @import { Issuer } from './tally.js' */

import { text } from './text.js'

/** @typedef {typeof import('./oauth4webapi/build/index.js')} OAuth */

const BEGUN = 'citytally.signing-in'
const SESSION = 'citytally.session'
/** How long a token is taken to last if its provider does not say. The server finds out. */
const UNKNOWN_SECONDS = 24 * 60 * 60

/**
 * What the way to the provider and back must not lose.
 *
 * @typedef {{ state: string, nonce: string, verifier: string, hash: string }} Begun
 */

/**
 * Who has signed in. It lasts as long as the tab.
 *
 * @typedef {{
 *   id: string,
 *   name: string,
 *   accessToken: string,
 *   idToken: string,
 *   expiresAt: number,
 * }} Session
 */

/** Signs citizens in and out. The caller goes to the addresses that it returns. */
export class SignIn {
  #oauth
  #issuer
  #page
  #storage
  /** @type {Session | null} */
  #session

  /**
   * @param {OAuth} oauth
   * @param {Issuer} issuer
   * @param {string} page where the provider leads back to
   * @param {() => Storage} storage of the tab
   */
  constructor(oauth, issuer, page, storage) {
    this.#oauth = oauth
    this.#issuer = issuer
    this.#page = page
    this.#storage = storage
    this.#session = this.#take(SESSION, false)
  }

  /** Who has signed in, even if that has expired since; null if nobody has. */
  get citizen() {
    return this.#session
  }

  get hasExpired() {
    return this.#session !== null && this.#session.expiresAt <= Date.now()
  }

  /** Takes note that the server no longer takes the token. */
  expire() {
    if (this.#session) {
      this.#keep({ ...this.#session, expiresAt: 0 })
    }
  }

  /** What tells the server who votes. */
  headers() {
    return { Authorization: `Bearer ${this.#session?.accessToken ?? ''}` }
  }

  /**
   * Begins to sign in.
   *
   * @param {string} hash what to come back with in the page's address
   * @returns {Promise<string>} the provider's address
   * @throws Error if the provider can't be reached, or the browser keeps nothing
   */
  async begin(hash) {
    const oauth = this.#oauth
    const server = await this.#discover()
    const begun = {
      state: oauth.generateRandomState(),
      nonce: oauth.generateRandomNonce(),
      verifier: oauth.generateRandomCodeVerifier(),
      hash,
    }
    this.#storage().setItem(BEGUN, JSON.stringify(begun))
    const url = new URL(server.authorization_endpoint ?? '')
    const parameters = {
      client_id: this.#issuer.clientId,
      redirect_uri: this.#page,
      response_type: 'code',
      scope: `openid ${this.#issuer.scope}`,
      state: begun.state,
      nonce: begun.nonce,
      code_challenge: await oauth.calculatePKCECodeChallenge(begun.verifier),
      code_challenge_method: 'S256',
    }
    for (const [name, value] of Object.entries(parameters)) {
      url.searchParams.set(name, value)
    }
    return url.href
  }

  /**
   * Ends what was begun, where the provider has led back to the page.
   *
   * @param {URL} url the page's address
   * @returns {Promise<string | null>} the hash to come back with; null if the address is no answer
   * @throws Error if the citizen has not signed in, or the answer is not to be trusted
   */
  async finish(url) {
    if (!url.searchParams.has('state')) {
      return null
    }
    /** @type {Begun | null} */
    const begun = this.#take(BEGUN, true)
    if (begun === null) {
      throw new Error(text('sign-in.not-begun'))
    }
    const oauth = this.#oauth
    const client = { client_id: this.#issuer.clientId }
    const server = await this.#discover()
    const parameters = oauth.validateAuthResponse(server, client, url, begun.state)
    const response = await oauth.authorizationCodeGrantRequest(
      server,
      client,
      oauth.None(),
      parameters,
      this.#page,
      begun.verifier,
      this.#options(),
    )
    const tokens = await oauth.processAuthorizationCodeResponse(server, client, response, {
      expectedNonce: begun.nonce,
      requireIdToken: true,
    })
    const claims = oauth.getValidatedIdTokenClaims(tokens)
    this.#keep({
      id: `${claims?.iss} ${claims?.sub}`,
      name: nameIn(claims ?? {}),
      accessToken: tokens.access_token,
      idToken: tokens.id_token ?? '',
      expiresAt: Date.now() + (tokens.expires_in ?? UNKNOWN_SECONDS) * 1000,
    })
    return begun.hash
  }

  /**
   * Signs out here. The tokens are gone at once, whether or not the provider can be reached.
   *
   * @returns {Promise<string | null>} where to sign out of the provider; null if it does not offer it
   */
  async end() {
    const idToken = this.#session?.idToken
    this.#session = null
    this.#take(SESSION, true)
    if (!idToken) {
      return null
    }
    const { end_session_endpoint: endpoint } = await this.#discover()
    if (!endpoint) {
      return null
    }
    const url = new URL(endpoint)
    url.searchParams.set('id_token_hint', idToken)
    url.searchParams.set('client_id', this.#issuer.clientId)
    url.searchParams.set('post_logout_redirect_uri', this.#page)
    // Cognito's name for it: https://docs.aws.amazon.com/cognito/latest/developerguide/logout-endpoint.html
    url.searchParams.set('logout_uri', this.#page)
    return url.href
  }

  /** @param {Session} session */
  #keep(session) {
    this.#session = session
    this.#storage().setItem(SESSION, JSON.stringify(session))
  }

  async #discover() {
    const issuer = new URL(this.#issuer.issuer)
    const response = await this.#oauth.discoveryRequest(issuer, this.#options())
    return this.#oauth.processDiscoveryResponse(issuer, response)
  }

  /** Without TLS there is a provider only on a developer's machine. */
  #options() {
    const { protocol, hostname } = new URL(this.#issuer.issuer)
    const isLocal = protocol === 'http:' && ['127.0.0.1', 'localhost', '[::1]'].includes(hostname)
    return { [this.#oauth.allowInsecureRequests]: isLocal }
  }

  /**
   * @param {string} key
   * @param {boolean} once whether it is then forgotten
   */
  #take(key, once) {
    try {
      const kept = JSON.parse(this.#storage().getItem(key) ?? 'null')
      if (once) {
        this.#storage().removeItem(key)
      }
      return kept
    } catch {
      return null
    }
  }
}

/** @param {Record<string, unknown>} claims */
function nameIn({ name, preferred_username: username, email }) {
  const found = [name, username, email].find((each) => typeof each === 'string')
  return typeof found === 'string' ? found : ''
}
