// @ts-check
// Keeping a page up to date.

import { text } from './text.js'

const INTERVAL_MILLIS = 1000
/** The time from one request to the next where nothing happens, for a page that many keep open. */
export const QUIET_INTERVAL_MILLIS = 3000
/**
 * So many answers without news, one after another, and nothing happens. One alone may have come between
 * two counts: the job counts once a window, and the server reads once a second.
 */
export const MIN_UNCHANGED = 2
/** How long what the election says of itself may be out of date. */
export const ELECTION_INTERVAL_MILLIS = 30000
const MAX_WAIT_MILLIS = 10000
const TIMEOUT_MILLIS = 8000

/**
 * What the server says of an error (RFC 9457), as `openapi.json` describes it.
 *
 * @typedef {{
 *   title?: string,
 *   stored?: { region: string, improvements: string[] },
 * }} Problem
 */

/** An answer that is an error, with the server's problem. */
export class RefusedError extends Error {
  /**
   * @param {number} status
   * @param {Problem} [problem]
   * @param {number} [retryAfterMillis] 0 if the server names no time
   */
  constructor(status, problem = {}, retryAfterMillis = 0) {
    super(problem.title ?? text('problem.status', { status: String(status) }))
    this.status = status
    this.problem = problem
    this.retryAfterMillis = retryAfterMillis
  }

  /** @param {Response} response */
  static async of(response) {
    const problem = (await response.json().catch(() => null)) ?? {}
    const retryAfterSeconds = Number(response.headers.get('Retry-After')) || 0
    return new RefusedError(response.status, problem, retryAfterSeconds * 1000)
  }
}

/**
 * Returns the time from one request to the next, in milliseconds.
 *
 * @param {number} failures the failures since the last answer
 * @param {number} unchanged the answers since the last one that brought something new
 * @param {number} quietMillis the time while nothing happens
 * @param {number} [busyMillis] the time while something does
 */
export function interval(failures, unchanged, quietMillis, busyMillis = INTERVAL_MILLIS) {
  if (failures > 0) {
    return Math.min(INTERVAL_MILLIS * 2 ** (failures - 1), MAX_WAIT_MILLIS)
  }
  return unchanged < MIN_UNCHANGED ? busyMillis : quietMillis
}

/**
 * Returns the time that a header holds, in milliseconds; null if it holds none.
 *
 * @param {Response} response
 * @param {string} header
 */
function timeIn(response, header) {
  const time = Date.parse(response.headers.get(header) ?? '')
  return Number.isNaN(time) ? null : time
}

/**
 * @template T
 * @typedef {{
 *   body: T,
 *   changed: boolean,
 *   serverMillis: number | null,
 *   asOfMillis: number | null,
 *   askedAt: number,
 * }} Answer
 *     `serverMillis` is the server's clock, and `asOfMillis` when it read the data; null if the server
 *     does not tell it. `askedAt` is when the request began, by the page's clock
 */

/**
 * Asks for a resource once a second, or less often while it does not change, and not at all while
 * the page is hidden: each request costs money. The browser's cache keeps the answer and its ETag, so
 * that only changes are sent. While there is no answer it asks less and less often, down to once in
 * ten seconds, and at once when the browser says that it is online again.
 *
 * @template T the answer's body
 */
export class Poller {
  #url
  #onAnswer
  #onFailure
  #quietMillis
  #busyMillis
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer
  /** @type {AbortController | undefined} */
  #running
  #failures = 0
  #unchanged = 0
  /** @type {string | null | undefined} */
  #etag
  #started = false

  /**
   * @param {string} url
   * @param {(answer: Answer<T>) => void} onAnswer called after each answer
   * @param {(error: unknown) => void} onFailure called after each failure
   * @param {number} quietMillis from one request to the next while nothing changes
   * @param {number} busyMillis the same while something does
   */
  constructor(
    url,
    onAnswer,
    onFailure,
    quietMillis = INTERVAL_MILLIS,
    busyMillis = INTERVAL_MILLIS,
  ) {
    this.#url = url
    this.#onAnswer = onAnswer
    this.#onFailure = onFailure
    this.#quietMillis = quietMillis
    this.#busyMillis = busyMillis
  }

  start() {
    this.#started = true
    document.addEventListener('visibilitychange', this.#look)
    addEventListener('online', this.#look)
    this.#look()
    return this
  }

  stop() {
    this.#started = false
    document.removeEventListener('visibilitychange', this.#look)
    removeEventListener('online', this.#look)
    this.#pause()
  }

  #look = () => {
    this.#pause()
    if (!document.hidden) {
      this.#poll()
    }
  }

  #pause() {
    clearTimeout(this.#timer)
    this.#running?.abort()
    this.#running = undefined
  }

  async #poll() {
    const asked = performance.now()
    const running = new AbortController()
    this.#running = running
    const timeout = setTimeout(() => running.abort(), TIMEOUT_MILLIS)
    try {
      const answer = { ...(await this.#ask(running.signal)), askedAt: asked }
      if (this.#running === running) {
        this.#failures = 0
        this.#unchanged = answer.changed ? 0 : this.#unchanged + 1
        this.#onAnswer(answer)
      }
    } catch (error) {
      if (this.#running === running) {
        this.#failures++
        this.#onFailure(error)
      }
    } finally {
      clearTimeout(timeout)
    }
    if (this.#running === running && this.#started) {
      const wait = interval(this.#failures, this.#unchanged, this.#quietMillis, this.#busyMillis)
      const spent = performance.now() - asked
      this.#timer = setTimeout(() => this.#poll(), Math.max(0, wait - spent))
    }
  }

  /**
   * @param {AbortSignal} signal
   * @returns {Promise<Omit<Answer<T>, 'askedAt'>>}
   */
  async #ask(signal) {
    const response = await fetch(this.#url, { cache: 'no-cache', signal })
    if (!response.ok) {
      throw await RefusedError.of(response)
    }
    const body = await response.json()
    const etag = response.headers.get('ETag')
    const changed = etag === null || etag !== this.#etag
    this.#etag = etag
    return {
      body,
      changed,
      serverMillis: timeIn(response, 'Date'),
      asOfMillis: timeIn(response, 'Citytally-As-Of'),
    }
  }
}
