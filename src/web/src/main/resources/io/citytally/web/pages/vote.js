// @ts-check
// The page to vote on.

/** @import { Choice } from './kept-vote.js' */
/** @import { Ballot, BallotRegion, CityResults } from './tally.js' */

import { element, namedElements, outsideText, setText } from './dom.js'
import { counted, number } from './format.js'
import { OwnVote } from './own-vote.js'
import { Poller } from './poller.js'
import { readTotal, RESULTS } from './results.js'
import { byName, matcher, totalIn } from './tally.js'

const FINDER_FROM = 8
const LATE_MILLIS = 20000
const BALLOT_TIMEOUT_MILLIS = 10000
const BALLOT_RETRY_MILLIS = 3000

const page = namedElements({
  announcer: HTMLElement,
  cast: HTMLButtonElement,
  change: HTMLButtonElement,
  choices: HTMLFieldSetElement,
  chosen: HTMLElement,
  closed: HTMLElement,
  countedName: HTMLElement,
  countedText: HTMLElement,
  find: HTMLInputElement,
  finder: HTMLElement,
  form: HTMLFormElement,
  formProblem: HTMLElement,
  found: HTMLElement,
  improvements: HTMLElement,
  intro: HTMLElement,
  keep: HTMLButtonElement,
  notice: HTMLElement,
  recordedName: HTMLElement,
  recordedText: HTMLElement,
  region: HTMLSelectElement,
  stepCounted: HTMLElement,
  stepRecorded: HTMLElement,
  withdraw: HTMLButtonElement,
  yours: HTMLElement,
  yoursActions: HTMLElement,
  yoursImprovement: HTMLElement,
  yoursRegion: HTMLElement,
  yoursTitle: HTMLElement,
})

/** The region that the visitor comes from. It stands after the address's #, which no request carries. */
const parameters = new URLSearchParams(location.hash.slice(1))
const own = new OwnVote(show)

/** What the page knows besides the vote itself. */
const state = {
  /** @type {BallotRegion[] | undefined} by name; undefined until it is read */
  ballot: undefined,
  /** @type {BallotRegion['improvements']} those of the region that is chosen in the form */
  improvements: [],
  /** The form is open although there is a vote: to change it. */
  changing: false,
  /** The attempts to send that failed so far. */
  trouble: 0,
  /** @type {number | null | undefined} the total as last read; null if the results don't show it */
  total: undefined,
  /** @type {Poller<CityResults> | undefined} what watches the total */
  watching: undefined,
  /** @type {number | undefined} when the server said that it has the vote, by the page's clock */
  recordedAt: undefined,
}

// --- The ballot -----------------------------------------------------------------------------------

async function loadBallot() {
  for (;;) {
    try {
      const response = await fetch('/api/ballot', {
        cache: 'no-cache',
        signal: AbortSignal.timeout(BALLOT_TIMEOUT_MILLIS),
      })
      if (response.ok) {
        showBallot(await response.json())
        return
      }
    } catch {
      // The notice tells it, and the page tries again.
    }
    page.notice.hidden = false
    setText(page.notice, "The ballot can't be read just now. Trying again.")
    await new Promise((resolve) => setTimeout(resolve, BALLOT_RETRY_MILLIS))
  }
}

/** @param {Ballot} ballot */
function showBallot({ regions, voting }) {
  page.notice.hidden = true
  if (voting?.identity === 'oidc') {
    page.notice.hidden = false
    setText(
      page.notice,
      'In this city one votes signed in, where the city offers it; not on this page.',
    )
    return
  }
  state.ballot = regions.toSorted((a, b) => byName(a.region, b.region))
  fillRegions(state.ballot)
  show()
}

/** @param {BallotRegion[]} ballot */
function fillRegions(ballot) {
  page.region.replaceChildren(
    element('option', { value: '' }, 'Choose'),
    ...ballot.map(({ region }, i) => element('option', { value: i }, region)),
  )
  const wanted = own.standing ? own.standing.region : parameters.get('region')
  const known = ballot.length === 1 ? 0 : ballot.findIndex(({ region }) => region === wanted)
  page.region.value = known === -1 ? '' : String(known)
  fillImprovements(own.standing ? own.standing.improvement : parameters.get('improvement'))
}

/** The region that is chosen in the form. */
function chosenRegion() {
  return page.region.value === '' ? undefined : state.ballot?.[Number(page.region.value)]
}

