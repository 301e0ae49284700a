// @ts-check
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { regionTitle, setRegionTitles } from '#pages/regions.js'

test('a region is called by its title, or else by its id', () => {
  setRegionTitles([{ region: 'north', title: 'The North' }, { region: 'south' }])

  assert.equal(regionTitle('north'), 'The North')
  assert.equal(regionTitle('south'), 'south')
  assert.equal(regionTitle('east'), 'east')
})

test('only a title that is another than what was shown before counts as changed', () => {
  setRegionTitles([])

  assert.equal(setRegionTitles([{ region: 'north' }]), false)
  assert.equal(setRegionTitles([{ region: 'north', title: 'The North' }]), true)
  assert.equal(setRegionTitles([{ region: 'north', title: 'The North' }]), false)
})
