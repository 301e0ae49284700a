// @ts-check
// The list of the newest votes.

/** @import { RecentVote, Region } from './tally.js' */

import { element, namedElements, outsideText, reconcile, setText } from './dom.js'
import { ago } from './format.js'
import { Sample } from './sample.js'
import { regionTitle, titleOf } from './titles.js'

const page = namedElements({
  newest: HTMLElement,
  newestNone: HTMLElement,
  newestSample: HTMLElement,
})

/** The list on the page, of one place. */
export class NewestVotes {
  #sample = new Sample()
  #inCity = false
  /** @type {{ time: HTMLElement, castAtMillis: number }[]} */
  #rows = []

  /**
   * Shows the newest votes.
   *
   * @param {RecentVote[]} recent the newest first
   * @param {Region[]} regions with the totals of all choices that may be among them
   * @param {boolean} inCity whether to name the region of each
   * @param {number} at when they came, by the page's clock
   */
  show(recent, regions, inCity, at) {
    this.#inCity = inCity
    this.#sample.add(recent, regions, at)
    this.#showSample()
  }

  /** Takes note of an answer without news. */
  unchanged() {
    if (this.#sample.isPart) {
      this.#sample.unchanged()
      this.#showSample()
    }
  }

  /** Shows the newest, because no more come. */
  settle() {
    if (this.#sample.isPart) {
      this.#sample.settle()
      this.#showSample()
    }
  }

  #showSample() {
    this.#rows = reconcile(
      page.newest,
      this.#sample.shown,
      ({ key }) => key,
      (vote) => {
        const { region, castAt } = vote
        const time = element('time', { datetime: castAt })
        const where = this.#inCity ? [outsideText(regionTitle(region))] : []
        const node = element(
          'li',
          {},
          outsideText(titleOf(vote), { class: 'title' }),
          element('span', { class: 'soft' }, ...where, time),
        )
        return { node, time, castAtMillis: Date.parse(castAt) }
      },
    )
    page.newestNone.hidden = this.#rows.length > 0
    page.newestSample.hidden = !this.#sample.isPart
  }

  /**
   * Says how long ago each was cast.
   *
   * @param {number} now by the server's clock
   */
  showTime(now) {
    for (const { time, castAtMillis } of this.#rows) {
      setText(time, ago(now - castAtMillis))
    }
  }
}
