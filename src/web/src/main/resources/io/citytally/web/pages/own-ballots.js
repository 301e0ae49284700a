// @ts-check
// The ballots of the citizen who votes here: kept in the browser, sent until they have arrived.

/** @import { Ballot, KeptBallot } from './kept-ballot.js' */
/** @import { OnTrouble } from './sending.js' */
/** @import { CityResults, CityTurnout } from './tally.js' */

import * as kept from './kept-ballot.js'
import { RefusedError } from './poller.js'
import { untilDone } from './sending.js'
import { totalIn } from './tally.js'
import { language } from './text.js'

const KEY = 'citytally.ballots'
const MINE = '/api/votes/mine'
const TIMEOUT_MILLIS = 10000

/**
 * Who votes. In open voting it is a device: anyone with its random key can change its ballots.
 *
 * @typedef {object} Voter
 * @property {() => Storage} storage where the ballots are kept; throws where the browser forbids it
 * @property {string} id whose ballots they are; those of another voter are forgotten
 * @property {() => Record<string, string>} headers what tells the server who votes
 */

/**
 * What is kept: one ballot per region, or one in all where a citizen has one vote in the whole city.
 *
 * @typedef {{ voter: string, ballots: KeptBallot[] }} Kept
 */

/**
 * Reads the city's results: null if they can't be read, an error without a connection.
 *
 * @callback ReadResults
 * @returns {Promise<CityResults | CityTurnout | null>}
 */

/** Keeps the ballots, and sends them. `KeptBallot` says which states there are. */
export class OwnBallots {
  #voter
  #votePer
  #onChange
  /** @type {KeptBallot[]} */
  #ballots
  #keeps = true
  /**
   * The region of each ballot that this page is sending.
   *
   * @type {string[]}
   */
  #sending = []
  #forgotten = false

  /**
   * @param {Voter} voter
   * @param {'city' | 'region'} votePer whether there is one ballot in all or one in each region
   * @param {() => void} onChange called when a ballot has another state, also through another tab
   */
  constructor(voter, votePer, onChange) {
    this.#voter = voter
    this.#votePer = votePer
    this.#onChange = onChange
    this.#ballots = this.#read()
    addEventListener('storage', this.#onStorage)
  }

  #onStorage = (/** @type {StorageEvent} */ { key }) => {
    if (key === KEY) {
      this.#follow()
      this.#onChange()
    }
  }

  /** All ballots, in the order in which they were first cast. */
  get all() {
    return this.#ballots
  }

  /**
   * The ballot of a region, or the one of the city.
   *
   * @param {string} region
   */
  of(region) {
    return this.#ballots.find(({ wanted }) => this.#isOne(wanted.region, region))
  }

  /** Whether any ballot is on its way. */
  get isSending() {
    return this.all.some(kept.isSending)
  }

  /** Whether a total may still be seen to follow. */
  get isAwaited() {
    return this.all.some(kept.isAwaited)
  }

  /** False where the browser keeps nothing, so that a ballot on its way is lost with the page. */
  get keeps() {
    return this.#keeps
  }

