// @ts-check
// Reading a choice's total from the results.

import { totalIn } from './tally.js'

/** The whole city's: a region in the address would tell anyone on the way where a vote went. */
export const RESULTS = '/api/results'

const TIMEOUT_MILLIS = 3000

/**
 * Reads the total of a choice; null if the results don't show it, or can't be read in time. That must
 * not keep anyone from voting.
 *
 * @param {{ region: string, improvement: string }} choice
 * @throws TypeError without a connection: then nothing else would arrive, either
 */
export async function readTotal(choice) {
  try {
    const response = await fetch(RESULTS, {
      cache: 'no-cache',
      signal: AbortSignal.timeout(TIMEOUT_MILLIS),
    })
    return response.ok ? totalIn(await response.json(), choice) : null
  } catch (error) {
    // A TimeoutError; until Chrome 124 an AbortError.
    if (error instanceof DOMException) {
      return null
    }
    throw error
  }
}
