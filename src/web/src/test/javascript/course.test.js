// @ts-check
import assert from 'node:assert/strict'
import { beforeEach, test } from 'node:test'
import { buckets, curve, cut, grid, stretches, ticks, timeTicks } from '#pages/course.js'
import { History } from '#pages/history.js'
import { Browser } from './browser.js'
import './texts.js'

/** @import { Course, CountAt } from '#pages/course.js' */

const MINUTE = 60000
const HOUR = 60 * MINUTE
const BERLIN = 'Europe/Berlin'
/** A page that has not watched anything. */
const NOT_WATCHED = { isEmpty: true, from: NaN, watchedFrom: Infinity, at: () => NaN }

beforeEach(() => {
  new Browser()
})

const at = (/** @type {string} */ time) => Date.parse(time)
const told = (/** @type {number} */ millis) => new Date(millis).toISOString().replace(':00.000', '')

/**
 * @param {Partial<Course>} given
 * @returns {Course}
 */
const course = (given) => ({
  asOf: '2026-05-01T12:25:00Z',
  stale: false,
  before: { ballots: 0, votes: 0 },
  undated: { ballots: 0, votes: 0 },
  hours: [],
  ...given,
})

/** @type {CountAt[]} */
const HOURS = [
  { at: '2026-05-01T10:00Z', ballots: 5, votes: 10 },
  { at: '2026-05-01T11:00Z', ballots: 10, votes: 20 },
  { at: '2026-05-01T12:00Z', ballots: 15, votes: 30 },
]
/** @type {CountAt[]} */
const TEN_MINUTES = [
  { at: '2026-05-01T12:00Z', ballots: 5, votes: 10 },
  { at: '2026-05-01T12:10Z', ballots: 4, votes: 8 },
  { at: '2026-05-01T12:20Z', ballots: 6, votes: 12 },
]

/** @param {[time: string, votes: number][]} samples */
function watched(...samples) {
  const history = new History('votes', 'somewhere')
  for (const [time, votes] of samples) {
    history.add(at(time), votes)
  }
  return history
}

const whole = (/** @type {number} */ value) => Math.round(value * 100) / 100

test('the last day is told by ten minutes, and what was before it by the hour', () => {
  const known = buckets(
    course({
      hours: [
        { at: '2026-04-30T11:00Z', ballots: 1, votes: 3 },
        { at: '2026-04-30T12:00Z', ballots: 1, votes: 2 },
        ...HOURS,
      ],
      // It is not whole in the hour in which the last day begins.
      tenMinutes: [{ at: '2026-04-30T12:30Z', ballots: 1, votes: 1 }, ...TEN_MINUTES],
    }),
  )

  assert.deepEqual(
    known.map(({ from, to, votes }) => [told(from), (to - from) / MINUTE, votes]),
    [
      ['2026-04-30T11:00Z', 60, 3],
      ['2026-04-30T12:00Z', 60, 2],
      ['2026-05-01T12:00Z', 10, 10],
      ['2026-05-01T12:10Z', 10, 8],
      ['2026-05-01T12:20Z', 10, 12],
    ],
  )
})

test('a region has no ten minutes: its hours are all that is told', () => {
  const region = course({ hours: HOURS })

  assert.equal(grid(region), HOUR)
  assert.equal(grid(course({ tenMinutes: [] })), 10 * MINUTE)
  assert.deepEqual(
    buckets(region).map(({ votes }) => votes),
    [10, 20, 30],
  )
})

test('the curve goes back from the present total, and older totals are its base line', () => {
  const city = course({ hours: HOURS, before: { ballots: 0, votes: 1000 } })
  const total = curve(city, 'votes', watched(['2026-05-01T12:25:00Z', 1060]))

  assert.equal(total(at('2026-05-01T12:25Z')), 1060)
  assert.equal(total(at('2026-05-01T12:00Z')), 1030)
  assert.equal(total(at('2026-05-01T11:30Z')), 1020)
  assert.equal(total(at('2026-05-01T11:00Z')), 1010)
  assert.equal(total(at('2026-05-01T10:00Z')), 1000)
  assert.equal(total(at('2026-04-01T10:00Z')), 1000)
})

test('undated changes lie in the base line', () => {
  const total = curve(
    course({ hours: HOURS, undated: { ballots: 0, votes: 7 } }),
    'votes',
    watched(['2026-05-01T12:25:00Z', 67]),
  )

  assert.equal(total(at('2026-05-01T09:00Z')), 7)
  assert.equal(total(at('2026-05-01T12:30Z')), 67)
})

