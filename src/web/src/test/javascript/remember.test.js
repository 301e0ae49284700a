// @ts-check
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { rememberLast } from '../../main/resources/io/citytally/web/pages/remember.js'

test('works out a result once, as long as the arguments stay', () => {
  let calls = 0
  const sum = rememberLast((/** @type {number} */ a, /** @type {number} */ b) => {
    calls++
    return a + b
  })

  assert.equal(sum(1, 2), 3)
  assert.equal(sum(1, 2), 3)
  assert.equal(calls, 1)
  assert.equal(sum(1, 3), 4)
  assert.equal(sum(1, 2), 3)
  assert.equal(calls, 3)
})
