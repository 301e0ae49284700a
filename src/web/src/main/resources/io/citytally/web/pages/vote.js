// @ts-check
// The page to vote on.

/** @import { View } from './ballot-card.js' */
/** @import { Ballot, KeptBallot } from './kept-ballot.js' */
/** @import { Phase } from './opening.js' */
/** @import { Voter } from './own-ballots.js' */
/** @import { Ballot as CityBallot, CityResults, CityTurnout, Issuer } from './tally.js' */

import { createCard, updateCard } from './ballot-card.js'
import { steps } from './ballot-text.js'
import { ChoiceForm } from './choice-form.js'
import { showCity, showTest } from './city.js'
import { namedElements, reconcile, setText } from './dom.js'
import { dropDraft, keepDraft, readDraft } from './draft.js'
import { list } from './format.js'
import * as kept from './kept-ballot.js'
import { offerLanguages, showLanguages } from './language-choice.js'
import { isTest, opening, phaseAt } from './opening.js'
import { OwnBallots } from './own-ballots.js'
import { Poller, RefusedError } from './poller.js'
import { readResults, RESULTS } from './results.js'
import { SignIn } from './sign-in.js'
import { isTurnout } from './tally.js'
import { isolated, loadTexts, text } from './text.js'
import { addTitles, hasTitle, improvementTitle, regionTitle, setRegionTitles } from './titles.js'
import { citizenVoter, deviceVoter, forgetDevice } from './voter.js'

const LATE_MILLIS = 20000
const BALLOT_TIMEOUT_MILLIS = 10000
const BALLOT_RETRY_MILLIS = 3000
const LAST_CALL_MILLIS = 60000

const page = namedElements({
  account: HTMLElement,
  announcer: HTMLElement,
  another: HTMLButtonElement,
  anyone: HTMLElement,
  ballots: HTMLElement,
  ballotsSection: HTMLElement,
  ballotsTitle: HTMLElement,
  cast: HTMLButtonElement,
  closed: HTMLElement,
  citizen: HTMLElement,
  device: HTMLElement,
  forget: HTMLButtonElement,
  form: HTMLFormElement,
  formProblem: HTMLElement,
  keep: HTMLButtonElement,
  notice: HTMLElement,
  opening: HTMLElement,
  signIn: HTMLButtonElement,
  signOut: HTMLButtonElement,
  signingIn: HTMLElement,
  signingInText: HTMLElement,
  test: HTMLElement,
  title: HTMLElement,
})

const form = new ChoiceForm(onChoice, () => state.voter?.id ?? '')

const state = {
  /** @type {CityBallot | undefined} undefined until it is read */
  ballot: undefined,
  /** What to add to this machine's clock to have the server's. */
  skewMillis: 0,
  /** @type {Phase} */
  phase: 'open',
  /** Whether votes are a test. */
  test: false,
  /** @type {SignIn | undefined} undefined in open voting */
  signIn: undefined,
  /** @type {Voter | undefined} undefined while nobody has signed in */
  voter: undefined,
  /** @type {OwnBallots | undefined} */
  own: undefined,
  /** The form is open, also next to ballots. */
  choosing: false,
  /** The citizen has opened or used the form. From then on it does not follow the page's address. */
  used: false,
  /** @type {string | undefined} the region whose citizen is asked about withdrawing */
  asking: undefined,
  /** The attempts to send that failed so far. */
  trouble: 0,
  /** @type {Poller<CityResults | CityTurnout> | undefined} what watches the totals */
  watching: undefined,
  /** @type {Map<string, number>} when the server said that it has a region's ballot, by the page's clock */
  recordedAt: new Map(),
  /** What happened that the citizen should know; empty for nothing. */
  notice: '',
  /** @type {string} the sentence about time that was announced last */
  announced: '',
}

const now = () => Date.now() + state.skewMillis

// --- The ballot -----------------------------------------------------------------------------------

async function readBallot() {
  for (;;) {
    try {
      const response = await fetch('/api/ballot', {
        cache: 'no-cache',
        signal: AbortSignal.timeout(BALLOT_TIMEOUT_MILLIS),
      })
      if (response.ok) {
        const serverMillis = Date.parse(response.headers.get('Citytally-As-Of') ?? '')
        state.skewMillis = Number.isNaN(serverMillis) ? 0 : serverMillis - Date.now()
        return /** @type {Promise<CityBallot>} */ (response.json())
      }
    } catch {
      // The notice tells it, and the page tries again.
    }
    tell(text('vote.unreadable'))
    await new Promise((resolve) => setTimeout(resolve, BALLOT_RETRY_MILLIS))
  }
}

