// @ts-check
// How the number of votes went, from what this page has seen.

import { span } from './format.js'
import { text } from './text.js'

export const MINUTE = 60000
/** How far back the trend goes, in milliseconds. */
export const KEPT = 10 * MINUTE
const MIN_SEEN_MILLIS = 2000

/** @typedef {[millis: number, votes: number]} Sample */

/**
 * Keeps the number of votes over time. It is kept for the tab, so that a reload or a look at a region
 * does not lose it. While the page is hidden, the number is taken to change evenly.
 */
export class History {
  #key
  /** @type {Sample[]} */
  #samples = []

  /** @param {string} place a region, or the empty text for the city */
  constructor(place) {
    this.#key = `citytally.trend.${place}`
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
      // It is kept as long as the page, then.
    }
  }

  get isEmpty() {
    return this.#samples.length === 0
  }

  /** The time of the first sample, in milliseconds; NaN if there is none. */
  get from() {
    return this.#samples[0]?.[0] ?? NaN
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
 * Says how many votes came in the last minute, or since this page watches; empty in its first two
 * seconds.
 *
 * @param {History} history
 */
export function rate(history) {
  const seen = history.to - history.from
  if (!(seen >= MIN_SEEN_MILLIS)) {
    return ''
  }
  const from = Math.max(history.from, history.to - MINUTE)
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

const COLUMNS = 60
const SPANS = [MINUTE, 2 * MINUTE, 5 * MINUTE, KEPT]

/**
 * Returns the trend as 60 columns: the votes counted in each step up to now. Steps begin at whole
 * multiples, so that a vote does not move from one to the next.
 *
 * @param {History} history not empty
 * @returns {{ shown: number, step: number, counts: number[] }} times in milliseconds
 */
export function columns(history) {
  const seen = history.to - history.from
  const shown = SPANS.find((each) => seen <= each) ?? KEPT
  const step = shown / COLUMNS
  const end = Math.ceil(history.to / step) * step
  const counts = Array.from({ length: COLUMNS }, (_, i) => {
    const to = end - (COLUMNS - 1 - i) * step
    return to <= history.from
      ? 0
      : Math.max(0, history.between(to - step, Math.min(to, history.to)))
  })
  return { shown, step, counts }
}

/**
 * Returns the votes counted in each whole minute of the clock, the newest first. The first and the last
 * are cut to what was seen.
 *
 * @param {History} history not empty
 */
export function minutes(history) {
  const first = Math.max(history.from, history.to - KEPT)
  const rows = []
  for (let from = Math.floor(history.to / MINUTE) * MINUTE; from + MINUTE > first; from -= MINUTE) {
    const votes = history.between(Math.max(from, first), Math.min(from + MINUTE, history.to))
    rows.push({ from, votes })
  }
  return rows
}
