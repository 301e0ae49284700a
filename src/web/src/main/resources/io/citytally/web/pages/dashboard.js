// The results: of the whole city, or of the region in the address.

import { addressOf, head, HEADS, showBars } from '/bars.js'
import { element, namedElements, outsideText, reconcile, setText } from '/dom.js'
import { ago, counted, number, span } from '/format.js'
import { Poller, QUIET_INTERVAL_MILLIS } from '/poller.js'
import { byName, feed, matcher, ranking } from '/tally.js'
import { History, rate, TrendChart } from '/trend.js'

const LEADING_IN_CITY = 10
const NEWEST = 12
/** Of a region that is not itself what is searched for. */
const FOUND_IN_REGION = 8
/** As long as a quiet city is not asked again. */
const FRESH_MILLIS = QUIET_INTERVAL_MILLIS + 500
const DELAYED_MILLIS = 5000
const ANNOUNCED_EVERY_MILLIS = 30000
const SKEW_MILLIS = 3000
/** From here on, each region has less room on a wall. */
const MANY_REGIONS = 13

const page = namedElements()
const chart = new TrendChart()

/** What is shown: a region's name, or null for the whole city. */
let place
let history
let poller
let result
let unknownPlace = false
let allShown = false

// How the connection stands.
let answeredAt
let staleMillis = 0
let lost = false
/** What to add to this machine's clock to have the server's. */
let skewMillis = 0

// --- Places ---------------------------------------------------------------------------------------

function placeOf(address) {
  const match = /^\/regions\/(.+)$/.exec(address.pathname)
  if (!match) {
    return null
  }
  try {
    return decodeURIComponent(match[1])
  } catch {
    return match[1]
  }
}

function go() {
  poller?.stop()
  place = placeOf(location)
  history = new History(place ?? '')
  result = undefined
  unknownPlace = false
  allShown = place !== null
  answeredAt = undefined
  staleMillis = 0
  lost = false

  const inCity = place === null
  document.title = inCity ? 'Results · Citytally' : `${place} · Citytally`
  document.body.classList.toggle('in-region', !inCity)
  document.body.classList.add('loading')
  page.trail.hidden = inCity
  page.regionsSection.hidden = !inCity
  const name = outsideText()
  name.textContent = place ?? ''
  page.place.replaceChildren(inCity ? 'The whole city' : name)
  page.search.placeholder = inCity ? 'Find a region or an improvement' : 'Find an improvement'
  setText(page.searchLabel, page.search.placeholder)
  page.toVote.href = inCity ? '/vote' : `/vote#${new URLSearchParams({ region: place })}`
  page.search.value = new URLSearchParams(location.search).get('q') ?? ''
  for (const list of [page.ranking, page.newest, page.regions]) {
    reconcile(list, [], () => '')
  }
  showConnection()
  const url = inCity ? '/api/results' : `/api/results/${encodeURIComponent(place)}`
  poller = new Poller(url, onAnswer, onFailure, QUIET_INTERVAL_MILLIS).start()
}

function visit(address) {
  window.history.replaceState({ scrolled: scrollY }, '')
  window.history.pushState({ scrolled: 0 }, '', address)
  go()
  scrollTo(0, 0)
  page.results.focus({ preventScroll: true })
}

document.addEventListener('click', (event) => {
  const link = event.target.closest('a[data-place]')
  if (
    link &&
    event.button === 0 &&
    !(event.metaKey || event.ctrlKey || event.shiftKey || event.altKey)
  ) {
    event.preventDefault()
    visit(link.href)
  }
})

/** How far down to go once there is something to show. */
let scrolled = 0
window.history.scrollRestoration = 'manual'
addEventListener('popstate', ({ state }) => {
  scrolled = state?.scrolled ?? 0
  go()
})
addEventListener('pagehide', () => window.history.replaceState({ scrolled: scrollY }, ''))

// --- Answers --------------------------------------------------------------------------------------

function onAnswer({ body, changed, serverMillis }) {
  const first = result === undefined
  const recovered = lost
  result = body
  unknownPlace = false
  answeredAt = performance.now()
  staleMillis = body.stale ? (body.ageMillis ?? 0) : 0
  lost = false
  if (serverMillis !== null) {
    const skew = serverMillis - Date.now()
    skewMillis = Math.abs(skew) > SKEW_MILLIS ? skew : 0
  }
  if (!body.stale) {
    history.add(Date.now(), body.votes)
  }
  document.body.classList.remove('loading')
  if (first || changed) {
    showResult()
  }
  showTime()
  if (first && scrolled > 0) {
    scrollTo(0, scrolled)
    scrolled = 0
  }
  if (recovered) {
    announce('Connected again.')
  } else {
    announceSometimes()
  }
}

