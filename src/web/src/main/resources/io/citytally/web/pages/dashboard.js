// @ts-check
// The results: of the whole city, or of the region in the address.

/** @import { Ballot, CityResults, CityTurnout, Election, Ranked, Region, RegionResults, RegionTurnout } from './tally.js' */

import { addressOf, head, HEADS, isLong, showBars } from './bars.js'
import { greedy } from './budget.js'
import { describe, skewOf, staleMillisOf } from './connection.js'
import { showCity, showTest } from './city.js'
import { CourseChart } from './course-chart.js'
import { clear, element, namedElements, outsideText, reconcile, setText } from './dom.js'
import { byName, money, number } from './format.js'
import { rate } from './history.js'
import { offerLanguages, showLanguages } from './language-choice.js'
import { ELECTION_INTERVAL_MILLIS, Poller, QUIET_INTERVAL_MILLIS, RefusedError } from './poller.js'
import { NewestVotes } from './newest.js'
import { phaseAt } from './opening.js'
import { outcome } from './outcome.js'
import { mayBeWall, placeOf, Places } from './places.js'
import { KnownProjects } from './known-projects.js'
import { costText, moreOf } from './projects.js'
import { loadTexts, text } from './text.js'
import { regionTitle, setRegionTitles, titleOf } from './titles.js'
import { matcher } from './search.js'
import { printSheets } from './sheets.js'
import { offer } from './take-away.js'
import { cards, isLast, isTurnout, ranking } from './tally.js'
import { showTurnout } from './turnout.js'

/** @import { Projects } from './known-projects.js' */

/** @typedef {CityResults | RegionResults | CityTurnout | RegionTurnout} Shown */

const LEADING_IN_CITY = 10
/** A large screen that nobody can point at hangs on a wall. */
const WALL = '(min-width: 110em) and (any-pointer: none)'
const ANNOUNCED_EVERY_MILLIS = 30000

const page = namedElements({
  announcer: HTMLElement,
  budget: HTMLElement,
  content: HTMLElement,
  courseSpans: HTMLElement,
  found: HTMLElement,
  live: HTMLElement,
  map: HTMLElement,
  liveText: HTMLElement,
  more: HTMLButtonElement,
  newest: HTMLElement,
  notice: HTMLElement,
  outcome: HTMLElement,
  noticeText: HTMLElement,
  place: HTMLElement,
  projects: HTMLElement,
  projectsSection: HTMLElement,
  ranking: HTMLTableElement,
  rankingCaption: HTMLElement,
  rankingHeadings: HTMLElement,
  rankingTitle: HTMLElement,
  rate: HTMLElement,
  regions: HTMLElement,
  regionsSection: HTMLElement,
  results: HTMLElement,
  search: HTMLInputElement,
  searchLabel: HTMLElement,
  test: HTMLElement,
  toVote: HTMLAnchorElement,
  total: HTMLElement,
  totalLine: HTMLElement,
  totalUnit: HTMLElement,
  trail: HTMLElement,
})

const places = new Places(go)

/** What the page shows of one place. All of it changes when another place is visited. */
const visitOf = (/** @type {string | null} */ place) => ({
  /** A region's name, or null for the whole city. */
  place,
  course: new CourseChart(place),
  /** @type {Shown | undefined} */
  result: undefined,
  unknownPlace: false,
  /** Whether the ranking shows all improvements. */
  allShown: place !== null,
  /** @type {number | undefined} when the server last answered, by the page's clock */
  answeredAt: undefined,
  /** How old the results were then. */
  staleMillis: 0,
  /** When the request began that brought the results, by the page's clock. */
  askedAt: NaN,
  lost: false,
  projects: new KnownProjects(place, (before) => {
    if (state.place === place) {
      showKnownProjects(before)
    }
  }),
  newest: new NewestVotes(),
})

const state = {
  ...visitOf(null),
  /** @type {Poller<Shown> | undefined} */
  poller: undefined,
  /** What to add to this machine's clock to have the server's. */
  skewMillis: 0,
  announcedAt: 0,
  /** Whether the regions show how many have voted, and nothing else. */
  turnoutShown: false,
  /** @type {number | undefined} */
  announcedVotes: undefined,
  /** @type {Election | undefined} undefined until it is read */
  election: undefined,
  /** When the page heard of the final result, by its own clock. */
  finalSince: NaN,
  /** @type {import('./city-map.js').RegionMap | undefined} once it is read */
  map: undefined,
  mapWanted: false,
  ordered: false,
}

