// @ts-check
// The one vote of this browser: kept here, sent until it has arrived.

/** @import { Choice, KeptVote, Vote } from './kept-vote.js' */

import * as kept from './kept-vote.js'
import { RefusedError } from './poller.js'

const KEY = 'citytally.vote'
const TIMEOUT_MILLIS = 10000

/**
 * Reads a choice's total: null if it can't be read, an error without a connection.
 *
 * @callback ReadTotal
 * @param {Choice} choice
 * @returns {Promise<number | null>}
 */

/**
 * Hears of each attempt that failed.
 *
 * @callback OnTrouble
 * @param {number} attempts how many failed so far
 * @returns {void}
 */

/** Keeps the vote, and sends it. `KeptVote` says which states there are. */
export class OwnVote {
  /** @type {KeptVote} */
  #vote
  #keeps = true
  #sending = false
  #onChange

  /** @param {() => void} onChange called when the vote has another state, also through another tab */
  constructor(onChange) {
    this.#onChange = onChange
    this.#vote = this.#read()
    addEventListener('storage', ({ key }) => {
      if (key === KEY && !this.#sending) {
        this.#vote = this.#read()
        this.#onChange()
      }
    })
  }

  get state() {
    return this.#vote.state
  }

  /** The choice that is voted for, sent or withdrawn; null without a vote. */
  get choice() {
    return this.#vote.state === 'none' ? null : this.#vote.choice
  }

  /** The choice that can be changed or withdrawn; null if there is none. */
  get standing() {
    return kept.stands(this.#vote) ? this.#vote.choice : null
  }

  /** The choice's total before the request; null if it could not be read. */
  get before() {
    return this.#vote.state === 'none' ? undefined : this.#vote.before
  }

  get isSending() {
    return kept.isSending(this.#vote)
  }

  /** False where the browser keeps nothing, so that the vote can't be changed later. */
  get keeps() {
    return this.#keeps
  }

  /**
   * Votes for `choice`, in place of what was voted for before.
   *
   * @param {Choice} choice
   * @param {ReadTotal} before
   * @param {OnTrouble} onTrouble
   * @throws RefusedError if the vote is refused; then the previous one stands
   */
  async cast(choice, before, onTrouble) {
    await this.#send(this.#set(kept.cast(this.#vote, choice, newId)), before, onTrouble)
  }

  /**
   * Withdraws the vote, if there is one.
   *
   * @param {ReadTotal} before
   * @param {OnTrouble} onTrouble
   * @throws RefusedError as `cast` does
   */
  async withdraw(before, onTrouble) {
    if (kept.stands(this.#vote)) {
      await this.#send(this.#set(kept.withdraw(this.#vote)), before, onTrouble)
    }
  }

  /**
   * Goes on with what was being sent when the page was left.
   *
   * @param {ReadTotal} before
   * @param {OnTrouble} onTrouble
   * @throws RefusedError as `cast` does
   */
  async resume(before, onTrouble) {
    if (kept.isSending(this.#vote)) {
      await this.#send(this.#vote, before, onTrouble)
    }
  }

  /** Takes note of a total. Returns whether it shows that the vote is counted, or no longer is. */
  see(/** @type {number | null} */ total) {
    if (this.#vote.state === 'none' || !kept.shows(this.#vote, total)) {
      return false
    }
    this.#set(kept.followed(this.#vote))
    return true
  }

  /**
   * @param {Vote} vote
   * @param {ReadTotal} before
   * @param {OnTrouble} onTrouble
   */
  async #send(vote, before, onTrouble) {
    this.#sending = true
    try {
      if (vote.before === undefined) {
        const total = await untilDone(() => before(vote.choice), onTrouble)
        vote = this.#set({ ...vote, before: total })
      }
      await untilDone(() => request(vote), onTrouble)
      this.#set(kept.arrived(vote))
    } catch (error) {
      this.#set(kept.refused(vote))
      throw error
    } finally {
      this.#sending = false
    }
  }

  /**
   * @template {KeptVote} V
   * @param {V} vote
   */
  #set(vote) {
    this.#vote = vote
    try {
      localStorage.setItem(KEY, JSON.stringify(vote))
    } catch {
      this.#keeps = false
    }
    this.#onChange()
    return vote
  }

  /** @returns {KeptVote} */
  #read() {
    try {
      return JSON.parse(localStorage.getItem(KEY) ?? 'null') ?? kept.NONE
    } catch (error) {
      this.#keeps = error instanceof SyntaxError
      return kept.NONE
    }
  }
}

/** @param {Vote} vote */
async function request({ id, choice, state }) {
  const put = {
    method: 'PUT',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ region: choice.region, improvement: choice.improvement }),
  }
  const response = await fetch(`/api/votes/${id}`, {
    ...(state === 'sending' ? put : { method: 'DELETE' }),
    keepalive: true,
    signal: AbortSignal.timeout(TIMEOUT_MILLIS),
  })
  if (!response.ok) {
    throw await RefusedError.of(response)
  }
}

/**
 * Tries until it is done. Gives up where trying again would not help.
 *
 * @template T
 * @param {() => Promise<T>} attempt
 * @param {OnTrouble} onTrouble
 */
async function untilDone(attempt, onTrouble) {
  for (let failures = 1; ; failures++) {
    try {
      return await attempt()
    } catch (error) {
      const refusal = error instanceof RefusedError ? error : null
      if (refusal && !kept.mayPass(refusal.status)) {
        throw refusal
      }
      onTrouble(failures)
      const least = refusal?.retryAfterMillis ?? 0
      await untilOnlineOr(kept.backoff(failures, least, Math.random()))
    }
  }
}

function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/**
 * @param {number} millis
 * @returns {Promise<void>}
 */
function untilOnlineOr(millis) {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer)
      removeEventListener('online', done)
      resolve()
    }
    const timer = setTimeout(done, millis)
    addEventListener('online', done)
  })
}
