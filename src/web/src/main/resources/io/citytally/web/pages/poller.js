// Keeping a page up to date.

const INTERVAL_MILLIS = 1000
/** After an answer that brought nothing new, for a page that many keep open. */
export const QUIET_INTERVAL_MILLIS = 3000
const LONGEST_WAIT_MILLIS = 10000
const TIMEOUT_MILLIS = 8000

/** An answer that is an error, with the title of the server's problem (RFC 9457). */
export class RefusedError extends Error {
  constructor(status, title, retryAfterMillis) {
    super(title ?? `The server answered ${status}.`)
    this.status = status
    this.retryAfterMillis = retryAfterMillis
  }

  static async of(response) {
    const problem = await response.json().catch(() => null)
    const retryAfterSeconds = Number(response.headers.get('Retry-After')) || 0
    return new RefusedError(response.status, problem?.title, retryAfterSeconds * 1000)
  }
}

/**
 * Asks for a resource once a second, or less often while it does not change, and not at all while
 * the page is hidden: each request is paid for. The browser's cache
 * keeps the answer and its ETag, so that nothing is sent again that has not changed. While there is
 * no answer it asks less and less often, down to once in ten seconds, and at once when the browser
 * says that it is online again.
 */
export class Poller {
  #url
  #onAnswer
  #onFailure
  #quietMillis
  #timer
  #running
  #failures = 0
  #changed = true
  #etag
  #started = false

  /**
   * @param onAnswer called with `{body, changed, serverMillis}` after each answer; `serverMillis` is
   *     the server's clock, or null
   * @param onFailure called with the error after each failure
   * @param quietMillis from an answer that has not changed to the next request
   */
  constructor(url, onAnswer, onFailure, quietMillis = INTERVAL_MILLIS) {
    this.#url = url
    this.#onAnswer = onAnswer
    this.#onFailure = onFailure
    this.#quietMillis = quietMillis
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
      const answer = await this.#ask(running.signal)
      if (this.#running === running) {
        this.#failures = 0
        this.#changed = answer.changed
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
      this.#timer = setTimeout(
        () => this.#poll(),
        Math.max(0, this.#wait() - (performance.now() - asked)),
      )
    }
  }

  #wait() {
    if (this.#failures > 0) {
      return Math.min(INTERVAL_MILLIS * 2 ** (this.#failures - 1), LONGEST_WAIT_MILLIS)
    }
    return this.#changed ? INTERVAL_MILLIS : this.#quietMillis
  }

  async #ask(signal) {
    const response = await fetch(this.#url, { cache: 'no-cache', signal })
    if (!response.ok) {
      throw await RefusedError.of(response)
    }
    const body = await response.json()
    const etag = response.headers.get('ETag')
    const changed = etag === null || etag !== this.#etag
    this.#etag = etag
    const date = Date.parse(response.headers.get('Date'))
    return { body, changed, serverMillis: Number.isNaN(date) ? null : date }
  }
}
