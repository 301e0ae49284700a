// @ts-check
// What is known of improvements apart from their titles. It is read when it is to be seen.

/**
 * @typedef {object} Project
 * @property {string} improvement
 * @property {string} title
 * @property {Record<string, string>} [titles]
 * @property {string} [description]
 * @property {Record<string, string>} [descriptions]
 * @property {number} [cost]
 * @property {string} [image]
 * @property {string} [link]
 * @property {string} [place]
 */

/** @typedef {{ region: string, currency?: string, budget?: number, improvements: Project[] }} Projects */

const TIMEOUT_MILLIS = 10000

/** @type {Map<string, Promise<Projects | null>>} */
const read = new Map()

/**
 * Reads what is known of a region's improvements. Reads it once: then it knows.
 *
 * @param {string} region
 * @returns {Promise<Projects | null>} null if it can't be read now
 */
export function readProjects(region) {
  return read.get(region) ?? readAgain(region)
}

/**
 * Reads what is known of a region's improvements, even if it was read before. Keeps what was read before
 * if it can't be read now.
 *
 * @param {string} region
 * @returns {Promise<Projects | null>} null if it can't be read now
 */
function readAgain(region) {
  const before = read.get(region)
  const reading = fetchProjects(region)
  read.set(region, reading)
  void reading.then((projects) => {
    if (projects !== null || read.get(region) !== reading) {
      return
    }
    if (before) {
      read.set(region, before)
    } else {
      read.delete(region)
    }
  })
  return reading
}

/**
 * @param {string} region
 * @returns {Promise<Projects | null>}
 */
async function fetchProjects(region) {
  try {
    const response = await fetch(`/api/ballot/${encodeURIComponent(region)}`, {
      signal: AbortSignal.timeout(TIMEOUT_MILLIS),
    })
    return response.ok ? await response.json() : null
  } catch {
    return null
  }
}

/** What is known of the improvements of one region, for a page that stays open. */
export class KnownProjects {
  /** @type {Projects | null} null until it is read */
  now = null
  #region
  #onChange
  #reading = false

  /**
   * @param {string | null} region null for the whole city, of which nothing is read
   * @param {(before: Projects | null) => void} onChange called with what was known before a change
   */
  constructor(region, onChange) {
    this.#region = region
    this.#onChange = onChange
  }

  /** Reads it, unless it was read already. */
  async read() {
    await this.#take(readProjects)
  }

  /** Reads it again: the first time may have failed, and a city may change it at any time. */
  async readAgain() {
    await this.#take(readAgain)
  }

  /** @param {(region: string) => Promise<Projects | null>} reading */
  async #take(reading) {
    if (this.#region === null || this.#reading) {
      return
    }
    this.#reading = true
    const projects = await reading(this.#region)
    this.#reading = false
    if (projects !== null && JSON.stringify(projects) !== JSON.stringify(this.now)) {
      const before = this.now
      this.now = projects
      this.#onChange(before)
    }
  }
}
