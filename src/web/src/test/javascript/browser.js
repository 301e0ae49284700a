// @ts-check
// What the pages use of a browser, for their tests in Node.js.

/** @typedef {Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>} AnyStorage */

/**
 * Keeps texts by key, as `localStorage` does.
 *
 * @implements {AnyStorage}
 */
export class FakeStorage {
  /** @type {Map<string, string>} */
  #items = new Map()

  /** @param {string} key */
  getItem(key) {
    return this.#items.get(key) ?? null
  }

  /**
   * @param {string} key
   * @param {string} value
   */
  setItem(key, value) {
    this.#items.set(key, value)
  }

  /** @param {string} key */
  removeItem(key) {
    this.#items.delete(key)
  }
}

/**
 * A storage that the visitor forbids.
 *
 * @type {AnyStorage}
 */
export const forbiddenStorage = {
  getItem() {
    throw new DOMException('The operation is insecure.', 'SecurityError')
  },
  setItem() {
    throw new DOMException('The operation is insecure.', 'SecurityError')
  },
  removeItem() {
    throw new DOMException('The operation is insecure.', 'SecurityError')
  },
}

/**
 * A request, and what to answer it with.
 *
 * @typedef {{ url: string, method: string, headers: Headers, body: any }} Asked
 * @typedef {(asked: Asked) => Response | Promise<Response>} Answer
 */

/** @param {BodyInit | null | undefined} body */
function read(body) {
  if (body instanceof URLSearchParams) {
    return Object.fromEntries(body)
  }
  return body ? JSON.parse(String(body)) : null
}

/** A window with one document, a storage, and a server that answers by a function. */
export class Browser {
  #window = new EventTarget()
  #document = Object.assign(new EventTarget(), { hidden: false })
  /** @type {Asked[]} */
  requests = []
  /** @type {Answer} */
  answer = () => Response.json(null)

  /**
   * Puts it where the pages look for it: among the global names.
   *
   * @param {AnyStorage} storage
   */
  constructor(storage = new FakeStorage()) {
    Object.assign(globalThis, {
      document: this.#document,
      localStorage: storage,
      sessionStorage: storage,
      addEventListener: this.#window.addEventListener.bind(this.#window),
      removeEventListener: this.#window.removeEventListener.bind(this.#window),
      fetch: async (/** @type {string} */ url, /** @type {RequestInit} */ options = {}) => {
        const { method = 'GET', headers, body, signal } = options
        const asked = {
          url,
          method,
          headers: new Headers(headers),
          body: read(body),
        }
        this.requests.push(asked)
        await new Promise(setImmediate)
        signal?.throwIfAborted()
        return this.answer(asked)
      },
    })
  }

  /** The connection is back. */
  goOnline() {
    this.#window.dispatchEvent(new Event('online'))
  }

  /**
   * Another tab has changed the storage.
   *
   * @param {string} key
   */
  changeStorage(key) {
    this.#window.dispatchEvent(Object.assign(new Event('storage'), { key }))
  }

  hide() {
    this.#document.hidden = true
    this.#document.dispatchEvent(new Event('visibilitychange'))
  }

  show() {
    this.#document.hidden = false
    this.#document.dispatchEvent(new Event('visibilitychange'))
  }
}

/** An answer as the API gives it to what it refuses. */
export const problem = (
  /** @type {number} */ status,
  /** @type {string} */ title,
  /** @type {Record<string, string>} */ headers = {},
  /** @type {object} */ more = {},
) => Response.json({ title, status, ...more }, { status, headers })
