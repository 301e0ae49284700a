// @ts-check
// What is known of improvements apart from their titles, as the page shows it.

/** @import { Project } from './known-projects.js' */

import { isOfThisSite, isSecure } from './addresses.js'
import { element, outsideText } from './dom.js'
import { money } from './format.js'
import { text } from './text.js'
import { inPageLanguage, titleOf } from './titles.js'

export { readProjects } from './known-projects.js'

/**
 * Says what an improvement costs; empty if that is unknown.
 *
 * @param {Project} project
 * @param {string | undefined} currency
 */
export const costText = ({ cost }, currency) =>
  cost === undefined || currency === undefined ? '' : money(cost, currency)

/**
 * Makes what opens to show more of an improvement.
 *
 * @param {Project} project
 * @returns {HTMLDetailsElement | null} null if nothing more is known
 */
export function moreOf(project) {
  const { description, image, link, place } = project
  if (!description && !image && !link && !place) {
    return null
  }
  const summary = element('summary', {}, text('project.more'))
  summary.setAttribute('aria-label', text('project.more-of', { title: titleOf(project) }))
  const more = element('details', { class: 'more' }, summary)
  more.addEventListener('toggle', () => fill(more, project), { once: true })
  return more
}

/**
 * Fills it in once it opens: a long ballot has a hundred.
 *
 * @param {Element} more
 * @param {Project} project
 */
function fill(more, { description, descriptions, image, link, place }) {
  if (image && isOfThisSite(image)) {
    more.append(element('img', { src: image, alt: '', loading: 'lazy', class: 'project-image' }))
  }
  if (description) {
    more.append(
      element(
        'p',
        { class: 'description', dir: 'auto' },
        inPageLanguage(description, descriptions),
      ),
    )
  }
  if (place) {
    more.append(element('p', { class: 'soft' }, text('project.place'), ' ', outsideText(place)))
  }
  if (link && isSecure(link)) {
    const anchor = element(
      'a',
      { href: link, target: '_blank', rel: 'noopener noreferrer' },
      text('project.link'),
    )
    more.append(element('p', {}, anchor))
  }
}
