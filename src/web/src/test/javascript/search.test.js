// @ts-check
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { folded, matcher } from '#pages/search.js'

/** @type {[string, string][]} */
const PAIRS = [
  ['lawki', 'Ławki w cieniu'],
  ['lodz', 'Łódź'],
  ['strasse', 'Straße'],
  ['STRASSE', 'straße'],
  ['groenland', 'Grœnland'],
  ['rodgrod', 'Rødgrød'],
  ['aegir', 'Ægir'],
  ['dakovo', 'Đakovo'],
  ['thor', 'Þór'],
  ['istanbul', 'İstanbul'],
  ['isik', 'Işık'],
  ['sebastien', 'Saint-Sébastien'],
  ['ΟΔΟΣ', 'οδός'],
  ['fi', 'ﬁn'],
  ['ганок', 'Ґанок'],
  ["сім'я", 'Сім’я'],
  ['п’ять', 'Пʼять'],
  ['пять', "П'ять"],
  ['l’eau', "L'eau"],
  ['quartier d‘en haut', 'Quartier d’en haut'],
  ['3-5', '3–5'],
  ['park-and-ride', 'Park\u2010and\u2011ride'],
  ['a-b-c-d', 'a\u2012b\u2014c\u2015d'],
  ['حديقه', 'حديقة'],
  ['مستشفي', 'مستشفى'],
  ['اشجار', 'أشجار'],
  ['انارة', 'إنارة'],
  ['امن', 'آمن'],
  ['حديقة', 'حـديـقة'],
  ['15', '١٥'],
  ['٢٠٢٦', '2026'],
]
for (const [typed, written] of PAIRS) {
  test(`${typed} finds ${written}`, () => {
    assert.ok(matcher(typed)(written))
    assert.ok(matcher(written)(written))
  })
}

test('every word must be found, in any order', () => {
  assert.ok(matcher('cieniu  ławki')('Ławki w cieniu'))
  assert.ok(!matcher('ławki słońce')('Ławki w cieniu'))
  assert.ok(matcher('   ')('anything'))
})

test('other scripts stay as they are', () => {
  assert.equal(folded('Кириллица 東京'), 'кириллица 東京')
})

test('a search takes special characters as they are', () => {
  assert.ok(matcher('(.*)')('the (.*) of it'))
  assert.ok(!matcher('.*')('anything'))
})
