// @ts-check
// The orders in which a voter can read a ballot.

/** @import { Option } from './choice-form.js' */

import { byName } from './format.js'

/** @typedef {'city' | 'title' | 'random'} Order */

const SEED = 'citytally-order'
const CHOSEN = 'citytally.chosen-order'

/** @type {string | undefined} */
let unstoredSeed

/**
 * Returns the seed of a voter's random order: the same each time on this device, and another for another
 * voter who uses it.
 *
 * @param {() => Storage} storage of the device
 * @param {string} voter
 */
export const voterSeed = (storage, voter) => `${deviceSeed(storage)} ${voter}`

/** @param {() => Storage} storage */
function deviceSeed(storage) {
  try {
    const kept = storage().getItem(SEED)
    if (kept !== null) {
      return kept
    }
    unstoredSeed ??= crypto.randomUUID()
    storage().setItem(SEED, unstoredSeed)
  } catch {
    // Without storage, the order stays until the page is left.
  }
  return (unstoredSeed ??= crypto.randomUUID())
}

/**
 * Forgets the seed of this device.
 *
 * @param {() => Storage} storage of the device
 */
export function forgetSeed(storage) {
  unstoredSeed = undefined
  try {
    storage().removeItem(SEED)
  } catch {
    // It was never kept.
  }
}

/**
 * Returns the order that was chosen in this tab; empty for none.
 *
 * @param {() => Storage} storage of the tab
 */
export function chosenOrder(storage) {
  try {
    return storage().getItem(CHOSEN) ?? ''
  } catch {
    return ''
  }
}

/**
 * Keeps the order that was chosen as long as the tab.
 *
 * @param {() => Storage} storage of the tab
 * @param {string} order empty to forget it
 */
export function keepOrder(storage, order) {
  try {
    if (order === '') {
      storage().removeItem(CHOSEN)
    } else {
      storage().setItem(CHOSEN, order)
    }
  } catch {
    // Without storage, it lasts as long as the page.
  }
}

/**
 * Sorts what can be chosen. A random order is a voter's own, and stays the same when improvements come
 * or go.
 *
 * @template {Option} T
 * @param {T[]} options in the city's order, if it has one
 * @param {Order} order
 * @param {() => string} seedOf returns the seed; called for the random order only
 * @returns {T[]}
 */
export function inOrder(options, order, seedOf) {
  if (order === 'title') {
    return options.toSorted(
      (a, b) => byName(a.title, b.title) || byName(a.improvement, b.improvement),
    )
  }
  if (order === 'random') {
    const seed = seedOf()
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
