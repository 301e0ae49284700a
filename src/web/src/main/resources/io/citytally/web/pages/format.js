// @ts-check
// How numbers and times are said.

const numbers = new Intl.NumberFormat('en')
const shares = new Intl.NumberFormat('en', {
  style: 'percent',
  maximumFractionDigits: 1,
  minimumFractionDigits: 1,
})
const clock = new Intl.DateTimeFormat('en', {
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
})

/** `12,345`. @param {number} value */
export const number = (value) => numbers.format(value)

/** `12.5%`. @param {number} value a part of 1 */
export const share = (value) => shares.format(value)

/** `09:05`, in the time zone of the browser. @param {number} millis */
export const timeOfDay = (millis) => clock.format(millis)

/**
 * `1 vote`, `2 votes`.
 *
 * @param {number} count
 * @param {string} one
 */
export const counted = (count, one, many = `${one}s`) =>
  `${number(count)} ${count === 1 ? one : many}`

/**
 * A stretch of time in its largest unit: `12 s`, `3 min`, `2 h`, `5 d`.
 *
 * @param {number} millis
 */
export function span(millis) {
  const seconds = Math.max(0, Math.round(millis / 1000))
  if (seconds < 60) {
    return `${seconds} s`
  }
  if (seconds < 3600) {
    return `${Math.floor(seconds / 60)} min`
  }
  return seconds < 86400 ? `${Math.floor(seconds / 3600)} h` : `${Math.floor(seconds / 86400)} d`
}

/**
 * How long ago, of a time to the minute: `just now`, `3 min ago`.
 *
 * @param {number} millis
 */
export const ago = (millis) => (millis < 60000 ? 'just now' : `${span(millis)} ago`)