test('a correction downwards lowers the base line below zero, where it belongs', () => {
  const city = course({ hours: HOURS, before: { ballots: 0, votes: -10 } })
  const total = curve(city, 'votes', watched(['2026-05-01T12:25:00Z', 50]))

  assert.equal(total(at('2026-05-01T09:00Z')), -10)
})

test('votes come between the opening and the end, also within their hours', () => {
  const open = { opening: at('2026-05-01T10:45Z'), end: at('2026-05-01T12:15Z') }
  const total = curve(course({ hours: HOURS }), 'votes', NOT_WATCHED, open)

  assert.equal(total(at('2026-05-01T10:45Z')), 0)
  assert.equal(total(at('2026-05-01T11:00Z')), 10)
  assert.equal(total(at('2026-05-01T12:00Z')), 30)
  assert.equal(total(at('2026-05-01T12:15Z')), 60)
})

test('what the hours do not hold yet has come just now', () => {
  const city = course({ hours: HOURS, tenMinutes: TEN_MINUTES })
  const total = curve(city, 'votes', watched(['2026-05-01T12:25:00Z', 36]))

  assert.equal(total(at('2026-05-01T11:00Z')), 0)
  assert.equal(total(at('2026-05-01T12:20Z')), 18)
  assert.equal(total(at('2026-05-01T12:25Z')), 36)
})

test('what has come just now has not come before the vote began', () => {
  const [first] = TEN_MINUTES
  const young = course({ asOf: '2026-05-01T12:02:00Z', tenMinutes: first ? [first] : [] })
  const total = curve(young, 'votes', watched(['2026-05-01T12:02:00Z', 14]))

  assert.equal(total(at('2026-05-01T12:00Z')), 0)
  assert.equal(total(at('2026-05-01T12:02Z')), 14)
})

test('hours that were read later than the total are no base line below zero', () => {
  const city = course({ hours: HOURS, tenMinutes: TEN_MINUTES })
  const total = curve(city, 'votes', watched(['2026-05-01T12:25:00Z', 26]))

  assert.equal(total(at('2026-05-01T11:00Z')), 0)
  assert.equal(total(at('2026-05-01T12:25Z')), 26)
})

test('the first votes of all are not older than the opening', () => {
  const open = { opening: at('2026-05-01T12:24:00Z') }
  const total = curve(course({}), 'votes', watched(['2026-05-01T12:25:00Z', 5]), open)

  assert.equal(total(at('2026-05-01T12:24Z')), 0)
  assert.equal(total(at('2026-05-01T12:25Z')), 5)
})

test('a vote after a quiet time is not older than all others', () => {
  const quiet = course({ asOf: '2026-05-01T18:25:00Z', hours: HOURS })
  const total = curve(quiet, 'votes', watched(['2026-05-01T18:25:00Z', 61]))

  assert.equal(total(at('2026-05-01T10:00Z')), 0)
  assert.equal(total(at('2026-05-01T18:00Z')), 60)
  assert.equal(total(at('2026-05-01T18:25Z')), 61)
})

test('what came after old hours were read, and before the page began to watch, came in that time', () => {
  const old = course({ asOf: '2026-05-01T12:00:00Z', hours: HOURS.slice(0, 2) })
  const total = curve(
    old,
    'votes',
    watched(['2026-05-01T12:24:00Z', 49], ['2026-05-01T12:25:00Z', 60]),
  )

  assert.equal(total(at('2026-05-01T10:00Z')), 0)
  assert.equal(total(at('2026-05-01T11:00Z')), 10)
  assert.equal(total(at('2026-05-01T12:24Z')), 49)
  assert.equal(total(at('2026-05-01T12:25Z')), 60)
})

test('where older hours are left out, all that no hour has was there before', () => {
  const { before, ...long } = course({ hours: HOURS, since: '2026-05-01T10:00Z' })
  const total = curve(long, 'votes', watched(['2026-05-01T12:25:00Z', 1060]))

  assert.equal(total(at('2026-05-01T10:00Z')), 1000)
})