/** @param {CityBallot} ballot */
function takeBallot(ballot) {
  const { election, voting, regions, ordered = false } = ballot
  state.ballot = ballot
  state.phase = phaseAt(election, now())
  state.test = isTest(election, now())
  state.notice = ''
  showCity(election)
  offerLanguages(election.languages ?? [])
  showTest(page.test, election)
  setText(page.title, election.name || text('nav.vote'))
  document.title = `${text('nav.vote')} · ${election.city || 'Citytally'}`
  page.anyone.hidden = voting.identity !== 'open'
  setRegionTitles(regions)
  addTitles(regions)
  form.setBallot(regions, ordered, voting.votePer, (region) => {
    const seen = state.own?.of(region)?.seen
    return seen?.region === region ? seen : null
  })
}

/** @param {Ballot | null} ballot */
const titlesOf = (ballot) =>
  (ballot?.improvements ?? []).map((each) => improvementTitle(ballot?.region ?? '', each))

/** The titles of what has left the ballot stand in the results. */
async function lookUpTitles() {
  const isUnknown = (/** @type {KeptBallot} */ { wanted: { region, improvements } }) =>
    improvements.some((each) => !hasTitle(region, each))
  if (!areTotalsHidden() && state.own?.all.some(isUnknown)) {
    const results = await readResults().catch(() => null)
    if (results && !isTurnout(results)) {
      addTitles(results.regions)
    }
  }
}

/** Whether the results show no totals yet. */
const areTotalsHidden = () =>
  state.ballot?.election.results === 'turnout' && state.phase !== 'closed'

// --- Who votes ------------------------------------------------------------------------------------

/** @param {Issuer} issuer */
async function meetCitizen(issuer) {
  const oauth = await import('./oauth4webapi/build/index.js')
  const signIn = new SignIn(
    oauth,
    issuer,
    location.origin + location.pathname,
    () => sessionStorage,
  )
  state.signIn = signIn
  const address = new URL(location.href)
  if (address.search !== '') {
    // The code must not stay in the address, nor in the history.
    history.replaceState(null, '', location.pathname + location.hash)
  }
  try {
    const hash = await signIn.finish(address)
    if (hash !== null) {
      history.replaceState(null, '', location.pathname + hash)
    }
  } catch (error) {
    tell(text('sign-in.failed', { reason: reasonOf(error) }))
  }
  if (signIn.citizen) {
    welcome(citizenVoter(signIn, () => sessionStorage))
    setTimeout(show, Math.min(signIn.citizen.expiresAt - Date.now(), 2 ** 31 - 1))
  }
}

/** @param {Voter} voter */
function welcome(voter) {
  state.voter = voter
  state.own = new OwnBallots(voter, state.ballot?.voting.votePer ?? 'region', show)
}

/** Goes on where the page was left, here or on another device. */
async function goOn() {
  const { own, signIn } = state
  // What was chosen here stands at once; an answer of the server may change it.
  fillForm()
  show()
  if (!own || signIn?.hasExpired) {
    return
  }
  for (const ballot of own.all.filter(kept.isSending)) {
    sent(ballot.wanted, own.resume(ballot, readResults, onTrouble))
  }
  try {
    await own.load(onTrouble)
  } catch (error) {
    tellRefusal(error)
  }
  state.trouble = 0
  await lookUpTitles()
  fillForm()
  show()
}

/**
 * Fills the form from the draft, or else from the part of the address after #, which is sent in no request. It
 * names the region that the visitor comes from. A form that is in use keeps its region and what was chosen.
 */
function fillForm() {
  const { own } = state
  const draft = draftToShow()
  const wanted = new URLSearchParams(location.hash.slice(1))
  const improvement = state.used ? null : wanted.get('improvement')
  const region = state.used
    ? (form.chosen?.region ?? null)
    : (draft?.region ?? wanted.get('region'))
  const seen = region === null ? null : own?.of(region)?.seen
  state.choosing ||= draft !== null
  form.update(
    region,
    (draft?.region === region ? draft?.improvements : undefined) ??
      (seen?.region === region ? seen?.improvements : undefined) ??
      (improvement === null ? [] : [improvement]),
  )
}

