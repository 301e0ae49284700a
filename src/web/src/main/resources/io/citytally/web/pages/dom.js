// Building and updating the page. Whatever comes from outside becomes text, never markup.

/** An element with attributes (`true` is an empty one) and children, of which strings are text. */
export function element(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children)
}

/** The elements that the page names, `some-id` as `someId`. */
export function namedElements() {
  const named = [...document.querySelectorAll('[id]')]
  return Object.fromEntries(
    named.map((node) => [node.id.replace(/-(\w)/g, (_, letter) => letter.toUpperCase()), node]),
  )
}

export function svgElement(tag, attributes = {}) {
  return fill(document.createElementNS('http://www.w3.org/2000/svg', tag), attributes, [])
}

function fill(made, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    made.setAttribute(name, value === true ? '' : value)
  }
  made.append(...children)
  return made
}

/** A name or title of unknown script and direction, kept from upsetting the text around it. */
export function outsideText(attributes = {}) {
  return element('bdi', { dir: 'auto', ...attributes })
}

/** Sets a text, and leaves the page alone if it is already there. */
export function setText(node, text) {
  if (node.textContent !== text) {
    node.textContent = text
  }
}

const rowsOf = new WeakMap()
const SETTLE = { duration: 500, easing: 'cubic-bezier(.2, 0, 0, 1)' }
const APPEAR = { duration: 400, easing: 'ease-out' }
const stillness = matchMedia('(prefers-reduced-motion: reduce)')

/**
 * Makes the children of `parent` those of `items`, in their order. A child stays the same element
 * as long as its key stays, so that focus, selection and transitions survive an update. Children
 * that change place glide there (first, last, invert, play), which only happens where it is seen.
 *
 * @param create makes a child, of which `update` then fills in what may change
 */
export function reconcile(parent, items, keyOf, create, update) {
  const known = rowsOf.get(parent) ?? new Map()
  const rows = new Map()
  for (const item of items) {
    const key = keyOf(item)
    const row = known.get(key) ?? create(item)
    update(row, item)
    rows.set(key, row)
  }
  rowsOf.set(parent, rows)

  const wanted = [...rows.values()]
  if (
    wanted.length === parent.childElementCount &&
    wanted.every((row, i) => row === parent.children[i])
  ) {
    return
  }
  const moves = known.size > 0 && !stillness.matches && !document.hidden
  const tops = moves ? visibleTops(parent) : new Map()
  const focused = parent.contains(document.activeElement) ? document.activeElement : null

  place(parent, wanted)

  if (focused && focused !== document.activeElement && parent.contains(focused)) {
    focused.focus({ preventScroll: true })
  }
  if (moves) {
    glide(wanted, tops, new Set(known.values()))
  }
}

function place(parent, wanted) {
  const staying = new Set(wanted)
  for (const child of [...parent.children]) {
    if (!staying.has(child)) {
      child.remove()
    }
  }
  let next = parent.firstElementChild
  for (const row of wanted) {
    if (row === next) {
      next = next.nextElementSibling
    } else {
      parent.insertBefore(row, next)
    }
  }
}

function visibleTops(parent) {
  const tops = new Map()
  for (const child of parent.children) {
    const { top, bottom } = child.getBoundingClientRect()
    if (bottom > 0 && top < innerHeight) {
      tops.set(child, top)
    }
  }
  return tops
}

function glide(rows, tops, known) {
  // Where much is new there is nothing to follow with the eye.
  if (rows.filter((row) => !known.has(row)).length > rows.length / 3) {
    return
  }
  const after = rows.map((row) => [row, row.getBoundingClientRect().top])
  for (const [row, top] of after) {
    const before = tops.get(row)
    if (before !== undefined && Math.abs(before - top) > 1) {
      row.animate([{ transform: `translateY(${before - top}px)` }, { transform: 'none' }], SETTLE)
    } else if (!known.has(row) && top < innerHeight) {
      row.animate([{ opacity: 0 }, { opacity: 1 }], APPEAR)
    }
  }
}
