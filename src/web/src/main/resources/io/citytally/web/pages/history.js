// @ts-check
// How a total went, from what this page has seen.

import { span } from './format.js'
import { text } from './text.js'

export const MINUTE = 60000
/** How far back it goes, in milliseconds. */
export const KEPT = 10 * MINUTE
const MIN_SEEN_MILLIS = 2000

/** @typedef {[millis: number, votes: number]} Sample */

/**
 * Keeps a total over time, of votes or ballots. It is kept for the tab, so that a reload or a look at a
 * region does not lose it. While the page is hidden, the number is taken to change evenly.
 */
export class History {
  #key
  /** @type {Sample[]} */
  #samples = []

  /**
   * @param {'votes' | 'ballots'} unit
   * @param {string} place a region, or the empty text for the city
   */
  constructor(unit, place) {
    this.#key = `citytally.${unit}.${place}`
    try {
      /** @type {Sample[]} */
      const kept = JSON.parse(sessionStorage.getItem(this.#key) ?? '[]')
      this.#samples = kept.filter(
        ([millis, votes]) => Number.isFinite(millis) && Number.isFinite(votes),
      )
    } catch {
      // Nothing is kept: the history begins now.
    }
  }

  /**
   * Adds what was seen. Ignores what is not newer than the last.
   *
   * @param {number} millis
   * @param {number} votes
   */
  add(millis, votes) {
    const samples = this.#samples
    const last = samples.at(-1)
    if (last && millis <= last[0]) {
      return
    }
    // A number that does not change needs only its two ends.
    if (last?.[1] === votes && samples.at(-2)?.[1] === votes) {
      samples.pop()
    }
    samples.push([millis, votes])
    // The last sample before the shown time is needed to draw its edge.
    while (samples[1] && samples.length > 2 && samples[1][0] < millis - KEPT - MINUTE) {
      samples.shift()
    }
    try {
      sessionStorage.setItem(this.#key, JSON.stringify(samples))
    } catch {
      // Without storage, it is kept as long as the page.
    }
  }

  get isEmpty() {
    return this.#samples.length === 0
  }

  /** The time of the first sample, in milliseconds; NaN if there is none. */
  get from() {
    return this.#samples[0]?.[0] ?? NaN
  }

  /** The time from which the page watched without a gap, in milliseconds; NaN if it never did. */
  get watchedFrom() {
    const samples = this.#samples
    const gap = samples.findLastIndex(
      ([millis, votes], i) =>
        i > 0 && votes !== samples[i - 1]?.[1] && millis - (samples[i - 1]?.[0] ?? NaN) > MINUTE,
    )
    return samples[Math.max(0, gap)]?.[0] ?? NaN
  }

  /** The time of the last sample, in milliseconds; NaN if there is none. */
  get to() {
    return this.#samples.at(-1)?.[0] ?? NaN
  }

  /**
   * Returns the number of votes at a time, on the line between the samples around it; NaN if there is
   * no sample.
   *
   * @param {number} millis
   */
  at(millis) {
    /** @type {Sample | undefined} */
    let before
    for (const after of this.#samples) {
      if (after[0] >= millis) {
        if (!before) {
          return after[1]
        }
        const part = (millis - before[0]) / (after[0] - before[0])
        return before[1] + (after[1] - before[1]) * part
      }
      before = after
    }
    return before?.[1] ?? NaN
  }

  /**
   * Returns how many votes more there were at the end of a time than at its beginning.
   *
   * @param {number} from
   * @param {number} to
   */
  between(from, to) {
    return Math.round(this.at(to)) - Math.round(this.at(from))
  }
}

/**
 * Says how many votes came in the last minute, or since this page watches without a gap; empty in its
 * first two seconds.
 *
 * @param {History} history
 */
export function rate(history) {
  const seen = history.to - history.watchedFrom
  if (!(seen >= MIN_SEEN_MILLIS)) {
    return ''
  }
  const from = Math.max(history.watchedFrom, history.to - MINUTE)
  const gained = history.between(from, history.to)
  const count = Math.abs(gained)
  if (history.to - from >= MINUTE) {
    if (gained === 0) {
      return text('rate.none-in-minute')
    }
    return text(gained < 0 ? 'rate.fewer-in-minute' : 'rate.more-in-minute', { count })
  }
  const time = span(history.to - from)
  if (gained === 0) {
    return text('rate.none', { time })
  }
  return text(gained < 0 ? 'rate.fewer' : 'rate.more', { count, time })
}
