// @ts-check
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTexts } from '#pages/text.js'
import {
  addTitles,
  byRegion,
  hasTitle,
  improvementTitle,
  keyOf,
  regionTitle,
  setRegionTitles,
  titleOf,
} from '#pages/titles.js'

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

test('a region is called as the language of the page calls it', () => {
  const titled = [{ region: 'north', title: 'North', titles: { en: 'North', pl: 'Północ' } }]

  const said = ['pl', 'de'].map((language) => {
    setTexts(language, {})
    setRegionTitles(titled)
    return regionTitle('north')
  })

  assert.deepEqual(said, ['Północ', 'North'])
})

test('an improvement that leaves the ballot keeps its title', () => {
  const improvements = [{ improvement: 'park', title: 'A park' }]
  addTitles([{ region: 'north', improvements }])
  addTitles([{ region: 'north', improvements: [{ improvement: 'pool', title: '' }] }])

  assert.equal(improvementTitle('north', 'park'), 'A park')
  assert.equal(improvementTitle('north', 'pool'), 'pool')
  assert.equal(improvementTitle('south', 'park'), 'park')
  assert.equal(hasTitle('north', 'park'), true)
  assert.equal(hasTitle('south', 'park'), false)
})

test('two choices never have the same key', () => {
  assert.notEqual(keyOf('a', 'b c'), keyOf('a b', 'c'))
  assert.notEqual(keyOf('a","b', 'c'), keyOf('a', 'b","c'))
})

test('a title is in the language of the page, or of its relatives, or the one for all others', () => {
  const titled = {
    improvement: 'benches',
    title: 'Benches',
    titles: { en: 'Benches', pl: 'Ławki', 'pt-BR': 'Bancos' },
  }

  const said = ['pl', 'pt', 'de'].map((language) => {
    setTexts(language, {})
    return titleOf(titled)
  })

  assert.deepEqual(said, ['Ławki', 'Bancos', 'Benches'])
  assert.equal(titleOf({ improvement: 'oak', title: '' }), 'oak')
})

test('regions are in the order of the city if it has one, and else by title', () => {
  const titled = ['west', 'north', 'east'].map((region) => ({ region }))
  const sorted = () =>
    ['east', 'gone', 'north', 'west']
      .map((region) => ({ region }))
      .toSorted(byRegion)
      .map(({ region }) => region)
  setRegionTitles(titled)
  assert.deepEqual(sorted(), ['east', 'gone', 'north', 'west'])

  assert.equal(setRegionTitles(titled, true), true)
  assert.deepEqual(sorted(), ['west', 'north', 'east', 'gone'])
  assert.equal(setRegionTitles(titled, true), false)
  assert.equal(setRegionTitles(titled.toReversed(), true), true)
  assert.deepEqual(sorted(), ['east', 'north', 'west', 'gone'])

  assert.equal(setRegionTitles(titled), true)
  assert.deepEqual(sorted(), ['east', 'gone', 'north', 'west'])
})