function onFailure(error) {
  if (place !== null && error.status === 404) {
    result = undefined
    unknownPlace = true
    lost = false
    answeredAt = performance.now()
    document.body.classList.remove('loading')
  } else if (!lost) {
    lost = true
    announce('The connection is lost. Trying again.')
  }
  showConnection()
}

// --- What is shown --------------------------------------------------------------------------------

function showResult() {
  setText(page.total, number(result.votes))
  setText(page.totalUnit, result.votes === 1 ? 'vote counted' : 'votes counted')
  const regions = place === null ? result.regions : [{ ...result, region: place }]
  const ranked = ranking(regions)
  const query = page.search.value.trim()
  const matches = matcher(query)
  showRanking(
    query === ''
      ? ranked
      : ranked.filter(({ title, region }) =>
          matches(place === null ? `${title} ${region}` : title),
        ),
    ranked,
  )
  if (place === null) {
    showRegions(regions, ranked, query, matches)
  }
  showNewest()
}

function showRanking(entries, all) {
  const inCity = place === null
  const searched = page.search.value.trim() !== ''
  // What leads has votes.
  const leading = searched ? entries : entries.filter(({ votes }) => votes > 0)
  setText(
    page.rankingTitle,
    searched ? 'Improvements found' : inCity ? 'Leading improvements' : 'Improvements',
  )
  const shown = allShown ? entries : leading.slice(0, LEADING_IN_CITY)
  showBars(page.ranking, shown, all[0]?.votes ?? 0, {
    ranks: true,
    regions: inCity,
    of: inCity ? 0 : Math.max(1, result.votes),
  })
  const heads = [HEADS.rank, HEADS.improvement, HEADS.votes, ...(inCity ? [] : [HEADS.share])]
  reconcile(
    page.rankingHeadings,
    heads,
    ({ text }) => text,
    head,
    () => {},
  )
  setText(
    page.rankingCaption,
    inCity ? 'Improvements of the whole city by votes' : `Improvements of ${place} by votes`,
  )
  page.more.hidden = !inCity || (!allShown && entries.length <= shown.length)
  page.more.setAttribute('aria-expanded', allShown)
  setText(
    page.more,
    allShown ? `Show the first ${LEADING_IN_CITY}` : `Show all ${number(entries.length)}`,
  )

  if (searched) {
    setText(page.found, `${counted(entries.length, 'improvement')} of ${number(all.length)}`)
  } else {
    setText(
      page.found,
      result.votes === 0 ? 'No votes yet. The first one shows here as soon as it is cast.' : '',
    )
  }
}

function showRegions(regions, ranked, query, matches) {
  const ofRegion = grouped(ranked)
  const leading = regions.length > 6 ? 3 : 5
  const cards = regions
    .map(({ region, votes, improvements }) => {
      const entries = ofRegion.get(region) ?? []
      const whole = query === '' || matches(region)
      const found = whole
        ? entries.filter((entry) => entry.votes > 0)
        : entries.filter(({ title }) => matches(`${title} ${region}`))
      return {
        region,
        votes,
        entries: found.slice(0, whole ? leading : FOUND_IN_REGION),
        most: entries[0]?.votes ?? 0,
        improvements: improvements.length,
        shown: whole || found.length > 0,
      }
    })
    .filter(({ shown }) => shown)
    .sort((a, b) => byName(a.region, b.region))
  reconcile(page.regions, cards, ({ region }) => region, createCard, updateCard)
  page.regions.toggleAttribute('data-many', cards.length >= MANY_REGIONS)
  page.regionsSection.hidden = cards.length === 0
}

function grouped(ranked) {
  const groups = new Map()
  for (const entry of ranked) {
    groups.get(entry.region)?.push(entry) ?? groups.set(entry.region, [entry])
  }
  return groups
}

