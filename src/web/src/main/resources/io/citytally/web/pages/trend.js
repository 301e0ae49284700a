// The trend of the last minutes, from what this page has seen.

import { reconcile, element, setText, svgElement } from '/dom.js'
import { number, span, timeOfDay } from '/format.js'

const MINUTE = 60000
const KEPT = 10 * MINUTE
const COLUMNS = 60
const SPANS = [MINUTE, 2 * MINUTE, 5 * MINUTE, KEPT]

/**
 * How the number of votes went. It is kept for the tab, so that a reload or a look at a region does
 * not lose it; where the page was hidden it is taken as a straight line.
 */
export class History {
  #key
  #samples = []

  constructor(place) {
    this.#key = `citytally.trend.${place}`
    try {
      const kept = JSON.parse(sessionStorage.getItem(this.#key) ?? '[]')
      this.#samples = kept.filter(
        ([millis, votes]) => Number.isFinite(millis) && Number.isFinite(votes),
      )
    } catch {
      // Nothing kept: it begins now.
    }
  }

  add(millis, votes) {
    const samples = this.#samples
    if (samples.length > 0 && millis <= samples.at(-1)[0]) {
      return
    }
    // A number that stands still needs its two ends only.
    if (samples.length > 1 && samples.at(-1)[1] === votes && samples.at(-2)[1] === votes) {
      samples.pop()
    }
    samples.push([millis, votes])
    // The last one before what is shown is needed to draw its edge.
    while (samples.length > 2 && samples[1][0] < millis - KEPT - MINUTE) {
      samples.shift()
    }
    try {
      sessionStorage.setItem(this.#key, JSON.stringify(samples))
    } catch {
      // It is kept as long as the page, then.
    }
  }

  get from() {
    return this.#samples[0]?.[0]
  }

  get to() {
    return this.#samples.at(-1)?.[0]
  }

  /** The number of votes at a time, by the samples around it. */
  at(millis) {
    const samples = this.#samples
    if (millis <= samples[0][0]) {
      return samples[0][1]
    }
    const after = samples.findIndex(([time]) => time >= millis)
    if (after === -1) {
      return samples.at(-1)[1]
    }
    const [t0, v0] = samples[after - 1]
    const [t1, v1] = samples[after]
    return v0 + ((v1 - v0) * (millis - t0)) / (t1 - t0)
  }

  /** How many votes more there were at the end of a time than at its beginning. */
  between(from, to) {
    return Math.round(this.at(to)) - Math.round(this.at(from))
  }
}

/** How fast votes came in the last minute, or as long as this page has watched. */
export function rate(history) {
  const seen = history.to - history.from
  if (!(seen >= 2000)) {
    return ''
  }
  const from = Math.max(history.from, history.to - MINUTE)
  const gained = history.between(from, history.to)
  const during = history.to - from >= MINUTE ? 'last minute' : `last ${span(history.to - from)}`
  if (gained === 0) {
    return `none in the ${during}`
  }
  return gained < 0
    ? `${number(-gained)} fewer in the ${during}`
    : `${number(gained)} more in the ${during}`
}

/** Draws the trend as columns, and the same as a table of minutes. */
export class TrendChart {
  #svg = document.getElementById('trend')
  #peak = document.getElementById('trend-peak')
  #from = document.getElementById('trend-from')
  #rows = document.getElementById('trend-rows')
  #columns = Array.from({ length: COLUMNS }, (_, i) =>
    svgElement('rect', { x: i + 0.1, width: 0.8, y: 100, height: 0 }),
  )

  constructor() {
    this.#svg.append(...this.#columns)
  }

  show(history) {
    const seen = history.to - history.from
    const shown = SPANS.find((candidate) => seen <= candidate) ?? KEPT
    const step = shown / COLUMNS
    // Columns begin at whole steps, so that a vote does not wander from one to the next.
    const end = Math.ceil(history.to / step) * step
    const counts = this.#columns.map((_, i) => {
      const to = end - (COLUMNS - 1 - i) * step
      return to <= history.from
        ? 0
        : Math.max(0, history.between(to - step, Math.min(to, history.to)))
    })
    const most = Math.max(...counts)
    this.#columns.forEach((column, i) => {
      const height = most === 0 ? 0 : (counts[i] / most) * 100
      column.setAttribute('y', 100 - height)
      column.setAttribute('height', height)
    })
    setText(this.#peak, most === 0 ? '' : `at most ${number(most)} in ${span(step)}`)
    setText(this.#from, `${span(shown)} ago`)
    this.#tabulate(history)
  }

  #tabulate(history) {
    const minutes = []
    const first = Math.max(history.from, history.to - KEPT)
    for (
      let from = Math.floor(history.to / MINUTE) * MINUTE;
      from + MINUTE > first;
      from -= MINUTE
    ) {
      minutes.push({
        from,
        votes: history.between(Math.max(from, first), Math.min(from + MINUTE, history.to)),
      })
    }
    reconcile(
      this.#rows,
      minutes,
      ({ from }) => from,
      () => element('tr', {}, element('th', { scope: 'row' }), element('td')),
      (row, { from, votes }) => {
        setText(row.cells[0], timeOfDay(from))
        setText(row.cells[1], number(votes))
      },
    )
  }
}
