// @ts-check
// Sending something until it arrives.

import { RefusedError } from './poller.js'

/**
 * Hears of each attempt that failed.
 *
 * @callback OnTrouble
 * @param {number} attempts how many failed so far
 * @returns {void}
 */

const FIRST_WAIT_MILLIS = 1000
const MAX_WAIT_MILLIS = 15000

/**
 * Returns the time to wait after a failure. It doubles up to 15 seconds, and varies by a quarter, so that
 * not all browsers ask at once when a city comes back.
 *
 * @param {number} failures at least 1
 * @param {number} retryAfterMillis the least that the server asks for
 * @param {number} random from 0 to 1
 */
export function backoff(failures, retryAfterMillis, random) {
  const millis = Math.min(FIRST_WAIT_MILLIS * 2 ** (failures - 1), MAX_WAIT_MILLIS)
  return Math.max(retryAfterMillis, millis * (0.75 + random / 2))
}

/** Answers after which the same request may succeed. */
const PASSING = new Set([408, 425, 429, 500, 502, 503, 504])

/**
 * Whether the same request may succeed after an answer with this status.
 *
 * @param {number} status
 */
export const mayPass = (status) => PASSING.has(status)

/**
 * Tries until it is done. Gives up where trying again would not help.
 *
 * @template T
 * @param {() => Promise<T>} attempt
 * @param {OnTrouble} onTrouble
 * @throws RefusedError if the server refuses it
 */
export async function untilDone(attempt, onTrouble) {
  for (let failures = 1; ; failures++) {
    try {
      return await attempt()
    } catch (error) {
      const refusal = error instanceof RefusedError ? error : null
      if (refusal && !mayPass(refusal.status)) {
        throw refusal
      }
      onTrouble(failures)
      const least = refusal?.retryAfterMillis ?? 0
      await untilOnlineOr(backoff(failures, least, Math.random()))
    }
  }
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