// --- Places ---------------------------------------------------------------------------------------

function go() {
  state.poller?.stop()
  state.course.stop()
  const place = placeOf(location)
  Object.assign(state, visitOf(place))
  state.course.setElection(state.election)

  document.body.classList.toggle('in-region', place !== null)
  document.body.classList.add('loading')
  page.trail.hidden = place === null
  page.regionsSection.hidden = place !== null
  showPlace()
  page.search.placeholder = text(place === null ? 'results.find' : 'results.find-in-region')
  setText(page.searchLabel, page.search.placeholder)
  page.toVote.href = place === null ? '/vote' : `/vote#${new URLSearchParams({ region: place })}`
  page.search.value = new URLSearchParams(location.search).get('q') ?? ''
  clearLists()
  page.budget.hidden = true
  page.projectsSection.hidden = true
  void state.projects.read()
  showConnection()
  const url = place === null ? '/api/results' : `/api/results/${encodeURIComponent(place)}`
  state.poller = new Poller(url, onAnswer, onFailure, QUIET_INTERVAL_MILLIS).start()
}

/**
 * Shows what is known of a region's improvements. A row says it once, so a change needs new rows.
 *
 * @param {Projects | null} before what was known before
 */
function showKnownProjects(before) {
  if (before !== null) {
    clear(page.ranking)
    clear(page.projects)
  }
  showResult()
}

/** Shows the map of a city that has one. It is not read before it is seen. */
async function lookUpMap() {
  if (state.mapWanted) {
    return
  }
  state.mapWanted = true
  const { readMap, RegionMap } = await import('./city-map.js')
  const map = await readMap()
  if (map && map.features.length > 0) {
    page.map.hidden = false
    page.regionsSection.classList.add('with-map')
    state.map = new RegionMap(map)
    showResult()
  } else {
    state.mapWanted = false
  }
}

function showPlace() {
  const { place, election } = state
  const city = election?.city || 'Citytally'
  document.title = `${place === null ? text('nav.results') : regionTitle(place)} · ${city}`
  page.place.replaceChildren(
    place === null ? election?.name || text('results.city') : outsideText(regionTitle(place)),
  )
}

function clearLists() {
  for (const list of [page.ranking, page.newest, page.regions, page.projects]) {
    clear(list)
  }
}

/** @param {string} address */
function visit(address) {
  places.visit(address)
  go()
  scrollTo(0, 0)
  page.results.focus({ preventScroll: true })
}

document.addEventListener('click', (event) => {
  const link = event.target instanceof Element ? event.target.closest('a[data-place]') : null
  const modified = event.metaKey || event.ctrlKey || event.shiftKey || event.altKey
  if (link && event.button === 0 && !modified) {
    event.preventDefault()
    visit(link.getAttribute('href') ?? '/')
  }
})

// --- Answers --------------------------------------------------------------------------------------

/** @param {import('./poller.js').Answer<Shown>} answer */
function onAnswer(answer) {
  const { body, changed, serverMillis, askedAt } = answer
  const first = state.result === undefined
  const recovered = state.lost
  state.result = body
  state.unknownPlace = false
  state.answeredAt = performance.now()
  state.askedAt = askedAt
  state.staleMillis = staleMillisOf(answer)
  state.lost = false
  state.skewMillis = skewOf(serverMillis)
  state.course.add(body, Date.now() + state.skewMillis, state.staleMillis)
  document.body.classList.remove('loading')
  if (first || changed) {
    showResult()
  } else {
    state.newest.unchanged()
  }
  showTime()
  if (first) {
    places.scrollBack()
  }
  if (recovered) {
    announce(text('connection.again-announced'))
  } else if (!isTurnout(body)) {
    announceSometimes(body.votes)
  }
  stopIfFinal()
}

/** @param {import('./poller.js').Answer<Ballot>} answer */
function onElection({ body, changed }) {
  const first = state.election === undefined
  // What stays the same is not made again: it may have the focus.
  if (first || changed) {
    showElection(body)
  }
  if (body.map) {
    void lookUpMap()
  }
  if (!state.unknownPlace && (!first || state.projects.now === null)) {
    void state.projects.readAgain()
  }
}

