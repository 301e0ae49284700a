'use strict'

/** How many changes may lie between a change and its copy, on top of the shuffling. */
const MAX_COPY_DISTANCE = 1000

/**
 * Delivers on purpose as AWS may do at any time: some changes twice, and out of order.
 *
 * A change is overtaken only by those that come less than `shuffle` after it.
 */
class Disorder {
  /** The second deliveries so far. */
  copies = 0

  #duplicates
  #shuffle
  #random

  /**
   * @param duplicates the fraction that is delivered twice, from 0 to 1
   * @param shuffle how far out of order, in changes; 0 for none
   * @param seed of the chance in it
   */
  constructor({ duplicates = 0, shuffle = 0, seed = 0 }) {
    this.#duplicates = duplicates
    this.#shuffle = shuffle
    this.#random = randomFrom(seed)
  }

  get isWanted() {
    return this.#duplicates > 0 || this.#shuffle > 0
  }

  /** All these changes, as they are to be delivered. */
  apply(changes) {
    const deliveries = changes.flatMap((change, place) => {
      const due = place + this.#below(this.#shuffle)
      if (this.#random() >= this.#duplicates) return [{ change, due }]
      this.copies++
      return [
        { change, due },
        { change, due: due + 1 + this.#below(MAX_COPY_DISTANCE) },
      ]
    })
    return deliveries.sort((left, right) => left.due - right.due).map(({ change }) => change)
  }

  #below(bound) {
    return Math.floor(this.#random() * bound)
  }
}

/** A linear congruential generator with the constants of Numerical Recipes. */
function randomFrom(seed) {
  let state = Number(BigInt.asUintN(32, BigInt(seed)))
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
}

module.exports = { Disorder }