test('what the page watched goes before the hours, without a gap between them', () => {
  const city = course({ hours: HOURS, tenMinutes: TEN_MINUTES })
  const total = curve(
    city,
    'votes',
    watched(
      ['2026-05-01T12:24:00Z', 25],
      ['2026-05-01T12:25:00Z', 30],
      ['2026-05-01T12:25:30Z', 40],
    ),
  )

  const minutes = ['12:10', '12:20', '12:22', '12:24', '12:25', '12:26']
  assert.deepEqual(
    minutes.map((time) => whole(total(at(`2026-05-01T${time}Z`)))),
    [10, 18, 21.5, 25, 30, 40],
  )
})

test('what came while the page was hidden is told by the hours', () => {
  const city = course({ asOf: '2026-05-01T12:31:00Z', hours: HOURS, tenMinutes: TEN_MINUTES })
  const total = curve(
    city,
    'votes',
    watched(['2026-05-01T12:01:00Z', 2], ['2026-05-01T12:31:00Z', 30]),
  )

  const minutes = ['12:00', '12:10', '12:20', '12:30', '12:31']
  assert.deepEqual(
    minutes.map((time) => total(at(`2026-05-01T${time}Z`))),
    [0, 10, 18, 30, 30],
  )
})

test('without a total the hours are all there is', () => {
  const total = curve(course({ hours: HOURS }), 'ballots', NOT_WATCHED)

  assert.equal(total(at('2026-05-01T10:00Z')), 0)
  assert.equal(total(at('2026-05-01T12:25Z')), 30)
})

test('more withdrawn than cast makes an hour below zero', () => {
  const total = curve(
    course({ hours: [...HOURS.slice(0, 2), { at: '2026-05-01T12:00Z', ballots: -1, votes: -4 }] }),
    'votes',
    watched(['2026-05-01T12:25:00Z', 26]),
  )
  const edges = ['10:00', '11:00', '12:00', '13:00'].map((time) => at(`2026-05-01T${time}Z`))

  const rows = stretches(edges, [total], at('2026-05-01T12:25Z'))

  assert.deepEqual(
    rows.map(({ counts, totals }) => [...counts, ...totals]),
    [
      [10, 10],
      [20, 30],
      [-4, 26],
    ],
  )
})

test('the last stretch is not over, and ends with the present total', () => {
  const total = curve(
    course({ hours: HOURS }),
    'votes',
    watched(['2026-05-01T12:25:00Z', 60], ['2026-05-01T12:25:50Z', 64]),
  )
  const now = at('2026-05-01T12:25Z')
  const { edges } = cut('opening', {
    ...times,
    grid: HOUR,
    now,
    beginning: at('2026-05-01T10:00Z'),
  })

  const rows = stretches(edges, [total], now)

  assert.deepEqual(
    rows.map(({ unfinished }) => unfinished),
    [false, false, true],
  )
  assert.deepEqual(rows.at(-1)?.totals, [64])
  assert.equal(
    rows.reduce((sum, { counts }) => sum + (counts[0] ?? 0), 0),
    64,
  )
})

const times = {
  now: at('2026-05-01T12:25Z'),
  beginning: at('2026-05-01T07:55Z'),
  grid: 10 * MINUTE,
  exactFrom: at('2026-04-30T13:00Z'),
  watchedFrom: at('2026-05-01T12:23:20Z'),
  timeZone: BERLIN,
}

const lengths = (/** @type {number[]} */ edges) =>
  edges.slice(1).map((edge, i) => (edge - (edges[i] ?? NaN)) / MINUTE)

test('since the opening is told by ten minutes, hours or days, as long as it is', () => {
  const young = cut('opening', times)
  const older = cut('opening', { ...times, beginning: at('2026-04-29T07:55Z') })
  const old = cut('opening', { ...times, beginning: at('2026-04-01T07:55Z') })

  assert.equal(young.step, 'ten-minutes')
  assert.deepEqual(lengths(young.edges).slice(0, 2), [5, 10])
  assert.equal(told(young.edges.at(-1) ?? NaN), '2026-05-01T12:30Z')
  assert.equal(older.step, 'hour')
  assert.deepEqual(lengths(older.edges).slice(0, 2), [5, 60])
  assert.equal(old.step, 'day')
  assert.equal(old.edges.length, 32)
  assert.equal(told(old.edges[1] ?? NaN), '2026-04-01T22:00Z')
  assert.equal(told(old.edges.at(-1) ?? NaN), '2026-05-01T22:00Z')
})