/** @param {Ballot} ballot */
function showElection({ election, regions, ordered = false }) {
  state.election = election
  if (election.final && Number.isNaN(state.finalSince)) {
    state.finalSince = performance.now()
  }
  state.ordered = ordered
  state.course.setElection(election)
  showCity(election)
  offerLanguages(election.languages ?? [])
  showTest(page.test, election)
  document.body.classList.toggle('final', election.final !== undefined)
  if (setRegionTitles(regions, ordered)) {
    clearLists()
    showResult()
  }
  showPlace()
  showTime()
  stopIfFinal()
}

function stopIfFinal() {
  const { result, askedAt, finalSince, poller, newest } = state
  if (result && isLast(result, askedAt, finalSince)) {
    poller?.stop()
    newest.settle()
  }
}

/** @param {unknown} error */
function onFailure(error) {
  if (state.place !== null && error instanceof RefusedError && error.status === 404) {
    state.result = undefined
    state.unknownPlace = true
    state.lost = false
    state.answeredAt = performance.now()
    document.body.classList.remove('loading')
  } else if (!state.lost) {
    state.lost = true
    announce(text('connection.lost-announced'))
  }
  showConnection()
}

// --- What is shown --------------------------------------------------------------------------------

function showResult() {
  const { result, place, answeredAt } = state
  if (result === undefined) {
    return
  }
  const hidden = isTurnout(result)
  if (document.body.classList.toggle('turnout', hidden) !== state.turnoutShown) {
    state.turnoutShown = hidden
    clear(page.regions)
  }
  if (hidden) {
    showHidden(result)
    return
  }
  page.totalLine.hidden = false
  setText(page.total, number(result.votes))
  setText(page.totalUnit, unitOf(result))
  const regions = 'regions' in result ? result.regions : [result]
  const ranked = ranking(regions)
  const query = page.search.value.trim()
  const matches = matcher(query)
  const found = ranked.filter(({ title, region }) =>
    matches(place === null ? `${title} ${regionTitle(region)}` : title),
  )
  showRanking(found, ranked, query !== '', result.votes)
  page.projectsSection.hidden = true
  if (place === null) {
    showRegions(regions, ranked, query)
    state.map?.show(
      regions.map(({ region, votes }) => ({ region, count: votes })),
      false,
    )
  }
  state.newest.show(result.recent ?? [], regions, place === null, answeredAt ?? 0)
}

/** @param {CityResults | RegionResults} result */
function unitOf(result) {
  const votes = text('results.votes', { count: result.votes })
  return 'ballots' in result && result.ballots !== undefined
    ? text('results.votes-on-ballots', { votes, count: result.ballots })
    : votes
}

/**
 * Shows how many have voted. Nobody adds it up over regions: a citizen may have a ballot in several.
 *
 * @param {CityTurnout | RegionTurnout} result
 */
function showHidden(result) {
  const query = page.search.value.trim()
  if ('regions' in result) {
    page.totalLine.hidden = true
    const found = showTurnout(page.regions, result.regions, query)
    page.regionsSection.hidden = found === 0
    setText(page.found, found === 0 ? text('results.no-region-found') : '')
    state.map?.show(
      result.regions.map(({ region, ballots }) => ({ region, count: ballots })),
      true,
    )
  } else {
    page.totalLine.hidden = false
    setText(page.total, number(result.ballots))
    setText(page.totalUnit, text('results.ballots', { count: result.ballots }))
    setText(page.found, '')
    showProjects(query)
  }
}

/**
 * Lists the improvements of a region as long as no ranking does.
 *
 * @param {string} query
 */
function showProjects(query) {
  const { ordered } = state
  const projects = state.projects.now
  const matches = matcher(query)
  const all = projects?.improvements ?? []
  const sorted = ordered ? all : all.toSorted((a, b) => byName(titleOf(a), titleOf(b)))
  const found = sorted.filter((project) => matches(titleOf(project)))
  page.projectsSection.hidden = all.length === 0
  reconcile(
    page.projects,
    found,
    ({ improvement }) => improvement,
    (project) => {
      const cost = element('span', { class: 'where' }, costText(project, projects?.currency))
      const more = moreOf(project)
      const title = outsideText(titleOf(project), { class: 'title' })
      return { node: element('li', {}, title, cost, ...(more ? [more] : [])) }
    },
  )
  setText(
    page.found,
    query === '' ? '' : text('results.found', { count: found.length, all: all.length }),
  )
}

