// @ts-check
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { text } from '#pages/text.js'
import { PAGES, textsOf } from './texts.js'

const english = textsOf('en')

/** @param {string} ending */
const filesWith = (ending) =>
  readdirSync(PAGES)
    .filter((file) => file.endsWith(ending))
    .map((file) => ({ file, content: readFileSync(new URL(file, PAGES), 'utf8') }))

const scripts = filesWith('.js').map(({ file, content }) => ({
  file,
  code: content.replace(/\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*/g, ''),
}))
const pages = filesWith('.html').map(({ file, content }) => ({
  file,
  // A browser shows it only where nothing chooses a language.
  html: content.replace(/<noscript>.*<\/noscript>/s, ''),
}))

/** The strings of the scripts that look like keys. */
const keysInScripts = scripts.flatMap(({ code }) =>
  [...code.matchAll(/'([a-z-]+\.[a-z-]+)'/g)].map(([, key = '']) => key),
)
const keysInPages = pages.flatMap(({ html }) =>
  [...html.matchAll(/ data-text(?:-[a-z]+)?="([^"]*)"/g)].map(([, key = '']) => key),
)

test('a number is said as the language says it, in the form that belongs to it', () => {
  assert.equal(text('card.improvements', { count: 1 }), '1 improvement')
  assert.equal(text('card.improvements', { count: 1200 }), '1,200 improvements')
  assert.equal(text('results.found', { count: 0, all: 1200 }), '0 improvements of 1,200')
})

test('a value is taken as it is, whatever stands in it', () => {
  assert.equal(text('vote.refused', { reason: '{reason} $& <b>' }), 'Not recorded. {reason} $& <b>')
})

test('a text that does not exist is an error', () => {
  assert.throws(() => text(/** @type {any} */ ('no.such')), /There is no text no\.such in en/)
})

test('the scripts and pages ask for no text that does not exist', () => {
  const asked = scripts.flatMap(({ code }) =>
    [...code.matchAll(/\btext\(([^()]*)/g)].flatMap(([, argument = '']) =>
      [...argument.matchAll(/'([a-z.-]+)'/g)].map(([, key = '']) => key),
    ),
  )

  const missing = [...asked, ...keysInPages].filter((key) => !(key in english))

  assert.ok(asked.length > 50)
  assert.ok(keysInPages.length > 50)
  assert.deepEqual(missing, [])
})

test('each text is used', () => {
  const used = new Set([...keysInScripts, ...keysInPages])

  assert.deepEqual(
    Object.keys(english).filter((key) => !used.has(key)),
    [],
  )
})

test('the pages stand in English until their texts are read', () => {
  for (const { file, html } of pages) {
    for (const [, attributes = '', content = ''] of html.matchAll(/<[a-z0-9]+( [^>]*)>([^<]*)/g)) {
      const named = Object.fromEntries(
        [...attributes.matchAll(/ ([a-z-]+)="([^"]*)"/g)].map(([, name, value]) => [name, value]),
      )
      const places = [
        [named['data-text'], content.trim()],
        [named['data-text-content'], named['content']],
        [named['data-text-label'], named['aria-label']],
        [named['data-text-placeholder'], named['placeholder']],
      ]
      for (const [key, said] of places) {
        if (key !== undefined) {
          assert.equal(said, english[key], `${file}: ${key}`)
        }
      }
    }
  }
})
