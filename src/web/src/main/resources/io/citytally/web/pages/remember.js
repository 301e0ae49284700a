// @ts-check
// Working out nothing twice.

/**
 * Returns the function as one that keeps its last result until the arguments are others.
 *
 * @template {any[]} A
 * @template R
 * @param {(...args: A) => R} work
 * @returns {(...args: A) => R}
 */
export function rememberLast(work) {
  /** @type {{ args: A, result: R } | undefined} */
  let last
  return (...args) => {
    if (!last || args.some((each, i) => each !== last?.args[i])) {
      last = { args, result: work(...args) }
    }
    return last.result
  }
}