/**
 * Says what the budget of a region pays for, and returns what to say of each improvement.
 *
 * @param {Ranked[]} all
 */
function showBudget(all) {
  const { improvements = [], currency, budget } = state.projects.now ?? {}
  const known = new Map(improvements.map((project) => [project.improvement, project]))
  const costs = new Map(
    improvements.flatMap(({ improvement, cost }) =>
      cost === undefined ? [] : [[improvement, cost]],
    ),
  )
  const drawn = budget !== undefined && currency !== undefined && costs.size > 0
  const { taken, spent, last } = greedy(all, costs, drawn ? budget : 0)
  page.budget.hidden = !drawn
  if (drawn) {
    const said = {
      budget: money(budget, currency),
      spent: money(spent, currency),
      count: taken.size,
    }
    setText(page.budget, `${text('budget.line', said)} ${text('budget.rule')}`)
  }
  return (/** @type {Ranked} */ { improvement, votes }) => {
    const project = known.get(improvement)
    if (!project) {
      return null
    }
    const state = taken.has(improvement)
      ? text('budget.within')
      : costs.has(improvement) && votes > 0
        ? text('budget.beyond')
        : ''
    return {
      cost: costText(project, currency),
      state: drawn ? state : '',
      isLast: drawn && improvement === last,
      more: () => moreOf(project),
    }
  }
}

/**
 * @param {Ranked[]} found
 * @param {Ranked[]} all
 * @param {boolean} searched
 * @param {number} votes of the place
 */
function showRanking(found, all, searched, votes) {
  const { place, allShown } = state
  const inCity = place === null
  // An improvement without votes does not lead.
  const leading = searched ? found : found.filter((entry) => entry.votes > 0)
  const shown = allShown ? found : leading.slice(0, LEADING_IN_CITY)
  setText(page.rankingTitle, rankingTitle(searched, inCity))
  showBars(page.ranking, shown, all[0]?.votes ?? 0, {
    ranks: true,
    regions: inCity ? 'linked' : 'none',
    of: inCity ? 0 : Math.max(1, votes),
    ...(inCity ? {} : { about: showBudget(all) }),
  })
  // While bars grow below a long ranking, the browser visits each of its rows for each frame.
  page.regions.classList.toggle('many', isLong(shown))
  const heads = [HEADS.rank, HEADS.improvement, HEADS.votes, ...(inCity ? [] : [HEADS.share])]
  reconcile(
    page.rankingHeadings,
    heads,
    ({ kind }) => kind,
    (each) => ({ node: head(each) }),
  )
  setText(
    page.rankingCaption,
    place === null
      ? text('ranking.caption')
      : text('ranking.caption-of-region', { region: regionTitle(place) }),
  )
  page.more.hidden = !inCity || (!allShown && found.length <= shown.length)
  page.more.setAttribute('aria-expanded', String(allShown))
  setText(
    page.more,
    allShown
      ? text('ranking.show-first', { number: LEADING_IN_CITY })
      : text('ranking.show-all', { number: found.length }),
  )

  if (searched) {
    setText(page.found, text('results.found', { count: found.length, all: all.length }))
  } else {
    setText(page.found, votes === 0 ? text('results.none-yet') : '')
  }
}

/**
 * @param {boolean} searched
 * @param {boolean} inCity
 */
function rankingTitle(searched, inCity) {
  if (searched) {
    return text('ranking.found')
  }
  return text(inCity ? 'ranking.leading' : 'ranking.all')
}

/**
 * @param {Region[]} regions
 * @param {Ranked[]} ranked
 * @param {string} query
 */
function showRegions(regions, ranked, query) {
  const shown = cards(regions, ranked, query)
  reconcile(page.regions, shown, ({ region }) => region, createCard, updateCard)
  page.regionsSection.hidden = shown.length === 0
}