/** @param {string | null} wanted the improvement to choose */
function fillImprovements(wanted) {
  state.improvements = chosenRegion()?.improvements ?? []
  page.find.value = ''
  page.finder.hidden = state.improvements.length < FINDER_FROM
  page.choices.hidden = state.improvements.length === 0
  page.improvements.replaceChildren(
    ...state.improvements.map(({ improvement, title }, i) => {
      const text = outsideText(title || improvement)
      const radio = element('input', {
        type: 'radio',
        name: 'improvement',
        value: i,
        required: true,
      })
      radio.checked = improvement === wanted
      return element('li', {}, element('label', {}, radio, text))
    }),
  )
  filter()
  showChosen()
}

function filter() {
  const query = page.find.value.trim()
  const matches = matcher(query)
  const found = state.improvements.map(({ improvement, title }) => matches(title || improvement))
  for (const [i, item] of [...page.improvements.children].entries()) {
    item.toggleAttribute('hidden', !found[i])
  }
  const all = counted(found.length, 'improvement')
  setText(page.found, query === '' ? '' : `${number(found.filter(Boolean).length)} of ${all}`)
}

/** @returns {Choice | null} the choice that is made in the form */
function chosen() {
  /** @type {HTMLInputElement | null} */
  const radio = page.improvements.querySelector('input:checked')
  const region = chosenRegion()?.region
  const entry = radio ? state.improvements[Number(radio.value)] : undefined
  if (region === undefined || !entry) {
    return null
  }
  return { region, improvement: entry.improvement, title: entry.title || entry.improvement }
}

function showChosen() {
  setText(page.chosen, chosen()?.title ?? '')
}

/** Whether nothing can be voted for; false until the ballot is read. */
const isClosed = () => state.ballot?.length === 0

// --- Voting ---------------------------------------------------------------------------------------

/** @param {Choice} choice */
async function cast(choice) {
  state.total = undefined
  setText(page.formProblem, '')
  const { standing } = own
  if (standing?.region === choice.region && standing.improvement === choice.improvement) {
    keepIt()
    return
  }
  state.changing = false
  await sent(own.cast(choice, readTotal, onTrouble), 'Your vote is recorded.')
}

async function withdraw() {
  await sent(own.withdraw(readTotal, onTrouble), 'Your vote is withdrawn.')
}

/**
 * @param {Promise<void>} sending
 * @param {string} done what to announce then
 */
async function sent(sending, done) {
  page.yoursTitle.focus()
  try {
    await sending
    state.recordedAt = performance.now()
    announce(done)
  } catch (error) {
    state.changing = own.standing !== null
    setText(page.formProblem, `Not recorded. ${error instanceof Error ? error.message : ''}`)
  }
  state.trouble = 0
  show()
}

/** @param {number} attempts */
function onTrouble(attempts) {
  if (state.trouble === 0) {
    announce('No connection yet. Sending again until it arrives.')
  }
  state.trouble = attempts
  show()
}

/** Watches the city's totals while the vote is recorded, or withdrawn, but not yet seen in them. */
function watch() {
  // What was not seen before can't be seen to change.
  const pending =
    (own.state === 'recorded' || own.state === 'withdrawn') &&
    !(own.before === null && state.total !== undefined)
  if (pending && !state.watching) {
    state.recordedAt ??= performance.now()
    state.watching = new Poller(RESULTS, onResults, show).start()
  } else if (!pending && state.watching) {
    state.watching.stop()
    state.watching = undefined
  }
}

/** @param {import('./poller.js').Answer<CityResults>} answer */
function onResults({ body }) {
  const { choice } = own
  if (choice) {
    const total = totalIn(body, choice)
    state.total = total
    const cast = own.state === 'recorded'
    if (own.see(total)) {
      announce(cast ? 'Your vote is counted.' : 'Your vote is no longer counted.')
    }
  }
  show()
}

// --- What is shown --------------------------------------------------------------------------------

function show() {
  watch()
  const { choice, standing } = own
  page.yours.hidden = choice === null
  if (choice) {
    showYours(choice)
  }
  const open = state.changing || !(standing || own.isSending)
  const closed = isClosed()
  page.form.hidden = !open || state.ballot === undefined || closed
  page.closed.hidden = !closed
  page.intro.hidden = closed
  setText(
    page.closed,
    standing ? 'Voting is closed. You can still withdraw your vote.' : 'Voting is closed.',
  )
  page.keep.hidden = !state.changing
  setText(page.cast, state.changing ? 'Change it to this' : 'Vote')
  if (!own.keeps) {
    page.notice.hidden = false
    setText(
      page.notice,
      'This browser keeps nothing when you leave: you can change or withdraw your vote only until then.',
    )
  }
}