test('a short vote is told by the hour once its ten minutes are not all known any more', () => {
  const ended = { ...times, beginning: at('2026-05-01T08:00Z'), now: at('2026-05-01T11:00Z') }

  assert.equal(cut('opening', { ...ended, exactFrom: at('2026-05-01T08:00Z') }).step, 'ten-minutes')
  assert.equal(cut('opening', { ...ended, exactFrom: at('2026-05-01T09:00Z') }).step, 'hour')
})

test('today begins at midnight in the time zone of the election, or with the vote', () => {
  const today = cut('today', { ...times, beginning: at('2026-04-01T07:55Z') })
  const first = cut('today', times)

  assert.equal(told(today.edges[0] ?? NaN), '2026-04-30T22:00Z')
  assert.equal(today.step, 'ten-minutes')
  assert.equal(told(first.edges[0] ?? NaN), '2026-05-01T07:50Z')
})

test('the day on which the clock is changed is told in 23 or 25 hours', () => {
  const hoursOf = (/** @type {string} */ now) =>
    cut('today', { ...times, grid: HOUR, now: at(now), beginning: 0 }).edges.length - 1

  assert.equal(hoursOf('2026-03-29T21:59Z'), 23)
  assert.equal(hoursOf('2026-10-25T22:59Z'), 25)
  assert.equal(hoursOf('2026-10-26T22:59Z'), 24)
})

test('the last minutes are told by ten minutes, and by the minute since the page watches', () => {
  const { edges, step } = cut('minutes', times)

  assert.equal(step, 'minute')
  assert.equal(told(edges[0] ?? NaN), '2026-05-01T11:50Z')
  assert.deepEqual(lengths(edges), [10, 10, 10, 3, 1, 1, 1])
})

test('the last minutes of a region begin with its hour', () => {
  const { edges } = cut('minutes', { ...times, grid: HOUR })

  assert.equal(told(edges[0] ?? NaN), '2026-05-01T11:00Z')
  assert.deepEqual(lengths(edges), [60, 23, 1, 1, 1])
})

test('an axis begins at zero and has round ticks', () => {
  assert.deepEqual(ticks([3, 7], true), [0, 2, 4, 6, 8])
  assert.deepEqual(ticks([707_455], true), [0, 200_000, 400_000, 600_000, 800_000])
  assert.deepEqual(ticks([1], true), [0, 1])
  assert.deepEqual(ticks([0], true), [0, 1])
  assert.deepEqual(ticks([], true), [0, 1])
  assert.deepEqual(ticks([1], false), [0, 0.5, 1])
  assert.deepEqual(ticks([0.3], false), [0, 0.1, 0.2, 0.3])
  assert.deepEqual(ticks([-4, 20], true), [-10, 0, 10, 20])
})

test('the ticks of time are round in the time zone, and midnights where the span is long', () => {
  const told = (/** @type {string} */ from, /** @type {string} */ to, zone = BERLIN) =>
    timeTicks(at(from), at(to), zone).map(({ at, isDay }) => {
      const time = new Date(at).toISOString().slice(8, 16)
      return isDay ? `${time} day` : time
    })

  assert.deepEqual(told('2026-05-01T11:50Z', '2026-05-01T12:26Z'), [
    '01T11:50',
    '01T12:00',
    '01T12:10',
    '01T12:20',
  ])
  assert.deepEqual(told('2026-04-30T22:00Z', '2026-05-01T12:30Z'), [
    '30T22:00 day',
    '01T01:00',
    '01T04:00',
    '01T07:00',
    '01T10:00',
  ])
  assert.deepEqual(told('2026-05-01T03:00Z', '2026-05-01T06:00Z', 'Asia/Kolkata'), [
    '01T03:30',
    '01T04:30',
    '01T05:30',
  ])
  assert.deepEqual(told('2026-04-01T07:55Z', '2026-05-01T12:00Z'), [
    '01T22:00 day',
    '08T22:00 day',
    '15T22:00 day',
    '22T22:00 day',
    '29T22:00 day',
  ])
})

test('a day on which the clock is changed has ticks at its own hours', () => {
  const hours = timeTicks(at('2026-10-24T22:00Z'), at('2026-10-25T22:59Z'), BERLIN).map(({ at }) =>
    new Intl.DateTimeFormat('en-GB', { timeStyle: 'short', timeZone: BERLIN }).format(at),
  )

  assert.deepEqual(hours, ['00:00', '06:00', '12:00', '18:00'])
})
