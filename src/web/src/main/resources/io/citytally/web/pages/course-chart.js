// @ts-check
// The chart of the course of the vote, and the same as a table.

/** @import { Course, Span, Step, Stretch, Unit } from './course.js' */
/** @import { CityResults, CityTurnout, Election, RegionResults, RegionTurnout } from './tally.js' */

import {
  buckets,
  cut,
  curve,
  exactFrom,
  grid,
  LENGTHS,
  stretches,
  ticks,
  timeTicks,
} from './course.js'
import { element, namedElements, reconcile, setText, svgElement } from './dom.js'
import { clockIn, dateAndClockIn, dateIn, number, zoneName } from './format.js'
import { History } from './history.js'
import { Poller } from './poller.js'
import { rememberLast } from './remember.js'
import { isTurnout } from './tally.js'
import { language, text } from './text.js'

const COURSE_INTERVAL_MILLIS = 60000
const MINUTE = 60000

const page = namedElements({
  course: HTMLElement,
  courseBase: HTMLElement,
  courseCaption: HTMLElement,
  courseHeadings: HTMLElement,
  courseHow: HTMLElement,
  courseKeys: HTMLElement,
  courseNote: HTMLElement,
  coursePlot: SVGElement,
  courseRows: HTMLElement,
  courseSpans: HTMLFieldSetElement,
  courseTimes: HTMLElement,
  courseValues: HTMLElement,
})

/** @type {Record<Unit, import('./text.js').Key>} */
const NAMES = { votes: 'course.votes', ballots: 'course.ballots' }
/** @type {Record<Unit, import('./text.js').Key>} */
const TOTALS = { votes: 'course.votes-total', ballots: 'course.ballots-total' }
/** @type {Record<Step, import('./text.js').Key>} */
const SUMS = {
  minute: 'course.sum-ten-minutes',
  'ten-minutes': 'course.sum-ten-minutes',
  hour: 'course.sum-hours',
  day: 'course.sum-days',
}
/** @type {Record<Step, import('./text.js').Key>} */
const RATES = {
  minute: 'course.per-minute',
  'ten-minutes': 'course.per-ten-minutes',
  hour: 'course.per-hour',
  day: 'course.per-hour',
}

/** Marks of what is drawn otherwise. */
const UNFINISHED = /** @type {const} */ ({ 'data-unfinished': true })
const SECOND = /** @type {const} */ ({ 'data-second': true })

/** What the chart shows at one moment. */
let drawn = ''

/** The ticks stay for a minute, and to find them takes more time than all the rest of the chart. */
const timesOf = rememberLast(timeTicks)

/** The course of the vote in one place. It reads the hours once there are results. */
export class CourseChart {
  #url
  #votes
  #ballots
  #isTurnout = false
  #now = NaN
  /** When the request began that brought the course, by the page's clock. */
  #askedAt = NaN
  /** When the page heard of the final result. */
  #finalSince = NaN
  /** @type {Election | undefined} */
  #election
  /** @type {Course | undefined} */
  #course
  #unreadable = false
  /** @type {Poller<Course> | undefined} */
  #poller

  /**
   * @param {string | null} place a region, or null for the whole city
   */
  constructor(place) {
    this.#url = place === null ? '/api/history' : `/api/history/${encodeURIComponent(place)}`
    this.#votes = new History('votes', place ?? '')
    this.#ballots = new History('ballots', place ?? '')
    this.show()
  }

  /** The votes that the page has seen. */
  get votes() {
    return this.#votes
  }

