// @ts-check
// The course of the vote: how the present total came about, apart from how it looks.

/** @import { Reading } from './tally.js' */
/** @import { History } from './history.js' */

import { dayAfter, midnight, timesOfDay } from './zone.js'

/**
 * The answers of the API, as `openapi.json` describes them. `votes` is not there while only ballots are
 * shown, `tenMinutes` only in that of the city, and `since` only if older hours are left out.
 *
 * @typedef {{ ballots: number, votes?: number }} Count
 * @typedef {Count & { at: string }} CountAt
 * @typedef {Reading & {
 *   results?: 'turnout',
 *   since?: string,
 *   before?: Count,
 *   undated: Count,
 *   hours: CountAt[],
 *   tenMinutes?: CountAt[],
 * }} Course
 */

/** @typedef {'votes' | 'ballots'} Unit */
/** @typedef {'opening' | 'today' | 'minutes'} Span */
/** @typedef {'day' | 'hour' | 'ten-minutes' | 'minute'} Step */
/** @typedef {{ from: number, to: number, votes: number, ballots: number }} Bucket times in milliseconds */
/** @typedef {Pick<History, 'isEmpty' | 'from' | 'watchedFrom' | 'at'>} Watched */
/** @typedef {(millis: number) => number} Curve the total at a time */

const MINUTE = 60000
const TEN_MINUTES = 10 * MINUTE
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** How far back the last minutes go. */
const LAST_MINUTES = 30 * MINUTE
/** The course of an election up to this long is told by ten minutes, where there are some. */
const MAX_BY_TEN_MINUTES = 6 * HOUR
/** The course of an election up to this long is told by the hour, and of a longer one by the day. */
const MAX_BY_HOUR = 7 * DAY
/** How far the API's hours may be behind its totals. */
const MAX_LAG = 3 * MINUTE

/**
 * Returns what the API knows by time: the ten minutes of the last day, where it has them, and hours.
 *
 * @param {Course} course
 * @returns {Bucket[]} by time
 */
export function buckets({ hours, tenMinutes, asOf }) {
  const toBucket = (
    /** @type {CountAt} */ { at, votes = 0, ballots },
    /** @type {number} */ length,
  ) => {
    const from = Date.parse(at)
    return { from, to: from + length, votes, ballots }
  }
  const exact = exactFrom({ tenMinutes, asOf })
  return [
    ...hours.map((each) => toBucket(each, HOUR)).filter(({ from }) => from < exact),
    ...(tenMinutes ?? [])
      .map((each) => toBucket(each, TEN_MINUTES))
      .filter(({ from }) => from >= exact),
  ]
}

/**
 * Returns the time from which all is told by ten minutes, in milliseconds: `Infinity` if nothing is. The API
 * has them of the last day, and not of the beginning of the hour in which that begins.
 *
 * @param {{ tenMinutes?: CountAt[] | undefined, asOf: string }} course
 */
export const exactFrom = ({ tenMinutes, asOf }) =>
  tenMinutes ? Math.ceil((Date.parse(asOf) - DAY) / HOUR) * HOUR : Infinity

/**
 * The length of the shortest buckets, in milliseconds.
 *
 * @param {Course} course
 */
export const grid = ({ tenMinutes }) => (tenMinutes ? TEN_MINUTES : HOUR)

/**
 * Returns the total over time, worked out backwards from the present one. While the page watched, it is
 * what the page saw. Before that, each bucket is subtracted, in a straight line within the bucket. What is
 * in no bucket (undated changes, older totals and corrections) counts from the beginning.
 *
 * Buckets are up to three minutes behind the total, or ahead of it if they were read later. The API tells
 * what was there before all buckets, so the rest of the difference has come just now: after the buckets
 * were read, if the page began to watch later. Where the API does not tell it, because the oldest buckets
 * are left out or the result is final, all of the difference was there before.
 *
 * In the bucket of the opening, all is taken to have come after the opening; in that of the end, before it.
 *
 * @param {Course} course
 * @param {Unit} unit
 * @param {Watched} watched
 * @param {{ opening?: number, end?: number }} [open] when votes were taken, as far as it is known
 * @returns {Curve}
 */
