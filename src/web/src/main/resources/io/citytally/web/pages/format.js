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

export const number = (value) => numbers.format(value)
export const share = (value) => shares.format(value)
export const timeOfDay = (millis) => clock.format(millis)

/** `1 vote`, `2 votes`. */
export const counted = (count, one, many = `${one}s`) =>
  `${number(count)} ${count === 1 ? one : many}`

/** A stretch of time in its largest unit: `now`, `12 s`, `3 min`, `2 h`, `5 d`. */
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

/** How long ago, of a time to the minute: `just now`, `3 min ago`. */
export const ago = (millis) => (millis < 60000 ? 'just now' : `${span(millis)} ago`)
