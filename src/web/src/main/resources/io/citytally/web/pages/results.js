// @ts-check
// Reading totals from the results.

/** @import { CityResults, CityTurnout } from './tally.js' */

/**
 * The address of the whole city's results. A region in the address would tell anyone on the way where a vote
 * went.
 */
export const RESULTS = '/api/results'

const TIMEOUT_MILLIS = 3000

/**
 * Reads the results; null if they can't be read in time. That must not keep anyone from voting.
 *
 * @returns {Promise<CityResults | CityTurnout | null>}
 * @throws TypeError without a connection: then nothing else would arrive, either
 */
export async function readResults() {
  try {
    const response = await fetch(RESULTS, {
      cache: 'no-cache',
      signal: AbortSignal.timeout(TIMEOUT_MILLIS),
    })
    return response.ok ? await response.json() : null
  } catch (error) {
    // A TimeoutError; until Chrome 124 an AbortError.
    if (error instanceof DOMException) {
      return null
    }
    throw error
  }
}
