// @ts-check
// Building and updating the page. Text from outside becomes text, never markup.

/** @typedef {Record<string, string | number | true>} Attributes `true` is an empty attribute */

/**
 * Makes an element.
 *
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {Attributes} [attributes]
 * @param {(Node | string)[]} children strings become text
 */
export function element(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children)
}

/**
 * Makes an element of SVG.
 *
 * @template {keyof SVGElementTagNameMap} T
 * @param {T} tag
 * @param {Attributes} [attributes]
 */
export function svgElement(tag, attributes = {}) {
  return fill(document.createElementNS('http://www.w3.org/2000/svg', tag), attributes, [])
}

/**
 * @template {Element} E
 * @param {E} made
 * @param {Attributes} attributes
 * @param {(Node | string)[]} children
 */
function fill(made, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    made.setAttribute(name, value === true ? '' : String(value))
  }
  made.append(...children)
  return made
}

/**
 * Returns the elements of the page with these ids: `someId` is the element `some-id`.
 *
 * @template {Record<string, new () => Element>} K
 * @param {K} kinds the class of each element
 * @returns {{ [N in keyof K]: InstanceType<K[N]> }}
 * @throws Error if the page has no such element
 */
export function namedElements(kinds) {
  const named = Object.entries(kinds).map(([name, kind]) => {
    const id = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
    const found = document.getElementById(id)
    if (!(found instanceof kind)) {
      throw new Error(`The page has no ${kind.name} with the id ${id}.`)
    }
    return [name, found]
  })
  return Object.fromEntries(named)
}

/**
 * Makes the place for a name or title of unknown script and direction, which must not upset the text
 * around it.
 *
 * @param {string} text
 * @param {Attributes} [attributes]
 */
export function outsideText(text, attributes = {}) {
  return element('bdi', { dir: 'auto', ...attributes }, text)
}

/**
 * Sets a text. Leaves the page alone if the text is already there.
 *
 * @param {Node} node
 * @param {string} text
 */
export function setText(node, text) {
  if (node.textContent !== text) {
    node.textContent = text
  }
}

/** @typedef {{ node: HTMLElement }} Row a child of a list; holds the nodes inside that change, too */

/** @type {WeakMap<Element, Map<string | number, any>>} */
const rowsOf = new WeakMap()
const SETTLE = { duration: 500, easing: 'cubic-bezier(.2, 0, 0, 1)' }
const APPEAR = { duration: 400, easing: 'ease-out' }
const stillness = matchMedia('(prefers-reduced-motion: reduce)')

/**
 * Makes the children of `parent` those of `items`, in their order. A child stays the same element
 * as long as its key stays, so that focus, selection and transitions survive an update. Children
 * that change place glide there (first, last, invert, play) if that can be seen.
 *
 * @template T
 * @template {Row} R
 * @param {Element} parent
 * @param {T[]} items
 * @param {(item: T) => string | number} keyOf
 * @param {(item: T) => R} create makes a child; `update` fills in what may change
 * @param {(row: R, item: T) => void} [update]
 * @returns {R[]} the children
 */
export function reconcile(parent, items, keyOf, create, update = () => {}) {
  /** @type {Map<string | number, R>} */
  const known = rowsOf.get(parent) ?? new Map()
  const keys = items.map(keyOf)
  const glides = known.size > 0 && isReordered([...known.keys()], keys) && canGlide()
  // As long as nothing has changed, the browser knows where all is.
  const tops = glides ? visibleTops(parent) : null
  /** @type {Map<string | number, R>} */
  const rows = new Map()
  for (const [i, item] of items.entries()) {
    const key = /** @type {string | number} */ (keys[i])
    const row = known.get(key) ?? create(item)
    update(row, item)
    rows.set(key, row)
  }
  rowsOf.set(parent, rows)

  const children = [...rows.values()]
  show(
    parent,
    children.map(({ node }) => node),
    new Set([...known.values()].map(({ node }) => node)),
    tops,
  )
  return children
}

/**
 * @param {(string | number)[]} before
 * @param {(string | number)[]} after
 */
const isReordered = (before, after) =>
  before.length !== after.length || before.some((key, i) => key !== after[i])

const canGlide = () => !stillness.matches && !document.hidden

/**
 * Replaces the children of a list, and moves those that stay.
 *
 * @param {Element} parent
 * @param {HTMLElement[]} wanted
 * @param {Set<Element>} known the children so far
 * @param {Map<Element, number> | null} tops where those are that can be seen; null if none is to glide
 */
function show(parent, wanted, known, tops) {
  if (
    wanted.length === parent.childElementCount &&
    wanted.every((node, i) => node === parent.children[i])
  ) {
    return
  }
  const focused = parent.contains(document.activeElement) ? document.activeElement : null

  place(parent, wanted)

  if (
    focused instanceof HTMLElement &&
    focused !== document.activeElement &&
    parent.contains(focused)
  ) {
    focused.focus({ preventScroll: true })
  }
  if (tops) {
    glide(wanted, tops, known)
  }
}

/**
 * Removes the children of a list.
 *
 * @param {Element} parent
 */
export function clear(parent) {
  rowsOf.delete(parent)
  parent.replaceChildren()
}

/**
 * @param {Element} parent
 * @param {HTMLElement[]} wanted
 */
function place(parent, wanted) {
  /** @type {Set<Element>} */
  const staying = new Set(wanted)
  for (const child of [...parent.children]) {
    if (!staying.has(child)) {
      child.remove()
    }
  }
  let next = parent.firstElementChild
  for (const node of wanted) {
    if (node === next) {
      next = node.nextElementSibling
    } else {
      parent.insertBefore(node, next)
    }
  }
}

/** @param {Element} parent its children are from top to bottom */
function visibleTops(parent) {
  /** @type {Map<Element, number>} */
  const tops = new Map()
  for (const child of parent.children) {
    const { top, bottom } = child.getBoundingClientRect()
    if (top >= innerHeight) {
      break
    }
    if (bottom > 0) {
      tops.set(child, top)
    }
  }
  return tops
}

/**
 * @param {HTMLElement[]} nodes
 * @param {Map<Element, number>} tops where the children were
 * @param {Set<Element>} known
 */
function glide(nodes, tops, known) {
  // Where much is new there is nothing to follow with the eye.
  if (nodes.filter((node) => !known.has(node)).length > nodes.length / 3) {
    return
  }
  const after = nodes
    .filter((node) => tops.has(node) || !known.has(node))
    .map((node) => ({ node, top: node.getBoundingClientRect().top }))
  for (const { node, top } of after) {
    const before = tops.get(node)
    const distance = before === undefined ? 0 : Math.abs(before - top)
    // No eye follows a row that goes further than the screen is high.
    if (before !== undefined && distance > 1 && distance < innerHeight) {
      node.animate([{ transform: `translateY(${before - top}px)` }, { transform: 'none' }], SETTLE)
    } else if (!known.has(node) && top < innerHeight) {
      node.animate([{ opacity: 0 }, { opacity: 1 }], APPEAR)
    }
  }
}