  /**
   * Adds results, and begins to read the hours when the first ones come.
   *
   * @param {CityResults | RegionResults | CityTurnout | RegionTurnout} results
   * @param {number} now by the server's clock, in milliseconds
   * @param {number} staleMillis how old stale results are; 0 if they are not stale
   */
  add(results, now, staleMillis) {
    const readAt = now - staleMillis
    this.#now = now
    this.#isTurnout = isTurnout(results)
    if (!isTurnout(results)) {
      this.#votes.add(readAt, results.votes)
    }
    const ballots =
      'regions' in results
        ? results.regions.reduce((sum, { ballots = 0 }) => sum + ballots, 0)
        : (results.ballots ?? 0)
    this.#ballots.add(readAt, ballots)
    this.#poller ??= new Poller(
      this.#url,
      (/** @type {{ body: Course, askedAt: number }} */ { body, askedAt }) => {
        this.#course = body
        this.#askedAt = askedAt
        this.#unreadable = false
        this.show()
      },
      () => {
        this.#unreadable = true
        this.show()
      },
      COURSE_INTERVAL_MILLIS,
      COURSE_INTERVAL_MILLIS,
    ).start()
    this.show()
  }

  /** @param {Election | undefined} election undefined until it is read */
  setElection(election) {
    this.#election = election
    if (election?.final && Number.isNaN(this.#finalSince)) {
      this.#finalSince = performance.now()
    }
    this.show()
  }

  stop() {
    this.#poller?.stop()
  }

  /** Shows what there is in the span that is chosen, if it is not what is shown. */
  show() {
    page.courseSpans.hidden = this.#election?.final !== undefined
    const course = this.#course
    page.course.classList.toggle('unread', course === undefined)
    setText(page.courseHow, this.#unreadable || course?.stale ? text('course.unreadable') : '')
    if (course === undefined || Number.isNaN(this.#now)) {
      drawn = ''
      return
    }
    if (this.#askedAt >= this.#finalSince) {
      this.stop()
    }
    const chart = this.#chartOf(course)
    const told = JSON.stringify([language, chart])
    if (told !== drawn) {
      drawn = told
      draw(chart)
    }
  }

  /** @param {Course} course */
  #chartOf(course) {
    const { timeZone, opensAt, closesAt, final } = this.#election ?? {}
    const known = buckets(course)
    const length = grid(course)
    // The chart of a final result ends where the vote ended. Until then its end moves on once a minute.
    const end = final ? Math.max(Date.parse(closesAt ?? ''), known.at(-1)?.to ?? NaN) : NaN
    const now = Number.isNaN(end) ? Math.floor(this.#now / MINUTE) * MINUTE : end - 1
    const opened = Date.parse(opensAt ?? '')
    const first = Math.min(known[0]?.from ?? Infinity, this.#watchedFrom(), now)
    const since = course.since === undefined ? -Infinity : Date.parse(course.since)
    const beginning = Math.max(since, opened <= now ? opened : Math.floor(first / length) * length)
    const span = final ? 'opening' : chosen()
    const { edges, step } = cut(span, {
      now,
      beginning,
      grid: length,
      exactFrom: exactFrom(course),
      watchedFrom: this.#watchedFrom(),
      timeZone,
    })
    const votes =
      this.#isTurnout || course.results === 'turnout' ? [] : [this.#curve('votes', course)]
    const curves = [...votes, this.#curve('ballots', course)]
    const rows = stretches(
      edges,
      curves.map(({ at }) => at),
      now,
    )
    const shown = curves.map(({ unit }, series) => ({ unit, series }))
    const used = shown.filter(
      ({ unit, series }) =>
        unit === 'votes' || votes.length === 0 || rows.some(({ totals }) => totals[series] !== 0),
    )
    return {
      span,
      step,
      timeZone,
      to: span === 'opening' ? now + MINUTE : (rows.at(-1)?.to ?? now),
      units: used.map(({ unit }) => unit),
      before: used.map(({ series }) => Math.round(curves[series]?.at(edges[0] ?? now) ?? 0)),
      rows: rows.map((row) => ({
        ...row,
        unfinished: row.unfinished && !final,
        counts: used.map(({ series }) => row.counts[series] ?? 0),
        totals: used.map(({ series }) => row.totals[series] ?? 0),
      })),
      undated: used.map(({ unit }) => course.undated[unit] ?? 0),
    }
  }

  #watchedFrom() {
    return (this.#isTurnout ? this.#ballots : this.#votes).watchedFrom
  }

  /**
   * @param {Unit} unit
   * @param {Course} course
   */
  #curve(unit, course) {
    const watched = unit === 'votes' ? this.#votes : this.#ballots
    const { opensAt, closesAt } = this.#election ?? {}
    const open = {
      ...(opensAt && { opening: Date.parse(opensAt) }),
      ...(closesAt && { end: Date.parse(closesAt) }),
    }
    return { unit, at: curve(course, unit, watched, open) }
  }
}

/** @returns {Span} */
function chosen() {
  const found = page.courseSpans.querySelector('input:checked')
  return /** @type {Span} */ (found instanceof HTMLInputElement ? found.value : 'opening')
}

/**
 * What the chart shows: of each unit the total before it, and counts and totals by time.
 *
 * @typedef {{
 *   span: Span,
 *   step: Step,
 *   timeZone: string | undefined,
 *   to: number,
 *   units: Unit[],
 *   before: number[],
 *   rows: Stretch[],
 *   undated: number[],
 * }} Chart
 */

/** @param {Chart} chart */
function draw(chart) {
  plot(chart)
  say(chart)
  tabulate(chart)
}

/** @param {Chart} chart */
function plot({ span, step, timeZone, to, units, before, rows }) {
  const from = rows[0]?.from ?? to
  const isSum = span === 'opening'
  const heightsOf = (/** @type {Stretch} */ row) =>
    isSum ? row.totals : row.counts.map((count) => (count * LENGTHS[step]) / (row.to - row.from))
  const values = [...(isSum ? before : []), ...rows.flatMap(heightsOf)]
  const scale = ticks(values, values.every(Number.isInteger))
  const low = scale[0] ?? 0
  const high = scale.at(-1) ?? 1
  const x = (/** @type {number} */ millis) =>
    round((100 * (Math.min(millis, to) - from)) / (to - from))
  const y = (/** @type {number} */ value) => round((100 * (high - value)) / (high - low))
  const times = timesOf(from, to, timeZone)

  const lines = [
    ...scale.map((value) =>
      svgElement('path', { class: value === 0 ? 'zero' : 'grid', d: `M0 ${y(value)}H100` }),
    ),
    ...times.map(({ at }) => svgElement('path', { class: 'grid', d: `M${x(at)} 0V100` })),
  ]
  const series = units.flatMap((_, i) => {
    const points = rows.map((row) => ({ row, height: heightsOf(row)[i] ?? 0 }))
    if (isSum) {
      return sumOf(i === 0, before[i] ?? 0, points)
    }
    return i === 0 ? columnsOf(points) : [outlineOf(points)]
  })
  page.coursePlot.replaceChildren(...lines, ...series)

  page.courseValues.replaceChildren(...scale.map((value) => placed('top', y(value), number(value))))
  page.courseTimes.replaceChildren(
    ...times.map(({ at, isDay }) =>
      placed('left', x(at), isDay ? dateIn(at, timeZone) : clockIn(at, timeZone)),
    ),
  )

  /**
   * A line through the totals, from the one before. Where the last stretch is not over, it is dashed.
   *
   * @param {boolean} isFirst
   * @param {number} base
   * @param {{ row: Stretch, height: number }[]} points
   */
  function sumOf(isFirst, base, points) {
    const all = [{ at: from, height: base }].concat(
      points.map(({ row, height }) => ({ at: row.to, height })),
    )
    const path = (/** @type {typeof all} */ some) =>
      some.map(({ at, height }, i) => `${i === 0 ? 'M' : 'L'}${x(at)} ${y(height)}`).join('')
    const over = points.at(-1)?.row.unfinished ? all.slice(0, -1) : all
    const area = svgElement('path', { class: 'area', d: `${path(all)}V${y(0)}H0Z` })
    const ground = svgElement('path', { class: 'base', d: `M0 ${y(base)}H100V${y(0)}H0Z` })
    const line = { class: 'line', ...(isFirst ? {} : SECOND) }
    return [
      ...(isFirst ? [area, ground] : []),
      svgElement('path', { ...line, d: path(over) }),
      svgElement('path', { ...line, ...UNFINISHED, d: path(all.slice(over.length - 1)) }),
    ]
  }

  /** @param {{ row: Stretch, height: number }[]} points */
  function columnsOf(points) {
    return points.map(({ row, height }) => {
      const left = x(row.from)
      const right = x(row.to)
      const width = round(right - left - Math.min(0.2, (right - left) / 5))
      return svgElement('path', {
        class: 'column',
        ...(row.unfinished ? UNFINISHED : {}),
        d: `M${left} ${y(0)}V${y(height)}h${width}V${y(0)}Z`,
      })
    })
  }

  /** @param {{ row: Stretch, height: number }[]} points */
  function outlineOf(points) {
    const steps = points.map(
      ({ row, height }, i) => `${i === 0 ? `M${x(row.from)} ` : 'V'}${y(height)}H${x(row.to)}`,
    )
    return svgElement('path', { class: 'line', ...SECOND, d: steps.join('') })
  }
}

/** @param {number} value */
const round = (value) => Math.round(value * 100) / 100

/**
 * A label of an axis.
 *
 * @param {'top' | 'left'} side
 * @param {number} percent
 * @param {string} said
 */
function placed(side, percent, said) {
  const label = element('span', {}, said)
  label.style.setProperty(side, `${percent}%`)
  return label
}

/** @param {Chart} chart */
function say({ span, step, timeZone, to, units, rows, undated }) {
  const isSum = span === 'opening'
  page.courseKeys.replaceChildren(
    ...units.map((unit, i) =>
      element('span', { class: 'key', ...(i === 0 ? {} : SECOND) }, text(NAMES[unit])),
    ),
  )
  const caption = [
    text(isSum ? SUMS[step] : RATES[step]),
    ...(rows.at(-1)?.unfinished ? [text(isSum ? 'course.dashed' : 'course.pale')] : []),
    text('course.zone', { zone: zoneName(to, timeZone) }),
  ]
  setText(page.courseCaption, caption.join(' '))
  const known = units.map((unit, i) => ({ unit, count: undated[i] ?? 0 }))
  const note = [
    text('course.note'),
    ...known
      .filter(({ count }) => count !== 0)
      .map(({ unit, count }) =>
        unit === 'votes'
          ? text('course.undated-votes', { count })
          : text('course.undated-ballots', { count }),
      ),
  ]
  setText(page.courseNote, note.join(' '))
}

/** @param {Chart} chart */
function tabulate({ timeZone, units, before, rows }) {
  page.courseHeadings.replaceChildren(
    ...[
      text('course.from'),
      ...units.flatMap((unit) => [text(NAMES[unit]), text(TOTALS[unit])]),
    ].map((title) => element('th', { scope: 'col' }, title)),
  )
  reconcile(
    page.courseRows,
    rows.toReversed(),
    ({ from, to }) => `${units.length} ${from} ${to}`,
    () => {
      const time = element('th', { scope: 'row' })
      const cells = units.flatMap(() => [element('td'), element('td')])
      return { node: element('tr', {}, time, ...cells), time, cells }
    },
    (row, { from, unfinished, counts, totals }) => {
      const time = dateAndClockIn(from, timeZone)
      setText(row.time, unfinished ? text('course.unfinished', { time }) : time)
      row.cells.forEach((cell, i) =>
        setText(cell, number((i % 2 === 0 ? counts : totals)[Math.floor(i / 2)] ?? 0)),
      )
    },
  )
  page.courseBase.replaceChildren(
    element('th', { scope: 'row' }, text('course.before')),
    ...before.flatMap((total) => [element('td'), element('td', {}, number(total))]),
  )
}