/** Returns the draft. A form that was not used follows a region in the address rather than an empty draft. */
function draftToShow() {
  const draft = state.voter ? readDraft(state.voter) : null
  const comesFrom = new URLSearchParams(location.hash.slice(1)).has('region')
  return draft && kept.isEmpty(draft) && comesFrom && !state.used ? null : draft
}

async function signIn() {
  try {
    page.signIn.disabled = true
    location.assign((await state.signIn?.begin(location.hash)) ?? '')
  } catch {
    page.signIn.disabled = false
    tell(text('sign-in.unreachable'))
  }
}

/** Whether nothing is on its way, or the voter gives it up. */
function givesUpSending() {
  return !state.own?.isSending || confirm(text('vote.give-up-sending'))
}

async function signOut() {
  const { own, voter, signIn } = state
  if (!givesUpSending()) {
    return
  }
  own?.forget()
  if (voter) {
    keepDraft(voter, null)
  }
  state.own = undefined
  state.voter = undefined
  state.choosing = false
  form.forgetOrder()
  form.show(null, [])
  try {
    const address = await signIn?.end()
    if (address) {
      location.assign(address)
      return
    }
    tell(text('sign-in.ended'))
  } catch {
    tell(text('sign-in.ended-here'))
  }
}

function forget() {
  const { own, voter } = state
  if (!givesUpSending()) {
    return
  }
  own?.forget()
  if (voter) {
    keepDraft(voter, null)
  }
  forgetDevice(() => localStorage)
  form.forgetSeed()
  form.forgetOrder()
  welcome(deviceVoter(() => localStorage))
  state.choosing = false
  form.show(null, [])
  tell(text('device.forgotten'))
  page.notice.focus()
}

// --- Voting ---------------------------------------------------------------------------------------

function onChoice() {
  setText(page.formProblem, '')
  state.used = true
  if (state.voter) {
    keepDraft(state.voter, form.chosen)
  }
  showForm()
}

/** @param {Ballot} wanted */
async function cast(wanted) {
  const { own, voter } = state
  if (!own || !voter) {
    return
  }
  if (kept.isEmpty(wanted)) {
    setText(
      page.formProblem,
      text(own.of(wanted.region)?.seen ? 'form.choose-some-or-withdraw' : 'form.choose-some'),
    )
    return
  }
  if (form.chosen?.region === wanted.region) {
    state.choosing = false
  }
  state.notice = ''
  dropDraft(voter, wanted.region)
  await sent(wanted, own.cast(wanted, readResults, onTrouble))
}

/** @param {string} region */
async function withdraw(region) {
  state.asking = undefined
  const wanted = { region, improvements: [] }
  const { own, voter } = state
  if (own && voter) {
    dropDraft(voter, region)
    if (form.chosen?.region === region) {
      form.show(null, [])
    }
    await sent(wanted, own.cast(wanted, readResults, onTrouble))
  }
}

/**
 * @param {Ballot} wanted
 * @param {Promise<boolean>} sending
 */
async function sent(wanted, sending) {
  const { own } = state
  show()
  page.ballotsTitle.focus()
  try {
    const recorded = await sending
    if (state.own === own) {
      onRecorded(wanted, recorded)
    }
  } catch (error) {
    // What was forgotten on the way must not be shown to the next citizen.
    if (state.own === own) {
      onRefusal(wanted, error)
    }
  }
  state.trouble = 0
  show()
}

/**
 * @param {Ballot} wanted
 * @param {boolean} recorded
 */
function onRecorded(wanted, recorded) {
  state.recordedAt.set(wanted.region, performance.now())
  if (!recorded) {
    announce(text('vote.contested'))
  } else {
    announce(text(kept.isEmpty(wanted) ? 'vote.withdrawn' : 'vote.recorded'))
  }
}

/**
 * @param {Ballot} wanted
 * @param {unknown} error
 */
function onRefusal(wanted, error) {
  if (mustSignIn(error)) {
    return
  }
  tell(text('vote.refused', { reason: reasonOf(error) }))
  if (!kept.isEmpty(wanted) && state.phase === 'open' && !isChoosingOutside(wanted.region)) {
    state.choosing = true
    state.used = true
    form.show(wanted.region, wanted.improvements)
    if (state.voter) {
      keepDraft(state.voter, wanted)
    }
  }
}

/**
 * Whether the citizen has chosen something in another region that is not sent yet.
 *
 * @param {string} region
 */
function isChoosingOutside(region) {
  const draft = state.voter ? readDraft(state.voter) : null
  return state.choosing && draft !== null && draft.region !== region && !kept.isEmpty(draft)
}

