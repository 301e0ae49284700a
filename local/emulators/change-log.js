'use strict'

const { EventEmitter } = require('node:events')

const DIGITS = 16

/**
 * The changes of one table, in the order of their times, for as long as DynamoDB keeps them.
 *
 * A change is stored with the write that made it, in one batch. Times rise strictly, in
 * microseconds: one queue gives them, and begins a batch when the one before is stored. So a reader
 * that keeps the time of the last change it saw misses none. Each batch also stores the highest time ever given, outside the log. So times keep rising after changes are
 * dropped, and after the clock is set back.
 *
 * Emits `stored` after each batch.
 */
class ChangeLog extends EventEmitter {
  #db
  #prefix
  #clockKey
  #trimmedKey
  #waiting = []
  #storing = false
  #given = 0
  #stored = 0
  #trimmed = 0

  /** The log of a table; use `open`. */
  constructor(db, table) {
    super()
    this.#db = db
    this.#prefix = `change-${table}~`
    this.#clockKey = `clock~${table}`
    this.#trimmedKey = `trimmed~${table}`
  }

  static async open(db, table) {
    const log = new ChangeLog(db, table)
    log.#given = log.#stored = (await db.get(log.#clockKey)) ?? 0
    log.#trimmed = (await db.get(log.#trimmedKey)) ?? 0
    return log
  }

  /** The time of the last change that is stored, or once was. */
  get last() {
    return this.#stored
  }

  /** Changes up to this time are dropped. */
  get trimmed() {
    return this.#trimmed
  }

  /** Stores a write and the change that it makes. Resolves with its time when both are safe. */
  append(write, change) {
    return this.#enqueue({ write, change })
  }

  /** Takes a time that no change has: after all that are stored, before all to come. */
  mark() {
    return this.#enqueue({})
  }

  #enqueue(entry) {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ ...entry, resolve, reject })
      if (!this.#storing) this.#storeWaiting()
    })
  }

  async #storeWaiting() {
    this.#storing = true
    while (this.#waiting.length > 0) {
      const group = this.#waiting.splice(0)
      const batch = []
      for (const entry of group) {
        entry.time = this.#given = Math.max(Date.now() * 1000, this.#given + 1)
        if (entry.change) {
          const value = { ...entry.change, time: entry.time }
          batch.push(entry.write, { type: 'put', key: this.#keyOf(entry.time), value })
        }
      }
      batch.push({ type: 'put', key: this.#clockKey, value: this.#given })
      try {
        await this.#db.batch(batch)
        this.#stored = this.#given
        for (const { resolve, time } of group) resolve(time)
        this.emit('stored')
      } catch (error) {
        for (const { reject } of group) reject(error)
      }
    }
    this.#storing = false
  }

  /** The stored changes after a time, the oldest first. */
  async *after(time) {
    const first = Math.max(time, this.#trimmed)
    if (first < this.#stored) {
      yield* this.#db.values({ gt: this.#keyOf(first), lte: this.#keyOf(this.#stored) })
    }
  }

  /** Drops the changes up to a time. Never passes the last one, so that each reader can go on. */
  async trim(time) {
    time = Math.min(time, this.#stored)
    if (time <= this.#trimmed) return
    this.#trimmed = time
    await this.#db.put(this.#trimmedKey, time)
    await this.#db.clear({ gt: this.#prefix, lte: this.#keyOf(time) })
  }

  /** Drops all changes. */
  async clear() {
    await this.trim(await this.mark())
  }

  #keyOf(time) {
    return this.#prefix + String(time).padStart(DIGITS, '0')
  }
}

module.exports = { ChangeLog }
