// The page to vote on.

import { element, namedElements, outsideText, setText } from '/dom.js'
import { counted, number } from '/format.js'
import { OwnVote } from '/own-vote.js'
import { Poller } from '/poller.js'
import { byName, matcher } from '/tally.js'

const FINDER_FROM = 8
const LATE_MILLIS = 20000
const TOTAL_TIMEOUT_MILLIS = 3000
const BALLOT_RETRY_MILLIS = 3000

const page = namedElements()
/** The region that the visitor comes from. It stands after the address's #, which no request carries. */
const parameters = new URLSearchParams(location.hash.slice(1))
const own = new OwnVote(show)

let ballot
let improvements = []
/** The form is open although there is a vote: to change it. */
let changing = false
/** Attempts to send that failed so far. */
let trouble = 0
/** The chosen improvement's total as last read; null if the results don't show it. */
let total
let watching
let recordedAt

// --- The ballot -----------------------------------------------------------------------------------

async function loadBallot() {
  for (;;) {
    try {
      const response = await fetch('/api/ballot', {
        cache: 'no-cache',
        signal: AbortSignal.timeout(10000),
      })
      if (response.ok) {
        const { regions, voting } = await response.json()
        page.notice.hidden = true
        if (voting?.identity === 'oidc') {
          page.notice.hidden = false
          setText(
            page.notice,
            'In this city one votes signed in, where the city offers it; not on this page.',
          )
          return
        }
        ballot = regions.toSorted((a, b) => byName(a.region, b.region))
        fillRegions()
        show()
        return
      }
    } catch {
      // Told below, and tried again.
    }
    page.notice.hidden = false
    setText(page.notice, "The ballot can't be read just now. Trying again.")
    await new Promise((resolve) => setTimeout(resolve, BALLOT_RETRY_MILLIS))
  }
}

function fillRegions() {
  page.region.replaceChildren(
    element('option', { value: '' }, 'Choose'),
    ...ballot.map(({ region }, i) => element('option', { value: i }, region)),
  )
  const wanted = own.stands ? own.choice.region : parameters.get('region')
  const known = ballot.length === 1 ? 0 : ballot.findIndex(({ region }) => region === wanted)
  page.region.value = known === -1 ? '' : known
  fillImprovements(own.stands ? own.choice.improvement : parameters.get('improvement'))
}

function fillImprovements(chosen) {
  improvements = page.region.value === '' ? [] : ballot[page.region.value].improvements
  page.find.value = ''
  page.finder.hidden = improvements.length < FINDER_FROM
  page.choices.hidden = improvements.length === 0
  page.improvements.replaceChildren(
    ...improvements.map(({ improvement, title }, i) => {
      const text = outsideText()
      text.textContent = title || improvement
      const radio = element('input', {
        type: 'radio',
        name: 'improvement',
        value: i,
        required: true,
      })
      radio.checked = improvement === chosen
      return element('li', {}, element('label', {}, radio, text))
    }),
  )
  filter()
  showChosen()
}

function filter() {
  const query = page.find.value.trim()
  const matches = matcher(query)
  let found = 0
  improvements.forEach(({ improvement, title }, i) => {
    const match = matches(title || improvement)
    page.improvements.children[i].hidden = !match
    found += match
  })
  setText(
    page.found,
    query === '' ? '' : `${number(found)} of ${counted(improvements.length, 'improvement')}`,
  )
}

function chosen() {
  const radio = page.improvements.querySelector(':checked')
  if (!radio) {
    return null
  }
  const { improvement, title } = improvements[radio.value]
  return { region: ballot[page.region.value].region, improvement, title: title || improvement }
}

function showChosen() {
  setText(page.chosen, chosen()?.title ?? '')
}

/** Whether nothing can be voted for; false until the ballot is read. */
const isClosed = () => ballot?.length === 0

// --- Voting ---------------------------------------------------------------------------------------

async function cast(choice) {
  total = undefined
  setText(page.formProblem, '')
  if (
    own.stands &&
    own.choice.region === choice.region &&
    own.choice.improvement === choice.improvement
  ) {
    keepIt()
    return
  }
  changing = false
  await sent(own.cast(choice, totalOf, onTrouble), 'Your vote is recorded.')
}

async function withdraw() {
  await sent(own.withdraw(totalOf, onTrouble), 'Your vote is withdrawn.')
}

async function sent(sending, done) {
  page.yoursTitle.focus()
  try {
    await sending
    recordedAt = performance.now()
    announce(done)
  } catch (error) {
    changing = own.stands
    setText(page.formProblem, `Not recorded. ${error.message}`)
  }
  trouble = 0
  show()
}

function onTrouble(attempts) {
  if (trouble === 0) {
    announce('No connection yet. Sending again until it arrives.')
  }
  trouble = attempts
  show()
}

// Of the whole city: with a region in the address, anyone on the way could log where a vote went.
const RESULTS = '/api/results'

/**
 * The total of a choice now; null if the results don't show it, or can't be read in time, which must not
 * keep anyone from voting.
 *
 * @throws TypeError without a connection: then nothing else would arrive, either
 */
async function totalOf(choice) {
  try {
    const response = await fetch(RESULTS, {
      cache: 'no-cache',
      signal: AbortSignal.timeout(TOTAL_TIMEOUT_MILLIS),
    })
    return response.ok ? totalIn(await response.json(), choice) : null
  } catch (error) {
    if (error.name === 'TimeoutError') {
      return null
    }
    throw error
  }
}