/**
 * Whether the server refuses for want of a sign-in; then the page asks for it.
 *
 * @param {unknown} error
 */
function mustSignIn(error) {
  const wanted = error instanceof RefusedError && error.status === 401
  if (wanted) {
    state.signIn?.expire()
  }
  return wanted
}

/** @param {unknown} error */
function tellRefusal(error) {
  if (!mustSignIn(error)) {
    tell(text('vote.own-unreadable', { reason: reasonOf(error) }))
  }
}

/** @param {number} attempts */
function onTrouble(attempts) {
  if (state.trouble === 0) {
    announce(text('vote.trouble'))
  }
  state.trouble = attempts
  show()
}

/** Watches the city's totals while a ballot is recorded but not yet seen in them. */
function watch() {
  const pending = state.own?.isAwaited === true && !areTotalsHidden()
  if (pending && !state.watching) {
    state.watching = new Poller(RESULTS, onResults, show).start()
  } else if (!pending && state.watching) {
    state.watching.stop()
    state.watching = undefined
  }
}

/** @param {import('./poller.js').Answer<CityResults | CityTurnout>} answer */
function onResults({ body }) {
  for (const { wanted } of state.own?.see(body) ?? []) {
    announce(text(kept.isEmpty(wanted) ? 'vote.no-longer-counted' : 'vote.counted'))
  }
  show()
}

// --- Time -----------------------------------------------------------------------------------------

async function onTick() {
  const { ballot } = state
  if (!ballot) {
    return
  }
  const { election } = ballot
  const phase = phaseAt(election, now())
  const test = isTest(election, now())
  if (phase !== state.phase || test !== state.test) {
    state.test = test
    await onPhase(phase)
  }
  const when = opening(election, now())
  setText(page.opening, when)
  page.opening.hidden = when === ''
  const left = Date.parse(election.closesAt ?? '') - now()
  if (phase === 'open' && left <= LAST_CALL_MILLIS && state.announced !== 'last-call') {
    state.announced = 'last-call'
    announce(text('vote.last-call'))
  }
}

/** @param {Phase} phase */
async function onPhase(phase) {
  state.phase = phase
  state.asking = undefined
  if (phase === 'closed') {
    const unsent = state.choosing || !state.own?.all.length ? form.chosen : null
    const former = unsent && (state.own?.of(unsent.region)?.seen ?? null)
    const lost = unsent && !kept.isEmpty(unsent) && !kept.isSame(unsent, former)
    state.choosing = false
    tell(
      lost
        ? text('vote.closed-unsent', { titles: list(titlesOf(unsent).map(isolated)) })
        : text('vote.closed-now'),
    )
  } else {
    announce(text('vote.open-now'))
  }
  show()
  // The election may have been moved, and its results may be shown now.
  const { notice } = state
  takeBallot(await readBallot())
  state.notice ||= notice
  fillForm()
  show()
}

// --- What is shown --------------------------------------------------------------------------------

function show() {
  watch()
  showClosed()
  showSigningIn()
  showBallots()
  showForm()
  const { own, notice, signIn } = state
  const forgetful = own && !own.keeps
  const said = notice || (forgetful && !signIn ? text('vote.forgetful') : '')
  page.notice.hidden = said === ''
  setText(page.notice, said)
  page.device.hidden = state.ballot?.voting.identity !== 'open' || !own?.all.length
}

/** Says why there is nothing to vote for, unless the times say it. */
function showClosed() {
  const { ballot, phase, own } = state
  const standing = own?.all.some(kept.stands)
  let said = ''
  if (phase === 'open' && ballot?.regions.length === 0) {
    said = text(standing ? 'vote.closed-withdraw' : 'vote.closed')
  } else if (phase === 'before' && ballot?.election.opensAt === undefined) {
    said = text('vote.not-open-yet')
  } else if (phase === 'closed' && ballot?.election.closesAt === undefined) {
    said = text('vote.closed')
  }
  page.closed.hidden = said === ''
  setText(page.closed, said)
}

function showSigningIn() {
  const { ballot, own, signIn } = state
  const citizen = signIn?.citizen ?? null
  page.account.hidden = citizen === null
  setText(page.citizen, citizen?.name || text('sign-in.signed-in'))
  const needed = ballot?.voting.identity === 'oidc' && (citizen === null || signIn?.hasExpired)
  page.signingIn.hidden = !needed || signIn === undefined
  setText(page.signIn, text(citizen === null ? 'sign-in.begin' : 'sign-in.again'))
  setText(
    page.signingInText,
    citizen === null
      ? text('sign-in.needed')
      : text(own?.isSending ? 'sign-in.expired-sending' : 'sign-in.expired'),
  )
}

