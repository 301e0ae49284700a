// @ts-check
// The trend of the last minutes.

/** @import { History } from './history.js' */

import { element, namedElements, reconcile, setText, svgElement } from './dom.js'
import { ago, number, span, timeOfDay } from './format.js'
import { columns, minutes } from './history.js'
import { text } from './text.js'

/** Draws the trend as columns, and the same as a table of minutes. */
export class TrendChart {
  #page = namedElements({
    trend: SVGElement,
    trendPeak: HTMLElement,
    trendFrom: HTMLElement,
    trendRows: HTMLElement,
  })
  /** @type {SVGRectElement[]} */
  #bars = []

  /** @param {History} history not empty */
  show(history) {
    const { shown, step, counts } = columns(history)
    const most = Math.max(...counts)
    counts.forEach((count, i) => {
      const bar = (this.#bars[i] ??= this.#addBar(i))
      const height = most === 0 ? 0 : (count / most) * 100
      bar.setAttribute('y', String(100 - height))
      bar.setAttribute('height', String(height))
    })
    const peak = most === 0 ? '' : text('trend.peak', { count: most, time: span(step) })
    setText(this.#page.trendPeak, peak)
    setText(this.#page.trendFrom, ago(shown))
    this.#tabulate(history)
  }

  /** @param {number} i */
  #addBar(i) {
    const bar = svgElement('rect', { x: i + 0.1, width: 0.8 })
    this.#page.trend.append(bar)
    return bar
  }

  /** @param {History} history */
  #tabulate(history) {
    reconcile(
      this.#page.trendRows,
      minutes(history),
      ({ from }) => from,
      () => {
        const time = element('th', { scope: 'row' })
        const votes = element('td')
        return { node: element('tr', {}, time, votes), time, votes }
      },
      (row, { from, votes }) => {
        setText(row.time, timeOfDay(from))
        setText(row.votes, number(votes))
      },
    )
  }
}