export function curve(course, unit, watched, { opening = -Infinity, end = Infinity } = {}) {
  const asOf = Date.parse(course.asOf)
  const ramps = buckets(course).map(({ from, to, [unit]: count }) => {
    const known = from < asOf ? Math.min(to, asOf) : to
    const first = opening < known ? Math.max(from, opening) : from
    return { from: first, to: end > first ? Math.min(known, end) : known, count }
  })
  const known = ramps.reduce((sum, { count }) => sum + count, 0)
  const undated = course.undated[unit] ?? 0
  const total = watched.isEmpty ? known + undated : watched.at(asOf)
  const missing = total - known - undated
  const before = course.before?.[unit]
  if (before !== undefined && missing !== before) {
    const began = Math.max(opening, ramps[0]?.from ?? -Infinity)
    ramps.push({
      from: Math.max(asOf - MAX_LAG, began < asOf ? began : -Infinity),
      to: watched.isEmpty ? asOf : Math.max(asOf, watched.from),
      count: missing - before,
    })
  }
  const base = total - ramps.reduce((sum, { count }) => sum + count, 0)
  const told = (/** @type {number} */ millis) =>
    ramps.reduce(
      (sum, { from, to, count }) =>
        sum + count * Math.min(1, Math.max(0, (millis - from) / (to - from))),
      base,
    )
  if (watched.isEmpty) {
    return told
  }
  // The bucket in which the page began to watch is known at its beginning, or at the opening, and from
  // then on.
  const { watchedFrom } = watched
  const bucket = Math.floor(watchedFrom / grid(course)) * grid(course)
  const joint = opening < watchedFrom ? Math.max(bucket, opening) : bucket
  const atJoint = told(joint)
  const seen = watched.at(watchedFrom)
  return (millis) => {
    if (millis >= watchedFrom) {
      return watched.at(millis)
    }
    return millis <= joint
      ? told(millis)
      : atJoint + ((seen - atJoint) * (millis - joint)) / (watchedFrom - joint)
  }
}

/**
 * Returns the ends of the stretches into which a span is cut. The last one is not over yet.
 *
 * @param {Span} span
 * @param {{
 *   now: number,
 *   beginning: number,
 *   grid: number,
 *   exactFrom: number,
 *   watchedFrom: number,
 *   timeZone: string | undefined,
 * }} times `beginning` is that of the whole course
 * @returns {{ edges: number[], step: Step }}
 */
export function cut(span, { now, beginning, grid, exactFrom, watchedFrom, timeZone }) {
  const step = grid === HOUR ? 'hour' : 'ten-minutes'
  const by = (/** @type {number} */ length) => (/** @type {number} */ edge) =>
    (Math.floor(edge / length) + 1) * length
  const first = Math.floor(beginning / grid) * grid
  switch (span) {
    case 'opening':
      if (now - beginning > MAX_BY_HOUR) {
        return { edges: edges(beginning, now, (edge) => dayAfter(edge, timeZone)), step: 'day' }
      }
      return now - beginning > MAX_BY_TEN_MINUTES || beginning < exactFrom
        ? { edges: edges(beginning, now, by(HOUR)), step: 'hour' }
        : { edges: edges(beginning, now, by(grid)), step }
    case 'today':
      return { edges: edges(Math.max(first, midnight(now, timeZone)), now, by(grid)), step }
    case 'minutes': {
      const from = Math.max(first, Math.floor((now - LAST_MINUTES) / grid) * grid)
      const minutesFrom = Math.floor(Math.min(watchedFrom, now) / MINUTE) * MINUTE
      const next = (/** @type {number} */ edge) =>
        edge >= minutesFrom ? edge + MINUTE : Math.min(minutesFrom, by(grid)(edge))
      return { edges: edges(from, now, next), step: 'minute' }
    }
  }
}