function showBallots() {
  const all = state.own?.all ?? []
  page.ballotsSection.hidden = all.length === 0
  reconcile(page.ballots, all.map(viewOf), ({ region }) => region, newCard, updateCard)
  const isOneOnly =
    state.ballot?.voting.votePer === 'city' || (state.ballot?.regions.length ?? 0) < 2
  page.another.hidden =
    state.choosing || isOneOnly || state.phase !== 'open' || state.signIn?.hasExpired === true
}

/**
 * @param {KeptBallot} ballot
 * @returns {View}
 */
function viewOf(ballot) {
  const { region } = ballot.wanted
  const recordedAt = state.recordedAt.get(region) ?? performance.now()
  const canVote = state.phase === 'open' && !state.signIn?.hasExpired && !kept.isSending(ballot)
  return {
    region,
    title: regionTitle(region),
    chosen: titlesOf(ballot.wanted),
    other: ballot.state === 'contested' ? titlesOf(ballot.seen) : null,
    steps: steps(ballot, {
      trouble: state.trouble,
      late: performance.now() - recordedAt > LATE_MILLIS,
      hidden: areTotalsHidden(),
    }),
    canChange:
      canVote && kept.stands(ballot) && !state.choosing && state.ballot?.regions.length !== 0,
    canWithdraw: canVote && kept.stands(ballot),
    asking: state.asking === region,
  }
}

/** @param {View} view */
const newCard = (view) =>
  createCard(view, {
    change: choose,
    ask: (region) => {
      state.asking = region
      show()
    },
    withdraw,
    keep: () => {
      state.asking = undefined
      show()
      page.ballotsTitle.focus()
    },
    takeMine: (region) => {
      const wanted = state.own?.of(region)?.wanted
      if (wanted && kept.isEmpty(wanted)) {
        withdraw(region)
      } else if (wanted) {
        cast(wanted)
      }
    },
    takeOther: (region) => {
      const ballot = state.own?.of(region)
      if (ballot) {
        state.own?.giveUp(ballot)
        page.ballotsTitle.focus()
      }
    },
  })

function showForm() {
  const { ballot, own, phase, choosing } = state
  const standing = own?.all.some((each) => !kept.isEmpty(each.wanted)) ?? false
  const open = choosing || !standing
  const canVote = phase === 'open' && own !== undefined && ballot !== undefined
  page.form.hidden = !open || !canVote || ballot.regions.length === 0
  page.keep.hidden = !choosing || !standing
  const chosen = form.chosen
  const changes = chosen && own?.of(chosen.region)?.seen
  setText(page.cast, text(changes ? 'form.change' : 'form.vote'))
}

/** @param {string} region */
function choose(region) {
  state.choosing = true
  state.used = true
  state.notice = ''
  const seen = state.own?.of(region)?.seen
  form.show(region, seen?.region === region ? seen.improvements : [])
  show()
  form.focus()
}

/** @param {string} said */
function tell(said) {
  state.notice = said
  announce(said)
  show()
}

/** @param {string} said */
function announce(said) {
  setText(page.announcer, said)
}

/** @param {unknown} error */
const reasonOf = (error) => (error instanceof Error ? error.message : '')

// --- Start ----------------------------------------------------------------------------------------

page.form.addEventListener('submit', (event) => {
  event.preventDefault()
  const { chosen } = form
  if (chosen) {
    cast(chosen)
  }
})
page.another.addEventListener('click', () => {
  state.choosing = true
  state.used = true
  form.show(null, [])
  show()
  form.focus()
})
page.keep.addEventListener('click', () => {
  state.choosing = false
  if (state.voter) {
    keepDraft(state.voter, null)
  }
  setText(page.formProblem, '')
  show()
  page.ballotsTitle.focus()
})
page.signIn.addEventListener('click', signIn)
page.signOut.addEventListener('click', signOut)
page.forget.addEventListener('click', forget)

async function start() {
  await loadTexts()
  showLanguages()
  const ballot = await readBallot()
  takeBallot(ballot)
  const { voting } = ballot
  if (voting.identity === 'oidc') {
    await meetCitizen(voting)
  } else {
    welcome(deviceVoter(() => localStorage))
  }
  await onTick()
  setInterval(onTick, 1000)
  await goOn()
}

start()