const totalIn = (results, { region, improvement }) =>
  results.regions
    .find((candidate) => candidate.region === region)
    ?.improvements.find((candidate) => candidate.improvement === improvement)?.votes ?? null

/** Watches the region's totals while the vote is recorded, or withdrawn, but not yet seen in them. */
function watch() {
  // What was not seen before can't be seen to change.
  const pending =
    (own.state === 'recorded' || own.state === 'withdrawn') &&
    !(own.before === null && total !== undefined)
  if (pending && !watching) {
    recordedAt ??= performance.now()
    watching = new Poller(
      RESULTS,
      ({ body }) => {
        total = totalIn(body, own.choice)
        const expected = own.state === 'recorded' ? own.before + 1 : own.before - 1
        const seen = own.state === 'recorded' ? total >= expected : total <= expected
        if (seen && own.before !== null && total !== null) {
          const cast = own.state === 'recorded'
          own.markCounted()
          announce(cast ? 'Your vote is counted.' : 'Your vote is no longer counted.')
        }
        show()
      },
      show,
    ).start()
  } else if (!pending && watching) {
    watching.stop()
    watching = undefined
  }
}

// --- What is shown --------------------------------------------------------------------------------

function show() {
  watch()
  const voted = own.state !== 'none'
  page.yours.hidden = !voted
  if (voted) {
    showYours()
  }
  const open = changing || !(own.stands || own.isSending)
  const closed = isClosed()
  page.form.hidden = !open || ballot === undefined || closed
  page.closed.hidden = !closed
  page.intro.hidden = closed
  setText(
    page.closed,
    own.stands ? 'Voting is closed. You can still withdraw your vote.' : 'Voting is closed.',
  )
  page.keep.hidden = !changing
  setText(page.cast, changing ? 'Change it to this' : 'Vote')
  if (!own.keeps) {
    page.notice.hidden = false
    setText(
      page.notice,
      'This browser keeps nothing when you leave: you can change or withdraw your vote only until then.',
    )
  }
}

function showYours() {
  const cast = own.state === 'sending' || own.stands
  setText(page.yoursTitle, cast ? 'Your vote' : 'The vote you withdrew')
  setText(page.yoursImprovement, own.choice.title)
  setText(page.yoursRegion, own.choice.region)
  page.yoursActions.hidden = own.isSending || changing
  page.change.hidden = !own.stands || isClosed()
  page.withdraw.hidden = !own.stands

  page.stepRecorded.dataset.state = own.isSending ? 'waiting' : 'done'
  if (own.isSending) {
    setText(page.recordedName, cast ? 'Sending' : 'Withdrawing')
    setText(
      page.recordedText,
      trouble === 0
        ? ''
        : `${counted(trouble, 'attempt')} without an answer. It is kept in this browser and sent again until it arrives; however often it is sent, it stays one vote.`,
    )
  } else {
    setText(page.recordedName, cast ? 'Recorded' : 'Withdrawn')
    setText(
      page.recordedText,
      cast ? "The city has it, and it won't be lost." : 'The city no longer has it.',
    )
  }

  const seen = own.state === 'counted' || own.state === 'discounted'
  page.stepCounted.dataset.state = seen
    ? 'done'
    : own.isSending || own.before === null
      ? ''
      : 'waiting'
  setText(page.countedName, countedName(cast, seen))
  setText(page.countedText, own.isSending ? '' : seen ? seenText(cast) : waitingText(cast))
}

function countedName(cast, seen) {
  if (seen) {
    return cast ? 'Counted' : 'No longer counted'
  }
  if (total === null && !own.isSending) {
    return 'Not shown'
  }
  return cast ? 'Not counted yet' : 'Still counted'
}

function seenText(cast) {
  if (own.before === null) {
    return 'It is part of the total.'
  }
  const direction = cast ? 'at least one above' : 'at least one below'
  return `The total was ${number(own.before)} before, and is ${direction} that now. Totals don't tell whose vote it was, so this is as much as anyone can see.`
}

function waitingText(cast) {
  if (total === null) {
    return "The results don't show this improvement, so this page can't see the count follow."
  }
  if (own.before === null && total !== undefined) {
    return `The total is ${number(total)}. It could not be read before you voted, so this page can't see the difference.`
  }
  if (performance.now() - recordedAt > LATE_MILLIS) {
    return cast
      ? "The total has not moved yet: the count is late, or someone else's vote was withdrawn at the same time. Yours is recorded and will be counted."
      : 'The total has not moved yet: the count is late, or someone else voted for it at the same time.'
  }
  return 'The total usually follows within a second or two.'
}

function announce(text) {
  setText(page.announcer, text)
}

// --- Start ----------------------------------------------------------------------------------------

function keepIt() {
  changing = false
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
  changing = true
  if (ballot) {
    fillRegions()
  }
  show()
  page.region.focus()
})
page.withdraw.addEventListener('click', withdraw)
page.keep.addEventListener('click', keepIt)

show()
loadBallot()
if (own.isSending) {
  sent(
    own.resume(totalOf, onTrouble),
    own.state === 'sending' ? 'Your vote is recorded.' : 'Your vote is withdrawn.',
  )
}