function createCard({ region }) {
  const name = outsideText()
  name.textContent = region
  const votes = element('span', { class: 'figure' })
  const unit = element('span', { class: 'unseen' }, ' votes')
  const body = element('tbody')
  const all = element('a', { href: addressOf(region), 'data-place': true, class: 'all' })
  const card = element(
    'section',
    { class: 'card' },
    element(
      'header',
      {},
      element('h3', {}, element('a', { href: addressOf(region), 'data-place': true }, name)),
      element('p', { class: 'sum' }, votes, unit),
    ),
    element(
      'table',
      { class: 'bars' },
      element('caption', { class: 'unseen' }, `Leading improvements of ${region}`),
      element('thead', {}, element('tr', {}, head(HEADS.improvement), head(HEADS.votes))),
      body,
    ),
    all,
  )
  card.parts = { votes, body, all }
  return card
}

function updateCard(card, { region, votes, entries, most, improvements }) {
  const { body, all } = card.parts
  setText(card.parts.votes, number(votes))
  showBars(body, entries, most, {})
  const hidden = improvements - entries.length
  setText(all, entries.length === 0 ? counted(hidden, 'improvement') : `${number(hidden)} more`)
  all.setAttribute('aria-label', `All ${counted(improvements, 'improvement')} of ${region}`)
  all.hidden = hidden <= 0
}

function showNewest() {
  const newest = feed(result.recent ?? []).slice(0, NEWEST)
  reconcile(
    page.newest,
    newest,
    ({ key }) => key,
    (vote) => {
      const title = outsideText({ class: 'title' })
      title.textContent = vote.title
      const region = outsideText()
      region.textContent = vote.region
      const time = element('time', { datetime: vote.castAt })
      const item = element(
        'li',
        {},
        title,
        element('span', { class: 'soft' }, ...(place === null ? [region] : []), time),
      )
      item.time = time
      item.castAtMillis = Date.parse(vote.castAt)
      return item
    },
    () => {},
  )
  page.newestNone.hidden = newest.length > 0
}

function showTime() {
  showConnection()
  if (result === undefined) {
    return
  }
  const now = Date.now() + skewMillis
  for (const item of page.newest.children) {
    setText(item.time, ago(now - item.castAtMillis))
  }
  if (history.from !== undefined) {
    setText(page.rate, rate(history) || '\u00a0')
    chart.show(history)
  }
}

function showConnection() {
  const age = answeredAt === undefined ? undefined : staleMillis + performance.now() - answeredAt
  let state = 'live'
  let text = age === undefined ? '' : `Live · ${age < FRESH_MILLIS ? 'now' : `${span(age)} old`}`
  let notice = ''
  if (lost) {
    state = 'lost'
    text = 'Not live'
    notice =
      age === undefined
        ? 'No connection. Trying again.'
        : `Connection lost. These votes are from ${span(age)} ago; trying again.`
  } else if (age === undefined) {
    state = 'starting'
    text = 'Connecting'
  } else if (unknownPlace) {
    notice = 'There is no region of this name, or nobody has voted in it yet.'
  } else if (staleMillis > 0 || age > DELAYED_MILLIS) {
    state = 'delayed'
    text = `Delayed · ${span(age)} old`
    notice =
      staleMillis > 0
        ? `The count can't be read just now. These votes are from ${span(age)} ago.`
        : ''
  }
  page.live.dataset.state = state
  setText(page.liveText, text)
  setText(page.noticeText, notice)
  page.notice.hidden = notice === ''
  page.notice.classList.toggle('afloat', !unknownPlace)
  page.content.hidden = result === undefined
}

// --- Announcements --------------------------------------------------------------------------------

let announcedAt = 0
let announcedVotes

function announce(text) {
  setText(page.announcer, text)
  announcedAt = performance.now()
}

/** Screen readers hear the number now and then; a number each second would be noise. */
function announceSometimes() {
  if (result.votes === announcedVotes || performance.now() - announcedAt < ANNOUNCED_EVERY_MILLIS) {
    return
  }
  announcedVotes = result.votes
  announce(`${counted(result.votes, 'vote')} counted.`)
}

// --- Start ----------------------------------------------------------------------------------------

page.search.addEventListener('input', () => result && showResult())
page.search.addEventListener('change', () => {
  const address = new URL(location)
  const query = page.search.value.trim()
  if (query === '') {
    address.searchParams.delete('q')
  } else {
    address.searchParams.set('q', query)
  }
  window.history.replaceState(window.history.state, '', address)
})
page.more.addEventListener('click', () => {
  allShown = !allShown
  showResult()
})
setInterval(() => {
  if (!document.hidden) {
    showTime()
  }
}, 1000)

go()