/** @param {Choice} choice */
function showYours({ title, region }) {
  const stands = own.standing !== null
  const cast = own.state === 'sending' || stands
  setText(page.yoursTitle, cast ? 'Your vote' : 'The vote you withdrew')
  setText(page.yoursImprovement, title)
  setText(page.yoursRegion, region)
  page.yoursActions.hidden = own.isSending || state.changing
  page.change.hidden = !stands || isClosed()
  page.withdraw.hidden = !stands

  page.stepRecorded.dataset.state = own.isSending ? 'waiting' : 'done'
  if (own.isSending) {
    setText(page.recordedName, cast ? 'Sending' : 'Withdrawing')
    setText(page.recordedText, troubleText())
  } else {
    setText(page.recordedName, cast ? 'Recorded' : 'Withdrawn')
    setText(
      page.recordedText,
      cast ? "The city has it, and it won't be lost." : 'The city no longer has it.',
    )
  }

  const seen = own.state === 'counted' || own.state === 'discounted'
  page.stepCounted.dataset.state = countedState(seen)
  setText(page.countedName, countedName(cast, seen))
  setText(page.countedText, own.isSending ? '' : seen ? seenText(cast) : waitingText(cast))
}

function troubleText() {
  return state.trouble === 0
    ? ''
    : `${counted(state.trouble, 'attempt')} without an answer. It is kept in this browser and sent again until it arrives; however often it is sent, it stays one vote.`
}

/** @param {boolean} seen */
function countedState(seen) {
  if (seen) {
    return 'done'
  }
  return own.isSending || own.before === null ? '' : 'waiting'
}

/**
 * @param {boolean} cast
 * @param {boolean} seen
 */
function countedName(cast, seen) {
  if (seen) {
    return cast ? 'Counted' : 'No longer counted'
  }
  if (state.total === null && !own.isSending) {
    return 'Not shown'
  }
  return cast ? 'Not counted yet' : 'Still counted'
}

/** @param {boolean} cast */
function seenText(cast) {
  if (typeof own.before !== 'number') {
    return 'It is part of the total.'
  }
  const direction = cast ? 'at least one above' : 'at least one below'
  return `The total was ${number(own.before)} before, and is ${direction} that now. Totals don't tell whose vote it was, so this is as much as anyone can see.`
}

/** @param {boolean} cast */
function waitingText(cast) {
  if (state.total === null) {
    return "The results don't show this improvement, so this page can't see the count follow."
  }
  if (own.before === null && state.total !== undefined) {
    return `The total is ${number(state.total)}. It could not be read before you voted, so this page can't see the difference.`
  }
  if (state.recordedAt !== undefined && performance.now() - state.recordedAt > LATE_MILLIS) {
    return cast
      ? "The total has not moved yet: the count is late, or someone else's vote was withdrawn at the same time. Yours is recorded and will be counted."
      : 'The total has not moved yet: the count is late, or someone else voted for it at the same time.'
  }
  return 'The total usually follows within a second or two.'
}

/** @param {string} text */
function announce(text) {
  setText(page.announcer, text)
}

// --- Start ----------------------------------------------------------------------------------------

function keepIt() {
  state.changing = false
  setText(page.formProblem, '')
  show()
  page.change.focus()
}

page.region.addEventListener('change', () => fillImprovements(null))
page.find.addEventListener('input', filter)
page.find.addEventListener('keydown', (event) => {
  // Enter looks for something; it does not vote.
  if (event.key === 'Enter') {
    event.preventDefault()
  }
})
page.improvements.addEventListener('change', showChosen)
page.form.addEventListener('submit', (event) => {
  event.preventDefault()
  const choice = chosen()
  if (choice) {
    cast(choice)
  }
})
page.change.addEventListener('click', () => {
  state.changing = true
  if (state.ballot) {
    fillRegions(state.ballot)
  }
  show()
  page.region.focus()
})
page.withdraw.addEventListener('click', withdraw)
page.keep.addEventListener('click', keepIt)

show()
loadBallot()
if (own.isSending) {
  const done = own.state === 'sending' ? 'Your vote is recorded.' : 'Your vote is withdrawn.'
  sent(own.resume(readTotal, onTrouble), done)
}
