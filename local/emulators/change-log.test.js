'use strict'

const assert = require('node:assert')
const { test } = require('node:test')
const { create } = require('dynalite/db')
const { ChangeLog } = require('./change-log')

const write = (key) => ({ type: 'put', key, value: {} })

test('a batch begins when the one before is stored, so that no reader passes it', async () => {
  const db = slowDatabase()
  const log = await ChangeLog.open(db, 'votes')

  const first = log.append(write('1'), {})
  const others = [log.append(write('2'), {}), log.append(write('3'), {})]
  assert.strictEqual(db.batches.length, 1)
  assert.strictEqual(log.last, 0)
  db.batches[0].store()
  const times = [await first]
  assert.strictEqual(log.last, times[0])
  db.batches[1].store()
  times.push(...(await Promise.all(others)))

  assert.strictEqual(db.batches.length, 2)
  assert.ok(times[0] < times[1] && times[1] < times[2])
  assert.strictEqual(log.last, times[2])
})

test('a write and its change are in one batch, with the highest time', async () => {
  const db = slowDatabase()
  const log = await ChangeLog.open(db, 'votes')

  const appended = log.append(write('1'), { eventName: 'INSERT' })
  const [{ operations, store }] = db.batches
  store()
  const time = await appended

  assert.deepStrictEqual(operations, [
    write('1'),
    { type: 'put', key: `change-votes~${time}`, value: { eventName: 'INSERT', time } },
    { type: 'put', key: 'clock~votes', value: time },
  ])
})

test('what could not be stored fails, and what comes after it is stored', async () => {
  const db = slowDatabase()
  const log = await ChangeLog.open(db, 'votes')

  const failing = log.append(write('1'), {})
  const next = log.append(write('2'), {})
  db.batches[0].fail(new Error('disk full'))
  await assert.rejects(failing, /disk full/)
  db.batches[1].store()

  assert.ok((await next) > 0)
})

test('what comes after a trim with a wrong clock is not dropped', async () => {
  const { db } = create({})
  const log = await ChangeLog.open(db, 'votes')
  const first = await log.append(write('1'), {})

  await log.trim(first + 24 * 60 * 60 * 1e6)
  const second = await log.append(write('2'), {})

  const found = []
  for await (const { time } of log.after(first)) found.push(time)
  assert.deepStrictEqual(found, [second])
})

/** Stores each batch when the test says so. */
function slowDatabase() {
  const batches = []
  return {
    batches,
    get: async () => undefined,
    batch: (operations) =>
      new Promise((store, fail) => {
        batches.push({ operations, store, fail })
      }),
  }
}
