// @ts-check
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isOfThisSite, isSecure } from '#pages/addresses.js'

test('a link leads to an encrypted page or nowhere', () => {
  assert.ok(isSecure('https://lunden.example/benches'))
  for (const address of [
    'javascript:alert(1)',
    ' javascript:alert(1)',
    'http://lunden.example/',
    'data:text/html,x',
    '/benches',
    '',
  ]) {
    assert.ok(!isSecure(address), address)
  }
})

test('an image is of this site', () => {
  assert.ok(isOfThisSite('/projects/benches.jpg'))
  for (const path of [
    '//evil.example/a.png',
    'https://evil.example/a.png',
    '/\\evil.example',
    '',
  ]) {
    assert.ok(!isOfThisSite(path), path)
  }
})
