// @ts-check
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { afterEach, test } from 'node:test'
import { number, zoneName } from '#pages/format.js'
import { locale, text } from '#pages/text.js'
import { LANGUAGES, PAGES, speak, textsOf } from './texts.js'

const english = textsOf('en')

afterEach(() => speak('en'))

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

test('a value is taken as it is, also one with signs of the format', () => {
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
  // A test in Java knows which of the API's problems and their reasons there are.
  const unused = Object.keys(english).filter(
    (key) => !used.has(key) && !/^(problem|reason)\./.test(key),
  )

  assert.deepEqual(unused, [])
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

/** What looks like a text and is none: names, and words of protocols. */
const NO_TEXTS = new Set([
  'Bearer ',
  'Citytally',
  'Date',
  'Enter',
  'Escape',
  'noopener noreferrer',
  '(prefers-reduced-motion: reduce)',
])

test('no text stands in a script', () => {
  const names = new Set(
    LANGUAGES.map((tag) => new Intl.DisplayNames(tag, { type: 'language' }).of(tag)),
  )
  const isText = (/** @type {string} */ literal) =>
    ![...names].some((name) => name?.toLowerCase() === literal.toLowerCase()) &&
    /\p{L}{2} \p{L}{2}|^\p{Lu}\p{Ll}+([ .!?:]|$)/u.test(literal)
  const found = scripts.flatMap(({ file, code }) =>
    [...code.matchAll(/(throw new Error\()?('(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`[^`]*`)/g)]
      // What a developer reads is not for citizens.
      .filter(([, thrown]) => thrown === undefined)
      .map(([, , literal = '']) => literal.slice(1, -1).replace(/\$\{[^}]*\}/g, ''))
      .filter((literal) => isText(literal) && !NO_TEXTS.has(literal))
      .map((literal) => `${file}: ${literal}`),
  )

  assert.deepEqual(found, [])
})

test('no text stands in a page without its key', () => {
  for (const { file, html } of pages) {
    const body = html.replace(/<(style|script)[^>]*>.*?<\/\1>|<!--.*?-->/gs, '')
    for (const [tag, attributes = '', content = ''] of body.matchAll(
      /<[a-z0-9]+((?: [^>]*)?)>([^<]*)/g,
    )) {
      const hasText = (/** @type {string} */ some) =>
        /\p{L}/u.test(some.replace(/Citytally|&nbsp;/g, ''))
      const isMarked = (/** @type {string} */ mark) => attributes.includes(` ${mark}="`)
      if (hasText(content)) {
        assert.ok(isMarked('data-text'), `${file}: ${tag}`)
      }
      for (const name of ['placeholder', 'aria-label', 'title', 'alt']) {
        if (isMarked(name)) {
          assert.ok(isMarked(`data-text-${name.replace('aria-', '')}`), `${file}: ${tag}`)
        }
      }
    }
    const after = [...body.matchAll(/<\/[a-z0-9]+>([^<]*)/g)].map(([, content = '']) =>
      content.trim(),
    )
    assert.deepEqual([...new Set(after)], [''], file)
  }
})

test('the languages to choose from are those that have texts', () => {
  const code = readFileSync(new URL('language.js', PAGES), 'utf8')
  const [, names = ''] = /NAMES = \{([^}]*)\}/.exec(code) ?? []
  const tags = [...names.matchAll(/(\w+): '/g)].map(([, tag]) => tag)

  assert.deepEqual(tags.toSorted(), LANGUAGES.toSorted())
})

/**
 * Whether a plural category of the language stands for a single number, as "two" does in Arabic.
 *
 * @param {string} language
 * @param {string} category
 */
function isOfOneNumber(language, category) {
  const plurals = new Intl.PluralRules(language)
  const numbers = Array.from({ length: 1000 }, (_, number) => number)
  return numbers.filter((number) => plurals.select(number) === category).length === 1
}

test('only the category of a single number may leave it out', () => {
  const categories = LANGUAGES.flatMap((language) =>
    new Intl.PluralRules(language)
      .resolvedOptions()
      .pluralCategories.filter((category) => isOfOneNumber(language, category))
      .map((category) => `${language} ${category}`),
  )

  assert.deepEqual(categories.toSorted(), [
    'ar one',
    'ar two',
    'ar zero',
    'de one',
    'en one',
    'es one',
    'pl one',
  ])
})

for (const language of LANGUAGES) {
  const texts = textsOf(language)

  test(`${language} has each text, and no other, in the order of English`, () => {
    assert.deepEqual(Object.keys(texts), Object.keys(english))
  })

  test(`${language} has a form for each number where English has one`, () => {
    const categories = new Intl.PluralRules(language).resolvedOptions().pluralCategories.toSorted()
    for (const [key, said] of Object.entries(english)) {
      const own = texts[key]
      assert.equal(typeof own, typeof said, key)
      if (typeof own === 'object') {
        assert.deepEqual(Object.keys(own).toSorted(), categories, key)
      }
    }
  })

  test(`${language} has the same places for values in every form`, () => {
    const placesIn = (/** @type {string} */ form) => (form.match(/\{\w+\}/g) ?? []).toSorted()
    for (const [key, said] of Object.entries(english)) {
      const own = texts[key] ?? ''
      const [wanted = ''] = typeof said === 'object' ? Object.values(said).toReversed() : [said]
      for (const [category, form] of Object.entries(typeof own === 'object' ? own : { '': own })) {
        assert.notEqual(form.trim(), '', key)
        // The one number of a category may be said in words.
        const optional = isOfOneNumber(language, category) ? ['{count}'] : []
        const missing = placesIn(wanted).filter((place) => !form.includes(place))
        const strange = placesIn(form).filter((place) => !wanted.includes(place))
        assert.deepEqual(
          missing.filter((place) => !optional.includes(place)),
          [],
          `${key} ${category}`,
        )
        assert.deepEqual(strange, [], key)
      }
    }
  })

  test(`${language} says any number`, () => {
    speak(language)
    const plurals = new Intl.PluralRules(language)
    for (const count of [0, 1, 2, 3, 5, 11, 21, 22, 100, 101, 103, 1_000_000]) {
      const said = text('card.improvements', { count })
      assert.ok(
        said.includes(number(count)) || isOfOneNumber(language, plurals.select(count)),
        String(count),
      )
    }
  })
}

/** @param {string} language */
const formsOf = (language) =>
  Object.entries(textsOf(language)).flatMap(([key, said]) =>
    (typeof said === 'object' ? Object.values(said) : [said]).map((form) => ({ key, form })),
  )

/**
 * The keys of the language's texts that match.
 *
 * @param {string} language
 * @param {RegExp} pattern
 */
const keysWith = (language, pattern) =>
  formsOf(language)
    .filter(({ form }) => pattern.test(form))
    .map(({ key }) => key)

test('ar has one word for a ballot', () => {
  assert.deepEqual(keysWith('ar', /بطاق/), [])
})

test('ar says one and two of something by the noun alone', () => {
  const counted = Object.entries(textsOf('ar')).flatMap(([key, said]) =>
    typeof said === 'object' && said.few !== said.many ? [{ key, said }] : [],
  )
  const numbered = counted.filter(({ said }) =>
    [said.one, said.two].some((form) => /\{count\} \p{L}/u.test(form ?? '')),
  )

  assert.ok(counted.length > 10)
  assert.deepEqual(
    numbered.map(({ key }) => key),
    [],
  )
})

test('ar has Latin digits in any browser', () => {
  speak('ar')

  assert.equal(new Intl.Locale(locale).numberingSystem, 'latn')
  assert.equal(number(1234), '1,234')
})

test('fr has a no-break space before its tall signs and inside its quotation marks', () => {
  assert.deepEqual(keysWith('fr', /[^\u202F][;!?]|[^\u00A0][:»]|«[^\u00A0]/), [])
})

test('pl, uk, ar and fr address readers in one form, and as no man', () => {
  assert.deepEqual(keysWith('pl', /(Ciebie|Sprawdź|wpisz|Wstaw)/), [])
  assert.deepEqual(keysWith('ar', /(^|\s)(ابحث|انتقل|شارك|صوّت|تحقّق|جرّب|ضع|بك)(?!\p{L})/u), [])
  assert.deepEqual(keysWith('uk', /я вибрав/), [])
  assert.deepEqual(keysWith('fr', /connecté( |\.|$)/i), [])
})

test('a time span or a region stands where it needs no other case', () => {
  assert.deepEqual(keysWith('pl', /sprzed \{time\}/), [])
  assert.deepEqual(keysWith('ar', /قبل \{time\}/), [])
  assert.deepEqual(keysWith('fr', /(à|[Dd]e|en tête de) \{(region|title)\}/), [])
})

test("the sentence of the time zone takes the zone's name as it is", () => {
  const summer = Date.UTC(2026, 6, 1)
  const sayZone = (/** @type {string} */ language) => {
    speak(language)
    return text('course.zone', { zone: zoneName(summer, 'Europe/Kyiv') })
  }

  assert.equal(sayZone('uk'), 'Час указано за східноєвропейським часом.')
  assert.equal(sayZone('pl'), 'Strefa: czas wschodnioeuropejski.')
})

test('fr and es say exact millions of something', () => {
  const nouns =
    /(?<=^|\{count\} )(votes|bulletins|projets|essais|totaux|votos|papeletas|proyectos|intentos|totales)/
  for (const language of ['fr', 'es']) {
    const counted = Object.entries(textsOf(language)).flatMap(([key, said]) =>
      typeof said === 'object' && nouns.test(said.other ?? '') ? [{ key, said }] : [],
    )

    assert.ok(counted.length > 10)
    for (const { key, said } of counted) {
      const millions = said.other?.replace(nouns, (noun) =>
        language === 'fr' && noun === 'essais' ? `d’${noun}` : `de ${noun}`,
      )
      assert.equal(said.many, millions, `${language} ${key}`)
    }
  }
})

/** What French says as English does. */
const SAME = new Set(['nav.label', 'theme.system', 'course.votes', 'column.votes', 'card.votes'])

test('no translation is left in English', () => {
  const isEnglish = new Set(formsOf('en').map(({ form }) => form))
  const left = LANGUAGES.filter((language) => language !== 'en').flatMap((language) =>
    formsOf(language)
      .filter(({ key, form }) => isEnglish.has(form) && !(language === 'fr' && SAME.has(key)))
      .map(({ key }) => `${language} ${key}`),
  )

  assert.deepEqual(left, [])
})
