// @ts-check
// What the page says of a ballot, and of choosing.

/** @import { KeptBallot } from './kept-ballot.js' */

import { counted, number } from './format.js'
import { isEmpty, isSending, visibleMoves } from './kept-ballot.js'

/**
 * What the page knows of a ballot besides the ballot itself.
 *
 * @typedef {object} Circumstances
 * @property {number} trouble the attempts to send that failed so far
 * @property {boolean} late whether the totals should have followed by now
 * @property {boolean} hidden whether the results don't show totals until voting closes
 */

/** @typedef {{ name: string, text: string, state: 'done' | 'waiting' | '' }} Step */

/**
 * Says how far a ballot has come.
 *
 * @param {KeptBallot} ballot
 * @param {Circumstances} circumstances
 * @returns {Step[]}
 */
export function steps(ballot, circumstances) {
  const cast = !isEmpty(ballot.wanted)
  return [recordedStep(ballot, cast, circumstances), countedStep(ballot, cast, circumstances)]
}

/**
 * @param {KeptBallot} ballot
 * @param {boolean} cast
 * @param {Circumstances} circumstances
 * @returns {Step}
 */
function recordedStep(ballot, cast, { trouble }) {
  if (isSending(ballot)) {
    const text =
      trouble === 0
        ? ''
        : `${counted(trouble, 'attempt')} without an answer. It is kept in this browser and sent again until it arrives; however often it is sent, it stays one ballot.`
    return { name: cast ? 'Sending' : 'Withdrawing', text, state: 'waiting' }
  }
  return cast
    ? { name: 'Recorded', text: "The city has it, and it won't be lost.", state: 'done' }
    : { name: 'Withdrawn', text: 'The city no longer has it.', state: 'done' }
}

/**
 * @param {KeptBallot} ballot
 * @param {boolean} cast
 * @param {Circumstances} circumstances
 * @returns {Step}
 */
function countedStep(ballot, cast, { late, hidden }) {
  if (hidden) {
    const text = 'The results show only how many have voted until voting closes.'
    return { name: 'Totals are hidden', text, state: '' }
  }
  if (isSending(ballot)) {
    return { name: cast ? 'Not counted yet' : 'Still counted', text: '', state: '' }
  }
  if (ballot.state === 'counted') {
    return {
      name: cast ? 'Counted' : 'No longer counted',
      text: countedText(ballot),
      state: 'done',
    }
  }
  if (visibleMoves(ballot).length === 0) {
    const text =
      "The totals could not be read before you voted, so this page can't see the difference."
    return { name: 'Not shown', text, state: '' }
  }
  return {
    name: cast ? 'Not counted yet' : 'Still counted',
    text: late
      ? 'The totals have not moved yet: the count is late, or others changed their votes at the same time. Yours is recorded and will be counted.'
      : 'The totals usually follow within a second or two.',
    state: 'waiting',
  }
}

/** @param {KeptBallot} ballot */
function countedText(ballot) {
  const moves = visibleMoves(ballot)
  const [first] = moves
  if (!first) {
    return 'It is part of the totals.'
  }
  const limits = "Totals don't tell whose vote it was, so this is as much as anyone can see."
  if (moves.length === 1) {
    const direction = first.by === 1 ? 'above' : 'below'
    return `The total was ${number(first.before ?? 0)} before, and has been at least one ${direction} that since. ${limits}`
  }
  return `Each of the ${number(moves.length)} totals has moved by at least one since. ${limits}`
}

/**
 * Says how many are chosen of those that may be, and that there can be no more.
 *
 * @param {number} chosen
 * @param {number} atMost
 */
export function chosenText(chosen, atMost) {
  if (atMost === 1) {
    return chosen === 0 ? 'Choose one.' : ''
  }
  const text = `${number(chosen)} of ${number(atMost)} chosen.`
  return chosen < atMost
    ? text
    : `${text} That is all you can choose here. To choose another, first remove one.`
}

/**
 * Says what a citizen has in a region.
 *
 * @param {'city' | 'region'} votePer
 * @param {number} atMost
 */
export function rule(votePer, atMost) {
  if (votePer === 'city') {
    return 'You have one vote in the whole city.'
  }
  return atMost === 1
    ? 'You have one vote in this region.'
    : `You can choose up to ${number(atMost)} improvements in this region.`
}