/**
 * @param {number} from
 * @param {number} now
 * @param {(edge: number) => number} next
 */
function edges(from, now, next) {
  const all = [from, next(from)]
  for (let edge = next(from); edge <= now;) {
    edge = next(edge)
    all.push(edge)
  }
  return all
}

/**
 * A stretch of time: what came in it, less what went, and the total at its end, of each curve.
 *
 * @typedef {{ from: number, to: number, unfinished: boolean, counts: number[], totals: number[] }} Stretch
 */

/**
 * Returns the course in stretches. Their counts are whole and add up to the total: the last stretch ends
 * with the present one.
 *
 * @param {number[]} edges
 * @param {Curve[]} curves
 * @param {number} now
 * @returns {Stretch[]} by time
 */
export function stretches(edges, curves, now) {
  const present = Infinity
  const totals = edges.map((edge) =>
    curves.map((at) => Math.round(at(edge > now ? present : edge))),
  )
  return edges.slice(1).map((to, i) => {
    const before = totals[i] ?? []
    const after = totals[i + 1] ?? []
    return {
      from: edges[i] ?? to,
      to,
      unfinished: to > now,
      counts: after.map((total, series) => total - (before[series] ?? 0)),
      totals: after,
    }
  })
}

/**
 * The length of time to which a column's height refers, in milliseconds: a height is a number per minute,
 * ten minutes, hour or day.
 */
export const LENGTHS = {
  minute: MINUTE,
  'ten-minutes': TEN_MINUTES,
  hour: HOUR,
  day: DAY,
}

const MAX_TICKS = 4

/**
 * Returns round ticks from zero over all values: the first and the last are the ends of the axis.
 *
 * @param {number[]} values
 * @param {boolean} whole whether there is nothing between whole numbers
 */
export function ticks(values, whole) {
  const low = Math.min(0, ...values)
  const high = Math.max(0, ...values)
  const range = high - low || 1
  const power = 10 ** Math.floor(Math.log10(range / MAX_TICKS))
  const steps = [1, 2, 5, 10, 20].map((times) => times * power)
  const fits = (/** @type {number} */ step) =>
    (!whole || step >= 1) && Math.ceil(high / step) - Math.floor(low / step) <= MAX_TICKS
  const step = steps.find(fits) ?? Math.ceil(range / MAX_TICKS)
  const first = Math.floor(low / step)
  const last = Math.max(first + 1, Math.ceil(high / step))
  // Tenths are no whole numbers of a computer's: 3 * 0.1 is more than 0.3.
  const exact = (/** @type {number} */ value) => Number(value.toPrecision(12))
  return Array.from({ length: last - first + 1 }, (_, i) => exact((first + i) * step))
}

const MAX_TIME_TICKS = 6
const TIME_STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720].map((minutes) => minutes * MINUTE)
const DAY_STEPS = [1, 2, 7, 14, 28, 91, 364]

/**
 * Returns round times of the clock in the time zone, which are midnights where the span is long.
 *
 * @param {number} from
 * @param {number} to
 * @param {string | undefined} timeZone
 * @returns {{ at: number, isDay: boolean }[]}
 */
export function timeTicks(from, to, timeZone) {
  const step = TIME_STEPS.find((each) => (to - from) / each < MAX_TIME_TICKS)
  /** @type {number[]} */
  const days = []
  for (let day = midnight(from, timeZone); day <= to; day = dayAfter(day, timeZone)) {
    days.push(day)
  }
  if (step !== undefined) {
    return days.flatMap((day) =>
      timesOfDay(day, step, timeZone, from, to).map((at) => ({ at, isDay: at === day })),
    )
  }
  const shown = days.filter((day) => day >= from)
  const every = DAY_STEPS.find((each) => shown.length / each <= MAX_TIME_TICKS) ?? shown.length
  return shown.filter((_, i) => i % every === 0).map((at) => ({ at, isDay: true }))
}