  /**
   * Reads what the server has: ballots may have been cast on another device. Those on their way stay as
   * they are.
   *
   * @param {OnTrouble} onTrouble
   * @throws RefusedError if the voter must sign in
   */
  async load(onTrouble) {
    for (;;) {
      const before = this.#ballots
      const stored = await untilDone(() => this.#ask(), onTrouble)
      this.#follow()
      // What has changed in the meantime, here or in another tab, may be newer than the answer.
      if (this.#ballots === before) {
        this.#take(stored)
        return
      }
    }
  }

  /** @param {Ballot[]} stored */
  #take(stored) {
    const isSettled = (/** @type {KeptBallot} */ { state }) =>
      state === 'recorded' || state === 'counted'
    const storedFor = (/** @type {KeptBallot} */ { wanted }) =>
      stored.find(({ region }) => this.#isOne(wanted.region, region)) ?? null
    const known = this.#ballots
      .map((mine) => {
        const other = storedFor(mine)
        return isSettled(mine) && other && !kept.isSame(mine.seen, other)
          ? kept.stored(other)
          : mine
      })
      .filter((mine) => !isSettled(mine) || mine.seen === null || storedFor(mine))
    const found = stored.filter(({ region }) => !this.of(region))
    this.#setAll([...known, ...found.map(kept.stored)])
  }

  /**
   * Votes for `wanted` in its region, in place of what was voted for before.
   *
   * @param {Ballot} wanted empty to withdraw
   * @param {ReadResults} before
   * @param {OnTrouble} onTrouble
   * @returns whether it is recorded; if not, the server has another ballot, and the citizen decides
   * @throws RefusedError if it is refused: then what stood before stands, unless the voter must sign in
   *     first
   */
  async cast(wanted, before, onTrouble) {
    this.#follow()
    return this.#send(this.#set(kept.cast(this.of(wanted.region), wanted)), before, onTrouble)
  }

  /**
   * Goes on with what was being sent when the page was left.
   *
   * @param {KeptBallot} ballot one of `all`
   * @param {ReadResults} before
   * @param {OnTrouble} onTrouble
   * @throws RefusedError as `cast` does
   */
  async resume(ballot, before, onTrouble) {
    return this.#send(ballot, before, onTrouble)
  }

  /**
   * Settles a contested ballot in favour of what the server has.
   *
   * @param {KeptBallot} ballot
   */
  giveUp(ballot) {
    this.#refuse(ballot)
  }

  /**
   * Takes note of totals.
   *
   * @param {CityResults | CityTurnout} results
   * @returns {KeptBallot[]} the ballots that they show to be counted
   */
  see(results) {
    this.#follow()
    /** @type {KeptBallot[]} */
    const counted = []
    for (const ballot of this.all.filter(kept.isAwaited)) {
      const next = this.#set(kept.see(ballot, (choice) => totalIn(results, choice)))
      if (next.state === 'counted') {
        counted.push(next)
      }
    }
    return counted
  }

  /** Forgets everything here, also what is on its way. What is recorded stays recorded. */
  forget() {
    this.#forgotten = true
    removeEventListener('storage', this.#onStorage)
    this.#ballots = []
    try {
      this.#voter.storage().removeItem(KEY)
    } catch {
      // It never kept anything.
    }
    this.#onChange()
  }

  /**
   * @param {KeptBallot} ballot
   * @param {ReadResults} before
   * @param {OnTrouble} onTrouble
   */
  async #send(ballot, before, onTrouble) {
    const { region } = ballot.wanted
    this.#sending.push(region)
    try {
      if (ballot.moves === undefined) {
        const results = await untilDone(before, onTrouble)
        const moves = kept.movesOf(ballot, (choice) => results && totalIn(results, choice))
        ballot = this.#set({ ...ballot, moves })
      }
      const sent = ballot
      await untilDone(async () => this.#forgotten || this.#put(sent), onTrouble)
      this.#set(kept.arrived(ballot))
      return true
    } catch (error) {
      if (!(error instanceof RefusedError)) {
        throw error
      }
      return await this.#onRefusal(ballot, error)
    } finally {
      this.#sending.splice(this.#sending.indexOf(region), 1)
    }
  }

  /**
   * @param {KeptBallot} ballot
   * @param {RefusedError} refusal
   */
  async #onRefusal(ballot, refusal) {
    if (refusal.status === 412) {
      this.#set(kept.contested(ballot, refusal.problem.stored ?? null))
      return false
    }
    if (refusal.status === 401) {
      // It is kept, and sent once the voter has signed in again.
      throw refusal
    }
    if (await this.#isStored(ballot.wanted)) {
      // An earlier attempt had arrived, before voting closed or the choice left; only its answer was lost.
      this.#set(kept.arrived(ballot))
      return true
    }
    this.#refuse(ballot)
    throw refusal
  }

  /** @param {Ballot} wanted */
  async #isStored(wanted) {
    try {
      const stored = (await this.#ask()).find(({ region }) => this.#isOne(region, wanted.region))
      return stored ? kept.isSame(stored, wanted) : kept.isEmpty(wanted)
    } catch {
      return false
    }
  }

  /** What tells the server who votes, and in which language to answer. */
  #headers() {
    return { ...this.#voter.headers(), 'Accept-Language': language }
  }

  /** @returns {Promise<Ballot[]>} */
  async #ask() {
    const response = await fetch(MINE, {
      headers: this.#headers(),
      cache: 'no-store',
      signal: AbortSignal.timeout(TIMEOUT_MILLIS),
    })
    if (!response.ok) {
      throw await RefusedError.of(response)
    }
    return (await response.json()).ballots
  }

  /** @param {KeptBallot} ballot */
  async #put({ wanted, seen }) {
    const response = await fetch(MINE, {
      method: 'PUT',
      headers: { ...this.#headers(), 'Content-Type': 'application/json' },
      body: JSON.stringify(seen ? { ...wanted, seen } : wanted),
      keepalive: true,
      signal: AbortSignal.timeout(TIMEOUT_MILLIS),
    })
    if (!response.ok) {
      throw await RefusedError.of(response)
    }
  }

  /**
   * Whether there is one ballot for both regions.
   *
   * @param {string} a
   * @param {string} b
   */
  #isOne(a, b) {
    return this.#votePer === 'city' || a === b
  }

  /** @param {KeptBallot} ballot */
  #refuse(ballot) {
    const former = kept.refused(ballot)
    if (former) {
      this.#set(former)
    } else {
      this.#follow()
      this.#setAll(this.#ballots.filter((each) => each !== this.of(ballot.wanted.region)))
    }
  }

  /** @param {KeptBallot} ballot */
  #set(ballot) {
    this.#follow()
    const former = this.of(ballot.wanted.region)
    this.#setAll(
      former
        ? this.#ballots.map((each) => (each === former ? ballot : each))
        : [...this.#ballots, ballot],
    )
    return ballot
  }

  /** Takes in what other tabs have kept. What this page is sending, it knows best itself. */
  #follow() {
    if (!this.#keeps || this.#forgotten) {
      return
    }
    const mine = this.#ballots.filter(({ wanted }) =>
      this.#sending.some((region) => this.#isOne(wanted.region, region)),
    )
    const mineOf = (/** @type {KeptBallot} */ { wanted }) =>
      mine.find((each) => this.#isOne(each.wanted.region, wanted.region))
    const others = this.#read()
    const added = mine.filter((each) => !others.some((other) => mineOf(other) === each))
    const followed = [...others.map((other) => mineOf(other) ?? other), ...added]
    if (JSON.stringify(followed) !== JSON.stringify(this.#ballots)) {
      this.#ballots = followed
    }
  }

  /** @param {KeptBallot[]} ballots */
  #setAll(ballots) {
    if (this.#forgotten) {
      return
    }
    this.#ballots = ballots
    try {
      this.#voter.storage().setItem(KEY, JSON.stringify({ voter: this.#voter.id, ballots }))
    } catch {
      this.#keeps = false
    }
    this.#onChange()
  }

  /** @returns {KeptBallot[]} */
  #read() {
    try {
      /** @type {Kept | null} */
      const read = JSON.parse(this.#voter.storage().getItem(KEY) ?? 'null')
      return read?.voter === this.#voter.id ? read.ballots : []
    } catch (error) {
      this.#keeps = error instanceof SyntaxError
      return []
    }
  }
}
