// @ts-check
// What the page says of a ballot, and of choosing.

/** @import { KeptBallot } from './kept-ballot.js' */

import { isEmpty, isSending, visibleMoves } from './kept-ballot.js'
import { text } from './text.js'

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
    return {
      name: text(cast ? 'step.sending' : 'step.withdrawing'),
      text: trouble === 0 ? '' : text('step.trouble', { count: trouble }),
      state: 'waiting',
    }
  }
  return cast
    ? { name: text('step.recorded'), text: text('step.recorded-text'), state: 'done' }
    : { name: text('step.withdrawn'), text: text('step.withdrawn-text'), state: 'done' }
}

/**
 * @param {KeptBallot} ballot
 * @param {boolean} cast
 * @param {Circumstances} circumstances
 * @returns {Step}
 */
function countedStep(ballot, cast, { late, hidden }) {
  if (hidden) {
    return { name: text('step.hidden'), text: text('step.hidden-text'), state: '' }
  }
  const uncounted = text(cast ? 'step.not-counted' : 'step.still-counted')
  if (isSending(ballot)) {
    return { name: uncounted, text: '', state: '' }
  }
  if (ballot.state === 'counted') {
    return {
      name: text(cast ? 'step.counted' : 'step.no-longer-counted'),
      text: countedText(ballot),
      state: 'done',
    }
  }
  if (visibleMoves(ballot).length === 0) {
    return { name: text('step.unseen'), text: text('step.unseen-text'), state: '' }
  }
  return {
    name: uncounted,
    text: text(late ? 'step.late-text' : 'step.soon-text'),
    state: 'waiting',
  }
}

/** @param {KeptBallot} ballot */
function countedText(ballot) {
  const moves = visibleMoves(ballot)
  const [first] = moves
  if (!first) {
    return text('step.counted-text')
  }
  if (moves.length === 1) {
    const total = first.before ?? 0
    return text(first.by === 1 ? 'step.one-above-text' : 'step.one-below-text', { total })
  }
  return text('step.moved-text', { count: moves.length })
}

/**
 * Says how many are chosen of those that may be, and that there can be no more.
 *
 * @param {number} chosen
 * @param {number} atMost
 */
export function chosenText(chosen, atMost) {
  if (atMost === 1) {
    return chosen === 0 ? text('form.choose-one') : ''
  }
  const values = { count: chosen, limit: atMost }
  return text(chosen < atMost ? 'form.chosen' : 'form.chosen-all', values)
}

/**
 * Says what a citizen has in a region.
 *
 * @param {'city' | 'region'} votePer
 * @param {number} atMost
 */
export function rule(votePer, atMost) {
  if (votePer === 'city') {
    return text('form.one-in-city')
  }
  return atMost === 1 ? text('form.one-in-region') : text('form.at-most', { count: atMost })
}
