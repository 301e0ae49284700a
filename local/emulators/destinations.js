'use strict'

const { createHash, randomUUID } = require('node:crypto')
const { once } = require('node:events')
const { setTimeout: pause } = require('node:timers/promises')
const { apiError } = require('./api-error')

const BATCH = 1000

/** How long changes are gathered before they are put, if disorder is wanted: a batch of one can't be disordered. */
const GATHERING_MS = 50

const PRECISIONS = ['MILLISECOND', 'MICROSECOND']

/** Kinesis Data Streams for DynamoDB. */
class Destinations {
  #tables
  #kinesis
  #disorder
  #senders = new Map()
  #previous = new Map()

  constructor(tables, kinesis, disorder) {
    this.#tables = tables
    this.#kinesis = kinesis
    this.#disorder = disorder
    tables.on('deleted', (name) => this.#forget(name))
  }

  /** Goes on where this process was killed. */
  async open() {
    if (!this.#kinesis.isThere) return
    for (const { description } of this.#tables.all()) {
      for (const destination of destinationsOf(description)) {
        if (destination.active) await this.#start(description.TableName, destination)
      }
    }
  }

  enableKinesisStreamingDestination(request) {
    return this.#inTurn(request, () => this.#enable(request))
  }

  disableKinesisStreamingDestination(request) {
    return this.#inTurn(request, () => this.#disable(request))
  }

  async #enable(request) {
    const { TableName, StreamArn, EnableKinesisStreamingConfiguration: asked = {} } = request
    const { ApproximateCreationDateTimePrecision: precision = 'MILLISECOND' } = asked
    const { log } = this.#tables.get(TableName)
    if (!PRECISIONS.includes(precision)) {
      throw apiError('ValidationException', `Precision is not known: ${precision}`)
    }
    if (!this.#kinesis.isThere) {
      throw apiError(
        'ValidationException',
        'This emulator knows no Kinesis. Start it with --kinesis URL to stream to one.',
      )
    }
    if (this.#senders.has(keyOf(TableName, StreamArn))) throw wrongState('DISABLED', 'ENABLE')
    if (!(await this.#kinesis.hasStream(streamOf(StreamArn)))) {
      throw apiError('ResourceNotFoundException', `Requested resource not found: ${StreamArn}`)
    }
    const begin = await log.mark()
    await this.#tables.db.put(keyOf(TableName, StreamArn), begin)
    await this.#start(
      TableName,
      await this.#store(TableName, StreamArn, { active: true, precision }),
    )
    return { TableName, StreamArn, DestinationStatus: 'ENABLING' }
  }

  async #disable({ TableName, StreamArn }) {
    this.#tables.get(TableName)
    const sender = this.#senders.get(keyOf(TableName, StreamArn))
    if (!sender) throw wrongState('ACTIVE', 'DISABLE')
    await this.#store(TableName, StreamArn, { active: false })
    this.#senders.delete(keyOf(TableName, StreamArn))
    await sender.stop()
    return { TableName, StreamArn, DestinationStatus: 'DISABLING' }
  }

  describeKinesisStreamingDestination({ TableName }) {
    const { description } = this.#tables.get(TableName)
    return {
      TableName,
      KinesisDataStreamDestinations: destinationsOf(description).map(
        ({ arn, active, precision }) => ({
          StreamArn: arn,
          DestinationStatus: active ? 'ACTIVE' : 'DISABLED',
          ApproximateCreationDateTimePrecision: precision,
        }),
      ),
    }
  }

  /** For the launcher: how far each destination is, as times of changes. */
  progress() {
    return {
      destinations: [...this.#senders.values()].map((sender) => sender.progress()),
      duplicates: this.#disorder.copies,
    }
  }

  /** For the launcher: returns when nothing is being put, and nothing is until `resume`. */
  async pause() {
    await Promise.all([...this.#senders.values()].map((sender) => sender.pause()))
    return {}
  }

  /** For the launcher. */
  resume() {
    for (const sender of this.#senders.values()) sender.resume()
    return {}
  }

  /** Stops where it is, as a crash would. */
  async close() {
    await Promise.all([...this.#senders.values()].map((sender) => sender.stop()))
  }

  /** Switches one destination at a time, so that it has one sender at most. */
  #inTurn({ TableName, StreamArn }, action) {
    const key = keyOf(TableName, StreamArn)
    const result = (this.#previous.get(key) ?? Promise.resolve()).then(action)
    this.#previous.set(
      key,
      result.catch(() => {}),
    )
    return result
  }

  async #store(table, arn, change) {
    let stored
    await this.#tables.change(table, (description) => {
      const destinations = destinationsOf(description)
      stored = { ...destinations.find((destination) => destination.arn === arn), arn, ...change }
      description.Hidden = {
        ...description.Hidden,
        destinations: [...destinations.filter((destination) => destination.arn !== arn), stored],
      }
    })
    return stored
  }

  #forget(table) {
    for (const [key, sender] of this.#senders) {
      if (sender.progress().TableName === table) {
        this.#senders.delete(key)
        sender.stop()
      }
    }
  }

  async #start(table, destination) {
    const key = keyOf(table, destination.arn)
    const sender = new Sender(
      { table, ...destination, key, sent: await this.#tables.db.get(key) },
      this.#tables,
      this.#kinesis,
      this.#disorder,
    )
    this.#senders.set(key, sender)
    sender.run()
  }
}

/**
 * Puts a table's changes to a stream, each at least once. The position is stored after they were put, so a crash
 * puts those in between once more, with the same times.
 */
class Sender {
  #destination
  #tables
  #log
  #kinesis
  #disorder
  #sent
  #stopped = new AbortController()
  #paused
  #resume = () => {}
  #busy = Promise.resolve()

  constructor(destination, tables, kinesis, disorder) {
    this.#destination = destination
    this.#tables = tables
    this.#log = tables.get(destination.table).log
    this.#sent = destination.sent
    this.#kinesis = kinesis
    this.#disorder = disorder
  }

  progress() {
    const { table, arn } = this.#destination
    return { TableName: table, StreamArn: arn, stored: this.#log.last, sent: this.#sent }
  }

  async run() {
    const { signal } = this.#stopped
    while (!signal.aborted) {
      if (this.#paused) {
        await this.#paused
      } else if (this.#log.last === this.#sent) {
        await once(this.#log, 'stored', { signal }).catch(() => {})
      } else {
        this.#busy = this.#sendBatch()
        await this.#busy
        if (this.#disorder.isWanted) await pause(GATHERING_MS)
      }
    }
  }

  async #sendBatch() {
    let through = this.#log.last
    const changes = []
    for await (const change of this.#log.after(this.#sent)) {
      changes.push(change)
      if (changes.length === BATCH) {
        through = change.time
        break
      }
    }
    const records = this.#disorder
      .apply(changes)
      .map((change) => recordOf(change, this.#destination))
    const { arn, key } = this.#destination
    await this.#kinesis.putAll(streamOf(arn), records, this.#stopped.signal)
    if (this.#stopped.signal.aborted) return
    await this.#tables.db.put(key, through)
    this.#sent = through
  }

  async stop() {
    this.#stopped.abort()
    this.resume()
    await this.#busy
  }

  async pause() {
    // A promise that is there stays: the sender awaits it.
    this.#paused ??= new Promise((resume) => (this.#resume = resume))
    await this.#busy
  }

  resume() {
    this.#paused = undefined
    this.#resume()
  }
}

function recordOf(change, { table, precision }) {
  const { time, eventName, userIdentity, Keys, NewImage, OldImage, SizeBytes } = change
  const data = {
    awsRegion: 'us-east-1',
    eventID: randomUUID(),
    eventName,
    userIdentity,
    recordFormat: 'application/json',
    tableName: table,
    dynamodb: {
      ApproximateCreationDateTime: precision === 'MICROSECOND' ? time : Math.floor(time / 1000),
      Keys,
      NewImage,
      OldImage,
      SizeBytes,
      ...(precision === 'MICROSECOND' && { ApproximateCreationDateTimePrecision: precision }),
    },
    eventSource: 'aws:dynamodb',
  }
  return {
    Data: Buffer.from(JSON.stringify(data)).toString('base64'),
    // All changes of an item go to the same shard.
    PartitionKey: createHash('md5').update(JSON.stringify(Keys)).digest('hex'),
  }
}

function destinationsOf({ Hidden }) {
  return Hidden?.destinations ?? []
}

function keyOf(table, arn) {
  return `sent~${table}~${arn}`
}

function streamOf(arn) {
  return String(arn).split('/').pop()
}

function wrongState(expected, operation) {
  return apiError(
    'ValidationException',
    'Table is not in a valid state: ' +
      `KinesisStreamingDestination must be ${expected} to perform ${operation} operation.`,
  )
}

module.exports = { Destinations }
