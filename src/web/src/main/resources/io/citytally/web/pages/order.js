// @ts-check
// The orders in which a voter can read a ballot.

/** @import { Option } from './choice-form.js' */

import { byName } from './format.js'

/** @typedef {'city' | 'title' | 'random'} Order */

const KEY = 'citytally-order'

/** @type {string | undefined} */
let seed

/**
 * Returns the same random text on this device each time, so that the random order stays.
 *
 * @param {() => Storage} storage
 */
export function deviceSeed(storage) {
  seed ??= crypto.randomUUID()
  try {
    const kept = storage().getItem(KEY)
    if (kept !== null) {
      return kept
    }
    storage().setItem(KEY, seed)
  } catch {
    // Without storage, the order stays until the page is left.
  }
  return seed
}

/**
 * Sorts what can be chosen. A random order is a voter's own, and stays the same when improvements come
 * or go.
 *
 * @template {Option} T
 * @param {T[]} options in the city's order, if it has one
 * @param {Order} order
 * @param {string} seed of the random order
 * @returns {T[]}
 */
export function inOrder(options, order, seed) {
  if (order === 'title') {
    return options.toSorted(
      (a, b) => byName(a.title, b.title) || byName(a.improvement, b.improvement),
    )
  }
  if (order === 'random') {
    return options
      .map((option) => ({ option, place: hash(`${seed} ${option.improvement}`) }))
      .toSorted((a, b) => a.place - b.place)
      .map(({ option }) => option)
  }
  return options
}

/**
 * MurmurHash3's last step after FNV-1a, which alone leaves similar texts close together.
 *
 * @param {string} text
 */
function hash(text) {
  let value = 0x811c9dc5
  for (let i = 0; i < text.length; i++) {
    value = Math.imul(value ^ text.charCodeAt(i), 0x01000193)
  }
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b)
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35)
  return (value ^ (value >>> 16)) >>> 0
}
