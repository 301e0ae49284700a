// @ts-check
// How numbers, times, lists and orders are said in the page's language.

import { locale, text } from './text.js'

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/**
 * Keeps a formatter as long as the language stays: it takes long to make.
 *
 * @template T
 * @param {(locale: string) => T} make
 */
function inLanguage(make) {
  let made = { locale, formatter: make(locale) }
  return () => {
    if (made.locale !== locale) {
      made = { locale, formatter: make(locale) }
    }
    return made.formatter
  }
}

const numbers = inLanguage((locale) => new Intl.NumberFormat(locale))
const shares = inLanguage(
  (locale) =>
    new Intl.NumberFormat(locale, {
      style: 'percent',
      maximumFractionDigits: 1,
      minimumFractionDigits: 1,
    }),
)
const past = inLanguage((locale) => new Intl.RelativeTimeFormat(locale, { style: 'short' }))
const parts = inLanguage((locale) => new Intl.ListFormat(locale, { type: 'unit', style: 'narrow' }))
const lists = inLanguage((locale) => new Intl.ListFormat(locale))
const collator = inLanguage(
  (locale) => new Intl.Collator(locale, { numeric: true, sensitivity: 'base' }),
)

/** @typedef {'second' | 'minute' | 'hour' | 'day'} Unit */

/**
 * A number of units in the language: `4 min`, `1 minute`.
 *
 * @param {'short' | 'long'} unitDisplay
 */
const units = (unitDisplay) => {
  const of = (/** @type {Unit} */ unit) =>
    inLanguage((locale) => new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay }))
  return { second: of('second'), minute: of('minute'), hour: of('hour'), day: of('day') }
}
const shortUnits = units('short')
const longUnits = units('long')

/** `12,345`. @param {number} value */
export const number = (value) => numbers().format(value)

/** `12.5%`. @param {number} value a part of 1 */
export const share = (value) => shares().format(value)

/** @type {Map<string, Intl.NumberFormat>} */
const amounts = new Map()

/**
 * `€34,000`, in whole units.
 *
 * @param {number} amount
 * @param {string} currency by ISO 4217
 */
export function money(amount, currency) {
  const key = `${locale} ${currency}`
  const known = amounts.get(key)
  const formatter =
    known ??
    new Intl.NumberFormat(locale, { style: 'currency', currency, maximumFractionDigits: 0 })
  amounts.set(key, formatter)
  return formatter.format(amount)
}

/** `A, B and C`. @param {string[]} items */
export const list = (items) => lists().format(items)

/**
 * Compares names as people sort: `2 - Compans` before `10 - Jolimont`.
 *
 * @param {string} a
 * @param {string} b
 */
export const byName = (a, b) => collator().compare(a, b)

/**
 * A stretch of time in its largest unit, rounded down.
 *
 * @param {number} millis
 * @returns {[number, Unit]}
 */
function largest(millis) {
  const seconds = Math.max(0, Math.round(millis / SECOND))
  if (seconds < 60) {
    return [seconds, 'second']
  }
  if (seconds < 3600) {
    return [Math.floor(seconds / 60), 'minute']
  }
  return seconds < 86400
    ? [Math.floor(seconds / 3600), 'hour']
    : [Math.floor(seconds / 86400), 'day']
}

/**
 * A stretch of time in its largest unit: `12 secs`, `3 mins`, `2 hrs`, `5 days`.
 *
 * @param {number} millis
 */
export function span(millis) {
  const [count, unit] = largest(millis)
  return shortUnits[unit]().format(count)
}

/**
 * How long ago, of a time to the minute: `just now`, `3 min ago`.
 *
 * @param {number} millis
 */
export function ago(millis) {
  const [count, unit] = largest(millis)
  return millis < MINUTE ? text('time.just-now') : past().format(-count, unit)
}

/**
 * A time to come in its two largest units: `2 days 3 hours`, `4 minutes 10 seconds`.
 *
 * @param {number} millis
 */
export function remaining(millis) {
  const whole = Math.max(0, Math.ceil(millis / SECOND)) * SECOND
  /** @type {[number, Unit][]} */
  const counts = [
    [Math.floor(whole / DAY), 'day'],
    [Math.floor(whole / HOUR) % 24, 'hour'],
    [Math.floor(whole / MINUTE) % 60, 'minute'],
    [Math.floor(whole / SECOND) % 60, 'second'],
  ]
  const found = counts.findIndex(([count]) => count > 0)
  const first = found === -1 ? counts.length - 1 : found
  const said = counts
    .slice(first, first + 2)
    .filter(([count], i) => i === 0 || count > 0)
    .map(([count, unit]) => longUnits[unit]().format(count))
  return parts().format(said)
}

/**
 * The formatters of times in a time zone, by what they show.
 *
 * @param {Intl.DateTimeFormatOptions} options
 */
const inZones = (options) => {
  let keptLocale = locale
  /** @type {Map<string | undefined, Intl.DateTimeFormat>} */
  const kept = new Map()
  return (/** @type {string | undefined} */ timeZone) => {
    if (keptLocale !== locale) {
      kept.clear()
      keptLocale = locale
    }
    const formatter =
      kept.get(timeZone) ?? new Intl.DateTimeFormat(locale, { ...options, timeZone })
    kept.set(timeZone, formatter)
    return formatter
  }
}

/** @type {Intl.DateTimeFormatOptions} */
const CLOCK = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }
/** @type {Intl.DateTimeFormatOptions} */
const DATE = { day: 'numeric', month: 'short' }
const zonedClocks = inZones(CLOCK)
const zonedDates = inZones(DATE)
const zonedDateClocks = inZones({ ...DATE, ...CLOCK })
const zonedOffsets = inZones({ ...DATE, ...CLOCK, timeZoneName: 'short' })
const zoneNames = inZones({ timeZoneName: 'longGeneric' })

/**
 * `09:05`. The time zone is that of the browser if there is none; so it is in those below.
 *
 * @param {number} millis
 * @param {string | undefined} timeZone
 */
export const clockIn = (millis, timeZone) => zonedClocks(timeZone).format(millis)

/** `5 Jun`. @param {number} millis @param {string | undefined} timeZone */
export const dateIn = (millis, timeZone) => zonedDates(timeZone).format(millis)

/**
 * `5 Jun, 09:05`, or `25 Oct, 02:05 CEST` where the clock shows the same within an hour again.
 *
 * @param {number} millis
 * @param {string | undefined} timeZone
 */
export function dateAndClockIn(millis, timeZone) {
  const format = zonedDateClocks(timeZone)
  const shown = format.format(millis)
  return [-HOUR, HOUR].some((other) => format.format(millis + other) === shown)
    ? zonedOffsets(timeZone).format(millis)
    : shown
}

/** `Central European Time`. @param {number} millis @param {string | undefined} timeZone */
export const zoneName = (millis, timeZone) =>
  zoneNames(timeZone)
    .formatToParts(millis)
    .find(({ type }) => type === 'timeZoneName')?.value ?? ''

/**
 * `Friday, 5 June 2026 at 18:00 CEST`, in the election's time zone.
 *
 * @param {string} time
 * @param {string | undefined} timeZone of the browser if there is none
 */
export const inZone = (time, timeZone) =>
  new Intl.DateTimeFormat(locale, {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    timeZone,
    timeZoneName: 'short',
  }).format(Date.parse(time))