/** @param {{ region: string }} card */
function createCard({ region }) {
  const href = addressOf(region)
  const name = element('a', { href, 'data-place': true }, outsideText(regionTitle(region)))
  const votes = element('span', { class: 'figure' })
  const unit = element('span', { class: 'unseen' })
  const caption = text('card.caption', { region: regionTitle(region) })
  const all = element('a', { href, 'data-place': true, class: 'all' })
  const table = element(
    'table',
    { class: 'bars' },
    element('caption', { class: 'unseen' }, caption),
    element('thead', {}, element('tr', {}, head(HEADS.improvement), head(HEADS.votes))),
  )
  const node = element(
    'section',
    { class: 'card' },
    element(
      'header',
      {},
      element('h3', {}, name),
      element('p', { class: 'sum' }, votes, ' ', unit),
    ),
    table,
    all,
  )
  return { node, votes, unit, table, all }
}

/**
 * @param {ReturnType<typeof createCard>} row
 * @param {ReturnType<typeof cards>[number]} card
 */
function updateCard(row, { region, votes, entries, most, improvements }) {
  setText(row.votes, number(votes))
  setText(row.unit, text('card.votes', { count: votes }))
  showBars(row.table, entries, most)
  const hidden = improvements - entries.length
  setText(
    row.all,
    text(entries.length === 0 ? 'card.improvements' : 'card.more', { count: hidden }),
  )
  row.all.setAttribute(
    'aria-label',
    text('card.all', { count: improvements, region: regionTitle(region) }),
  )
  row.all.hidden = hidden <= 0
}

/** Shows what changes as time goes by. */
function showTime() {
  showConnection()
  showOutcome()
  if (state.result === undefined) {
    return
  }
  const now = Date.now() + state.skewMillis
  state.newest.showTime(now)
  offer(state.place, state.result, state.election ? phaseAt(state.election, now) : 'before')
  setText(page.rate, rate(state.course.votes) || '\u00a0')
}

function showOutcome() {
  const { text, hashOf, sha256 } = state.election
    ? outcome(state.election, Date.now() + state.skewMillis)
    : { text: '', hashOf: '', sha256: '' }
  page.outcome.hidden = text === ''
  const parts = sha256 === '' ? [text] : [text, ` ${hashOf} `, element('code', {}, sha256)]
  if (
    page.outcome.textContent !==
    parts.map((each) => (typeof each === 'string' ? each : sha256)).join('')
  ) {
    page.outcome.replaceChildren(...parts)
  }
}

function showConnection() {
  const { answeredAt, staleMillis, lost, unknownPlace } = state
  const told = describe({
    ageMillis: answeredAt === undefined ? undefined : staleMillis + performance.now() - answeredAt,
    stale: staleMillis > 0,
    lost,
    unknownPlace,
    final: state.election?.final !== undefined,
  })
  page.live.dataset.state = told.state
  setText(page.liveText, told.text)
  setText(page.noticeText, told.notice)
  page.notice.hidden = told.notice === ''
  page.notice.classList.toggle('afloat', !unknownPlace)
  page.content.hidden = state.result === undefined
}

// --- Announcements --------------------------------------------------------------------------------

/** @param {string} said */
function announce(said) {
  setText(page.announcer, said)
  state.announcedAt = performance.now()
}

/**
 * Screen readers hear the number now and then; a number each second would be noise.
 *
 * @param {number} votes
 */
function announceSometimes(votes) {
  const silent = performance.now() - state.announcedAt
  if (votes === state.announcedVotes || silent < ANNOUNCED_EVERY_MILLIS) {
    return
  }
  state.announcedVotes = votes
  announce(text('results.announced', { count: votes }))
}

// --- Start ----------------------------------------------------------------------------------------

page.search.addEventListener('input', showResult)
page.search.addEventListener('change', () => {
  const address = new URL(location.href)
  const query = page.search.value.trim()
  if (query === '') {
    address.searchParams.delete('q')
  } else {
    address.searchParams.set('q', query)
  }
  places.rename(address)
})
printSheets(() =>
  state.result && !isTurnout(state.result) && 'regions' in state.result ? state.result : undefined,
)
page.courseSpans.addEventListener('change', () => state.course.show())
page.more.addEventListener('click', () => {
  state.allShown = !state.allShown
  showResult()
})
setInterval(() => {
  if (!document.hidden) {
    showTime()
  }
}, 1000)

if (mayBeWall(location) && matchMedia(WALL).matches) {
  location.replace('/wall')
}
await loadTexts()
showLanguages()
go()
new Poller('/api/ballot', onElection, () => {}, ELECTION_INTERVAL_MILLIS).start()
