// @ts-check
// The clock and the calendar of a time zone. Some of its days have 23 or 25 hours.

const HOUR = 3600000
const DAY = 24 * HOUR
/** Longer than any day, and shorter than two. */
const INTO_NEXT_DAY = 1.5 * DAY
const MAX_CHANGE = 3 * HOUR

/** @type {Map<string | undefined, Intl.DateTimeFormat>} */
const clocks = new Map()

/** @param {string | undefined} timeZone of the browser if there is none */
function clockOf(timeZone) {
  const known = clocks.get(timeZone)
  if (known) {
    return known
  }
  const made = new Intl.DateTimeFormat('en', {
    timeZone,
    calendar: 'gregory',
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  })
  clocks.set(timeZone, made)
  return made
}

/**
 * What the clock of the zone shows, as if it were one of UTC.
 *
 * @param {number} millis
 * @param {string | undefined} timeZone
 */
function shown(millis, timeZone) {
  const parts = Object.fromEntries(
    clockOf(timeZone)
      .formatToParts(millis)
      .map(({ type, value }) => [type, Number(value)]),
  )
  const { year = 0, month = 1, day, hour, minute, second } = parts
  return Date.UTC(year, month - 1, day, hour, minute, second)
}

/**
 * The time at which the clock of the zone shows this: the first one, if it shows it twice. If the
 * clock skips it, the time by the offset from before the change.
 *
 * @param {number} wanted as {@link shown}
 * @param {string | undefined} timeZone
 */
function timeOf(wanted, timeZone) {
  const offsetAt = (/** @type {number} */ millis) => shown(millis, timeZone) - millis
  const times = [wanted - DAY, wanted + DAY].map((near) => wanted - offsetAt(near))
  return times.find((time) => shown(time, timeZone) === wanted) ?? Math.max(...times)
}

/**
 * The beginning of a day in the time zone.
 *
 * @param {number} millis a time within the day
 * @param {string | undefined} timeZone of the browser if there is none
 */
export const midnight = (millis, timeZone) =>
  timeOf(Math.floor(shown(millis, timeZone) / DAY) * DAY, timeZone)

/**
 * The beginning of the next day.
 *
 * @param {number} millis a time within the day before
 * @param {string | undefined} timeZone
 */
export const dayAfter = (millis, timeZone) =>
  midnight(midnight(millis, timeZone) + INTO_NEXT_DAY, timeZone)

/**
 * Returns the times of a day at which the clock shows a multiple of a step, each once.
 *
 * @param {number} day its beginning
 * @param {number} step a part of a day, in milliseconds
 * @param {string | undefined} timeZone
 * @param {number} from the first time to return
 * @param {number} to the last one
 */
export function timesOfDay(day, step, timeZone, from, to) {
  const first = Math.floor(shown(day, timeZone) / DAY) * DAY
  const times = Array.from({ length: DAY / step }, (_, i) => i * step)
    // The clock is never changed by more.
    .filter((since) => day + since >= from - MAX_CHANGE && day + since <= to + MAX_CHANGE)
    .map((since) => timeOf(first + since, timeZone))
    .filter((time) => time >= from && time <= to)
  return [...new Set(times)]
}
