'use strict'

const assert = require('node:assert')
const { spawn } = require('node:child_process')
const { once } = require('node:events')
const { mkdtemp, rm } = require('node:fs/promises')
const { tmpdir } = require('node:os')
const path = require('node:path')
const { createInterface } = require('node:readline')
const { test } = require('node:test')
const { setTimeout: pause } = require('node:timers/promises')
const { clientOf, createVotes, readPages, vote } = require('./testing')

const WRITES = 10000
const WRITERS = 100
const AN_HOUR_BACK =
  'data:text/javascript,const now = Date.now; Date.now = () => now() - 60 * 60 * 1000'
const IN_A_TERMINAL = 'data:text/javascript,process.stdin.isTTY = true'

test('killed at any time, it has all it acknowledged, and a reader misses no change', async (t) => {
  const directory = await mkdtemp(path.join(tmpdir(), 'dynamodb-'))
  t.after(() => rm(directory, { recursive: true }))
  const first = await start(t, directory)
  await createVotes(first.call, 'NEW_AND_OLD_IMAGES')
  const acknowledged = new Set()
  const seen = []

  const reading = tail(first, seen)
  await write(first, acknowledged, () => acknowledged.size === WRITES / 2 && first.kill())
  await reading
  const acknowledgedBefore = [...acknowledged]
  assert.ok(acknowledgedBefore.length < WRITES && seen.length > 0)

  const second = await start(t, directory, ['--import', AN_HOUR_BACK])
  const stored = new Set(await scan(second))
  assert.ok(acknowledgedBefore.every((id) => stored.has(id)))
  const readingOn = tail(second, seen)
  await write(second, acknowledged, () => {})
  await readingOn

  assert.strictEqual(new Set(seen.map(({ Keys }) => Keys.id.S)).size, WRITES)
  assert.strictEqual(seen.length, WRITES)
  const numbers = seen.map(({ SequenceNumber }) => SequenceNumber)
  assert.deepStrictEqual(numbers, [...new Set(numbers)].sort())
})

test('it ends when what started it does', async (t) => {
  const { process } = await start(t)

  process.stdin.end()

  assert.deepStrictEqual(await once(process, 'exit'), [0, null])
})

test('Ctrl-C ends it in a terminal only', { timeout: 30000 }, async (t) => {
  const inTerminal = await start(t, undefined, ['--import', IN_A_TERMINAL])
  const { process, call } = await start(t)

  inTerminal.process.kill('SIGINT')
  process.kill('SIGINT')

  assert.deepStrictEqual(await once(inTerminal.process, 'exit'), [null, 'SIGINT'])
  assert.deepStrictEqual((await call('ListTables')).TableNames, [])
})

/** A DynamoDB in a process of its own. */
async function start(t, directory, nodeOptions = []) {
  const options = directory ? ['--path', directory] : []
  const child = spawn('node', [...nodeOptions, 'dynamodb.js', ...options], {
    cwd: __dirname,
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const ended = once(child, 'exit')
  t.after(async () => {
    child.kill('SIGKILL')
    await ended
  })
  const [line] = await once(createInterface(child.stdout), 'line')
  assert.match(line, /^ready /)
  return {
    process: child,
    call: clientOf(Number(line.split(' ')[1])),
    kill: () => child.kill('SIGKILL'),
    isDown: () => child.exitCode !== null || child.signalCode !== null || child.killed,
  }
}

/** Writes each vote that is not acknowledged yet, from many writers, until it is down. */
async function write(dynamoDb, acknowledged, onAcknowledged) {
  const left = Array.from({ length: WRITES }, (none, i) => `${i}`).filter(
    (id) => !acknowledged.has(id),
  )
  const writer = async () => {
    while (left.length > 0 && !dynamoDb.isDown()) {
      const id = left.pop()
      try {
        await dynamoDb.call('PutItem', vote(id))
      } catch (error) {
        if (!dynamoDb.isDown()) throw error
        return
      }
      acknowledged.add(id)
      onAcknowledged()
    }
  }
  await Promise.all(Array.from({ length: WRITERS }, writer))
}

/** Reads on after what was seen, until there is enough or it is down. */
async function tail(dynamoDb, seen) {
  try {
    for await (const page of readPages(dynamoDb.call, seen.at(-1)?.SequenceNumber)) {
      seen.push(...page.map(({ dynamodb }) => dynamodb))
      if (seen.length >= WRITES) return
      await pause(1)
    }
  } catch (error) {
    if (!dynamoDb.isDown()) throw error
  }
}

async function scan(dynamoDb) {
  const ids = []
  let ExclusiveStartKey
  do {
    const page = await dynamoDb.call('Scan', { TableName: 'votes', ExclusiveStartKey })
    ids.push(...page.Items.map(({ id }) => id.S))
    ExclusiveStartKey = page.LastEvaluatedKey
  } while (ExclusiveStartKey)
  return ids
}
