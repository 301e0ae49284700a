// @ts-check
// Watching the whole city: for pages that only show.

/** @import { Answer } from './poller.js' */
/** @import { Ballot, CityResults, CityTurnout, Election } from './tally.js' */

import { describe, skewOf, staleMillisOf } from './connection.js'
import { ELECTION_INTERVAL_MILLIS, Poller, QUIET_INTERVAL_MILLIS } from './poller.js'
import { isLast } from './tally.js'
import { setRegionTitles } from './titles.js'

/** A server that answered so short a time ago answers the next request, too. */
const MAX_SILENCE_MILLIS = 10000

/** Keeps the newest results of the city, and what its election says of itself. */
export class CityWatch {
  /** @type {CityResults | CityTurnout | undefined} undefined until they are read */
  results
  /** @type {Election | undefined} undefined until it is read */
  election
  #onChange
  /** @type {Poller<CityResults | CityTurnout>} */
  #poller
  /** When the request began that brought the results, by the page's clock. */
  #askedAt = NaN
  /** When the page heard of the final result, by its own clock. */
  #finalSince = NaN
  /** @type {number | undefined} when the server last answered, by the page's clock */
  #answeredAt
  /** When the server last answered any request, by the page's clock; NaN once one has failed. */
  #heardAt = NaN
  #staleMillis = 0
  #lost = false
  #skewMillis = 0

  /** @param {() => void} onChange called when there is something new to show */
  constructor(onChange) {
    this.#onChange = onChange
    this.#poller = new Poller(
      '/api/results',
      this.#onResults,
      this.#onFailure,
      QUIET_INTERVAL_MILLIS,
    )
  }

  start() {
    this.#poller.start()
    const silent = () => {
      this.#heardAt = NaN
    }
    new Poller('/api/ballot', this.#onBallot, silent, ELECTION_INTERVAL_MILLIS).start()
  }

  /** The server's time, in milliseconds. */
  get now() {
    return Date.now() + this.#skewMillis
  }

  /** Whether a page can be loaded now. A final result is shown as live even without a connection. */
  get isReachable() {
    return performance.now() - this.#heardAt <= MAX_SILENCE_MILLIS
  }

  /** How the connection stands. */
  get connection() {
    const { election } = this
    const at = this.#answeredAt
    return describe({
      ageMillis: at === undefined ? undefined : this.#staleMillis + performance.now() - at,
      stale: this.#staleMillis > 0,
      lost: this.#lost,
      unknownPlace: false,
      final: election?.final !== undefined,
    })
  }

  #onResults = (/** @type {Answer<CityResults | CityTurnout>} */ answer) => {
    const { body, changed, serverMillis, askedAt } = answer
    const news = changed || this.results === undefined
    this.results = body
    this.#askedAt = askedAt
    this.#answeredAt = performance.now()
    this.#heardAt = this.#answeredAt
    this.#staleMillis = staleMillisOf(answer)
    this.#lost = false
    this.#skewMillis = skewOf(serverMillis)
    if (news) {
      this.#onChange()
    }
    this.#stopIfFinal()
  }

  #onFailure = () => {
    this.#lost = true
    this.#heardAt = NaN
    this.#onChange()
  }

  #onBallot = (/** @type {Answer<Ballot>} */ { body, changed }) => {
    this.#heardAt = performance.now()
    const { election, regions, ordered } = body
    const titled = setRegionTitles(regions, ordered)
    if (changed || titled || this.election === undefined) {
      this.election = election
      if (election.final && Number.isNaN(this.#finalSince)) {
        this.#finalSince = performance.now()
      }
      pageLanguage.offer(election.languages ?? [])
      this.#onChange()
      this.#stopIfFinal()
    }
  }

  #stopIfFinal() {
    if (this.results && isLast(this.results, this.#askedAt, this.#finalSince)) {
      this.#poller.stop()
    }
  }
}
