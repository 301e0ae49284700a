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

/**
 * What a list shows: its children by their keys, and the elements that hold them, from top to bottom.
 *
 * @type {WeakMap<Element, { rows: Map<string | number, any>, parts: Element[] }>}
 */
const lists = new WeakMap()
/** The lists that may be on the page. @type {Set<Element>} */
const parents = new Set()
/**
 * What could be seen of lists before an update; undefined between updates.
 *
 * @typedef {{ parts: Element[], tops: Map<Element, number> }} Seen `tops` is where the children were
 * @type {Map<Element, Seen> | undefined}
 */
let seen
/** The lists that are to glide after the update. @type {Gliding[]} */
let gliding = []
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
 * @param {() => Element[]} [partsOf] returns the elements in `parent` that hold the children, each the
 *     same number, the last one the rest
 * @returns {R[]} the children
 */
export function reconcile(
  parent,
  items,
  keyOf,
  create,
  update = () => {},
  partsOf = () => [parent],
) {
  /** @type {Map<string | number, R>} */
  const known = lists.get(parent)?.rows ?? new Map()
  const keys = items.map(keyOf)
  const reordered = isReordered([...known.keys()], keys)
  if (reordered) {
    look()
  }
  /** @type {Set<Element>} */
  const made = new Set()
  /** @type {Map<string | number, R>} */
  const rows = new Map()
  for (const [i, item] of items.entries()) {
    const key = /** @type {string | number} */ (keys[i])
    let row = known.get(key)
    if (row === undefined) {
      row = create(item)
      made.add(row.node)
    }
    update(row, item)
    rows.set(key, row)
  }
  const children = [...rows.values()]
  if (reordered) {
    const focused = parent.contains(document.activeElement) ? document.activeElement : null
    const parts = partsOf()
    placeInParts(
      parts,
      children.map(({ node }) => node),
    )
    lists.set(parent, { rows, parts })
    parents.add(parent)
    keepFocus(parent, focused)
    const before = seen?.get(parent)
    // Where much is new there is nothing to follow with the eye.
    if (before && made.size <= children.length / 3) {
      const still = before.parts.filter((part) => parts.includes(part))
      gliding.push({ parent, parts: still, tops: before.tops, made })
    }
  }
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
 * Removes the children of a list.
 *
 * @param {Element} parent
 */
export function clear(parent) {
  for (const part of lists.get(parent)?.parts ?? []) {
    part.replaceChildren()
  }
  lists.delete(parent)
}

/**
 * @param {Element} parent
 * @param {Element | null} focused the child that had the focus before it was moved
 */
function keepFocus(parent, focused) {
  if (
    focused instanceof HTMLElement &&
    focused !== document.activeElement &&
    parent.contains(focused)
  ) {
    focused.focus({ preventScroll: true })
  }
}

/**
 * @param {Element[]} parts
 * @param {HTMLElement[]} wanted
 */
function placeInParts(parts, wanted) {
  const size = Math.ceil(wanted.length / parts.length)
  for (const [i, part] of parts.entries()) {
    place(part, wanted.slice(i * size, (i + 1) * size))
  }
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

/**
 * Looks where the children of all lists are, before the first list changes, and lets those that have
 * moved glide after the last one. The browser lays out the page whenever a script asks where something
 * is after a change: so it does that once for an update, not for each list.
 */
function look() {
  if (seen !== undefined) {
    return
  }
  seen = new Map()
  for (const parent of parents) {
    if (!parent.isConnected) {
      parents.delete(parent)
    } else if (canGlide() && isInView(parent.getBoundingClientRect())) {
      seen.set(parent, visible(parent))
    }
  }
  queueMicrotask(() => {
    const moves = gliding.flatMap(movesOf)
    seen = undefined
    gliding = []
    for (const { node, frames, timing } of moves) {
      node.animate(frames, timing)
    }
  })
}

/** @param {DOMRect} place */
const isInView = ({ top, bottom }) => top < innerHeight && bottom > 0

/**
 * Returns which parts of a list can be seen, and how far below its top the children are that can be seen.
 *
 * @param {Element} parent
 * @returns {Seen}
 */
function visible(parent) {
  const { top } = parent.getBoundingClientRect()
  const parts = (lists.get(parent)?.parts ?? []).filter((part) =>
    isInView(part.getBoundingClientRect()),
  )
  /** @type {Map<Element, number>} */
  const tops = new Map()
  for (const node of parts.flatMap((part) => [...part.children])) {
    const place = node.getBoundingClientRect()
    if (isInView(place)) {
      tops.set(node, place.top - top)
    }
  }
  return { parts, tops }
}

/**
 * Returns how the children of some parts of a list glide from where they were. A child that has left these
 * parts is not measured: the browser would have to lay out a part that nobody sees.
 *
 * @typedef {Seen & { parent: Element, made: Set<Element> }} Gliding `made` are the children that are new
 * @typedef {{ node: Element, frames: Keyframe[], timing: KeyframeAnimationOptions }} Move
 * @param {Gliding} list
 */
function movesOf({ parent, parts, tops, made }) {
  const start = parent.getBoundingClientRect().top
  return parts
    .flatMap((part) => [...part.children])
    .filter((node) => tops.has(node) || made.has(node))
    .flatMap(
      /** @returns {Move[]} */ (node) => {
        const { top } = node.getBoundingClientRect()
        const before = tops.get(node)
        const offset = before === undefined ? 0 : before - (top - start)
        // No eye follows a row that goes further than the screen is high.
        if (Math.abs(offset) > 1 && Math.abs(offset) < innerHeight) {
          const frames = [{ transform: `translateY(${offset}px)` }, { transform: 'none' }]
          return [{ node, frames, timing: SETTLE }]
        }
        return made.has(node) && top < innerHeight
          ? [{ node, frames: [{ opacity: 0 }, { opacity: 1 }], timing: APPEAR }]
          : []
      },
    )
}
