'use strict'

const { isDeepStrictEqual } = require('node:util')

const SETS = ['SS', 'NS', 'BS']

/** Whether two items are the same to DynamoDB, where the order in a set means nothing. */
function isSameItem(left, right) {
  return isDeepStrictEqual(normalized(left), normalized(right))
}

function normalized(attributes) {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, value]) => [name, normalizedValue(value)]),
  )
}

function normalizedValue(value) {
  const [[type, content]] = Object.entries(value)
  if (SETS.includes(type)) return { [type]: [...content].sort() }
  if (type === 'L') return { L: content.map(normalizedValue) }
  if (type === 'M') return { M: normalized(content) }
  return { [type]: content }
}

module.exports = { isSameItem }
