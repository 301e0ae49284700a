// The one vote of this browser: kept here, sent until it has arrived.

import { RefusedError } from '/poller.js'

const KEY = 'citytally.vote'
const FIRST_WAIT_MILLIS = 1000
const LONGEST_WAIT_MILLIS = 15000
const TIMEOUT_MILLIS = 10000
/** Answers after which the same request may succeed. */
const PASSING = new Set([408, 425, 429, 500, 502, 503, 504])

/**
 * What this browser knows of its vote, `{id, state, choice, previous, before}`:
 *
 *   none                     has not voted
 *   sending -> recorded -> counted
 *   withdrawing -> withdrawn -> discounted
 *
 * `choice` is `{region, improvement, title}`. `before` is its total before the request, or null if
 * that could not be read. `previous` is the choice that stands if the request is refused. It is kept
 * before anything is sent, so that a page that was closed too early goes on when it is opened again.
 * The id is a random key of 128 bits that nobody else knows: whoever has it can change the vote.
 */
export class OwnVote {
  #state
  #keeps = true
  #sending = false
  #onChange

  /** @param onChange called when the vote has another state, also through another tab */
  constructor(onChange) {
    this.#onChange = onChange
    this.#state = this.#read()
    addEventListener('storage', ({ key }) => {
      if (key === KEY && !this.#sending) {
        this.#state = this.#read()
        this.#onChange()
      }
    })
  }

  get state() {
    return this.#state.state
  }

  get choice() {
    return this.#state.choice
  }

  get before() {
    return this.#state.before
  }

  /** Whether there is a vote to change or to withdraw. */
  get stands() {
    return this.state === 'recorded' || this.state === 'counted'
  }

  get isSending() {
    return this.state === 'sending' || this.state === 'withdrawing'
  }

  /** False where the browser keeps nothing, so that the vote can't be changed later. */
  get keeps() {
    return this.#keeps
  }

  /**
   * Votes for `choice`, in place of what was voted for before.
   *
   * @param before reads the choice's total; null if it can't, an error without a connection
   * @param onTrouble called with the number of attempts after each that failed
   * @throws RefusedError if the vote is refused; then the previous one stands
   */
  async cast(choice, before, onTrouble) {
    const previous = this.stands ? this.choice : null
    this.#set({ id: this.#state.id ?? newId(), state: 'sending', choice, previous })
    await this.#send(before, onTrouble)
  }

  /** Withdraws the vote; parameters and errors as for `cast`. */
  async withdraw(before, onTrouble) {
    this.#set({
      id: this.#state.id,
      state: 'withdrawing',
      choice: this.choice,
      previous: this.choice,
    })
    await this.#send(before, onTrouble)
  }

  /** Goes on with what was being sent when the page was left. */
  async resume(before, onTrouble) {
    await this.#send(before, onTrouble)
  }

  /** The total has been seen to follow. */
  markCounted() {
    this.#set({ ...this.#state, state: this.state === 'recorded' ? 'counted' : 'discounted' })
  }

  async #send(before, onTrouble) {
    this.#sending = true
    try {
      if (this.#state.before === undefined) {
        const total = await untilDone(() => before(this.choice), onTrouble)
        this.#set({ ...this.#state, before: total })
      }
      await untilDone(() => this.#request(), onTrouble)
      this.#set({ ...this.#state, state: this.state === 'sending' ? 'recorded' : 'withdrawn' })
    } catch (error) {
      const { id, previous } = this.#state
      this.#set(
        previous === null
          ? { id, state: 'none' }
          : { id, state: 'counted', choice: previous, before: null },
      )
      throw error
    } finally {
      this.#sending = false
    }
  }

  async #request() {
    const { id, choice, state } = this.#state
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

  #set(state) {
    this.#state = state
    try {
      localStorage.setItem(KEY, JSON.stringify(state))
    } catch {
      this.#keeps = false
    }
    this.#onChange()
  }

  #read() {
    try {
      return JSON.parse(localStorage.getItem(KEY)) ?? { state: 'none' }
    } catch (error) {
      this.#keeps = error instanceof SyntaxError
      return { state: 'none' }
    }
  }
}

/** Tries until it is done; gives up where trying again would not help. */
async function untilDone(attempt, onTrouble) {
  for (let failures = 1; ; failures++) {
    try {
      return await attempt()
    } catch (error) {
      if (error instanceof RefusedError && !PASSING.has(error.status)) {
        throw error
      }
      onTrouble(failures)
      const backoff = Math.min(FIRST_WAIT_MILLIS * 2 ** (failures - 1), LONGEST_WAIT_MILLIS)
      // Not all at once, when a city comes back.
      await untilOnlineOr(
        Math.max(error.retryAfterMillis ?? 0, backoff * (0.75 + Math.random() / 2)),
      )
    }
  }
}

function newId() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, '0'),
  ).join('')
}

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
