'use strict'

const { EventEmitter } = require('node:events')
const { Readable } = require('node:stream')
const { setImmediate: nextTurn } = require('node:timers/promises')
const { callbackify, promisify } = require('node:util')
const db = require('dynalite/db')
const { apiError } = require('./api-error')
const { ChangeLog } = require('./change-log')
const { isSameItem } = require('./same-item')

const RETENTION_MICROS = 24 * 60 * 60 * 1e6

const STREAM_SPECIFICATION = {
  type: 'FieldStruct<StreamSpecification>',
  children: {
    StreamEnabled: { type: 'Boolean', notNull: true },
    StreamViewType: {
      type: 'String',
      enum: ['NEW_IMAGE', 'OLD_IMAGE', 'NEW_AND_OLD_IMAGES', 'KEYS_ONLY'],
    },
  },
}

const actions = {}

/**
 * Has dynalite capture changes. Must run before dynalite is loaded. Returns a function that gives
 * the tables of the store that dynalite made last, to be opened before the first request.
 */
function installTables() {
  const { create } = db
  let tables
  db.create = (options) => {
    const store = create({ ...options, createTableMs: 0, updateTableMs: 0, deleteTableMs: 0 })
    store.tables = tables = new Tables(store)
    return store
  }
  for (const name of ['createTable', 'updateTable']) {
    const validation = require(`dynalite/validations/${name}`)
    const { custom } = validation
    validation.types.StreamSpecification = STREAM_SPECIFICATION
    validation.custom = (request, store) => {
      const { TableName, StreamSpecification: stream, ...others } = request
      if (stream?.StreamEnabled && !stream.StreamViewType) {
        return 'One or more parameter values were invalid: StreamViewType is missing'
      }
      const streamAlone = name === 'updateTable' && stream && Object.keys(others).length === 0
      return streamAlone ? undefined : custom(request, store)
    }
  }
  for (const name of ['createTable', 'updateTable', 'deleteTable', 'describeTable']) {
    const file = require.resolve(`dynalite/actions/${name}`)
    actions[name] = promisify(require(file))
    require.cache[file].exports = callbackify((store, request) => store.tables[name](request))
  }
  return () => tables
}

/**
 * The tables of a store, with what dynalite lacks: streams and a log of their changes. Other parts
 * keep what they need to know of a table in its `Hidden`, which no client sees. Emits `deleted`.
 */
class Tables extends EventEmitter {
  #store
  #byName = new Map()
  #previous = Promise.resolve()

  constructor(store) {
    super()
    this.#store = store
    // dynalite leaves its iterators open; LevelDB then keeps all that they could see.
    store.db.createKeyStream = (options) => Readable.from(store.db.keys(options))
    store.db.createValueStream = (options) => Readable.from(store.db.values(options))
    this.#captureWrites()
  }

  get db() {
    return this.#store.db
  }

  #captureWrites() {
    const { getItemDb } = this.#store
    const capturing = new WeakSet()
    this.#store.getItemDb = (name) => {
      const items = getItemDb(name)
      if (!capturing.has(items)) {
        capturing.add(items)
        items.put = callbackify((key, item) => this.#write(name, key, item))
        items.del = callbackify((key) => this.#write(name, key))
      }
      return items
    }
  }

  /** Reads the tables that are there, and ends what a crash has interrupted. */
  async open() {
    await this.db.open()
    const found = await this.db.values({ gt: 'table~', lt: 'table~\xFF' }).all()
    for (const { TableName, TableStatus } of found) {
      await this.#remember(TableName)
      if (TableStatus === 'DELETING') await this.deleteTable({ TableName })
      else if (TableStatus !== 'ACTIVE') {
        await this.change(TableName, (table) => (table.TableStatus = 'ACTIVE'))
      }
    }
  }

  /** Each table's description, with what is hidden, and its log. */
  all() {
    return [...this.#byName.values()]
  }

  /** The same of one table. */
  get(name) {
    const table = this.#byName.get(name)
    if (!table) {
      throw apiError(
        'ResourceNotFoundException',
        `Requested resource not found: Table: ${name} not found`,
      )
    }
    return table
  }

  /** Changes what is stored about a table. */
  change(name, mutate) {
    return this.#inTurn(() => this.#change(name, mutate))
  }

  createTable(request) {
    return this.#inTurn(async () => {
      const { StreamSpecification: stream, ...others } = request
      const log = await this.#logOf(request.TableName)
      const enabled = stream?.StreamEnabled ? await this.#newStream(request, log) : {}
      const description = await this.#storeTwice(actions.createTable, { ...others, ...enabled })
      return { TableDescription: visible(description) }
    })
  }

  updateTable(request) {
    return this.#inTurn(async () => {
      const { StreamSpecification: stream, ...others } = request
      const { description, log } = this.get(request.TableName)
      if (stream && stream.StreamEnabled === Boolean(description.StreamSpecification)) {
        const problem = stream.StreamEnabled ? 'already has an enabled stream' : 'has no stream'
        throw apiError('ValidationException', `Table ${problem}: TableName: ${request.TableName}`)
      }
      if (Object.keys(others).length > 1) {
        await this.#storeTwice(actions.updateTable, others)
      }
      if (stream) {
        const enabled = stream.StreamEnabled
          ? await this.#newStream({ ...description, StreamSpecification: stream }, log)
          : { StreamSpecification: undefined }
        await this.#change(request.TableName, (table) => Object.assign(table, enabled))
      }
      return { TableDescription: visible(this.get(request.TableName).description) }
    })
  }

  deleteTable(request) {
    return this.#inTurn(async () => {
      const { log } = this.get(request.TableName)
      const { TableDescription } = await actions.deleteTable(this.#store, request)
      this.#byName.delete(request.TableName)
      this.emit('deleted', request.TableName)
      await log.clear()
      while (await this.#read(request.TableName)) await nextTurn()
      return { TableDescription: visible(TableDescription) }
    })
  }

  async describeTable(request) {
    const { Table } = await actions.describeTable(this.#store, request)
    return { Table: visible(Table) }
  }

  /** Deletes an item, if it still is as it has to be, in the name of DynamoDB itself. */
  async expire(name, key, isExpired) {
    const items = this.#store.getItemDb(name)
    const release = await new Promise((locked) => items.lock(key, locked))
    try {
      const item = await promisify(items.get)(key)
      if (item === undefined || !isExpired(item)) return
      await promisify(db.updateIndexes)(this.#store, this.get(name).description, item, null)
      await this.#write(name, key, undefined, {
        type: 'Service',
        principalId: 'dynamodb.amazonaws.com',
      })
    } finally {
      release(() => {})()
    }
  }

  /** Drops the changes that DynamoDB keeps no longer. */
  async trim() {
    for (const { log } of this.all()) await log.trim(Date.now() * 1000 - RETENTION_MICROS)
  }

  /** Puts an item, or deletes it if it is undefined. The caller has its lock. */
  async #write(name, key, item, userIdentity = null) {
    const place = `item-${name}~${key}`
    const write = item ? { type: 'put', key: place, value: item } : { type: 'del', key: place }
    const { description, log } = this.get(name)
    if (!isCaptured(description)) return this.db.batch([write])

    const old = await this.db.get(place)
    if (item ? old && isSameItem(old, item) : !old) return
    await log.append(write, changeOf(description, old, item, userIdentity))
  }

  /** Tables are changed one after another, so that none is stored as it was before. */
  #inTurn(action) {
    const result = this.#previous.then(action)
    this.#previous = result.catch(() => {})
    return result
  }

  async #change(name, mutate) {
    this.get(name)
    const description = await this.#read(name)
    mutate(description)
    await this.db.put(`table~${name}`, description)
    await this.#remember(name)
  }

  async #remember(name) {
    const description = await this.#read(name)
    this.#byName.set(name, { description, log: await this.#logOf(name) })
    return description
  }

  async #logOf(name) {
    return this.#byName.get(name)?.log ?? ChangeLog.open(this.db, name)
  }

  #read(name) {
    return this.db.get(`table~${name}`)
  }

  /** What a table's description has of a stream that begins now. */
  async #newStream({ TableName, StreamSpecification, Hidden }, log) {
    const { awsRegion, awsAccountId } = this.#store.tableDb
    const begin = await log.mark()
    const micros = String(begin % 1000).padStart(3, '0')
    const label = new Date(begin / 1000).toISOString().replace('Z', micros)
    return {
      StreamSpecification,
      LatestStreamLabel: label,
      LatestStreamArn: `arn:aws:dynamodb:${awsRegion}:${awsAccountId}:table/${TableName}/stream/${label}`,
      Hidden: { ...Hidden, streamBegin: begin },
    }
  }

  /**
   * Has dynalite create or update a table. It stores the table twice: at once, and the same copy a
   * little later with another status. A change in between would be lost.
   */
  async #storeTwice(action, request) {
    const { tableDb } = this.#store
    const { put } = tableDb
    let stored = 0
    const storedTwice = new Promise((resolve) => {
      tableDb.put = (key, table, callback) =>
        put(key, table, (error) => {
          callback(error)
          if (++stored === 2) resolve()
        })
    })
    try {
      await action(this.#store, request)
      await storedTwice
    } finally {
      tableDb.put = put
    }
    return this.#remember(request.TableName)
  }
}

function isCaptured({ StreamSpecification, Hidden }) {
  return Boolean(StreamSpecification) || Hidden?.destinations?.some(({ active }) => active)
}

function changeOf({ KeySchema }, old, item, userIdentity) {
  const keys = Object.fromEntries(
    KeySchema.map(({ AttributeName: name }) => [name, (item ?? old)[name]]),
  )
  const parts = [keys, item, old].filter(Boolean)
  return {
    eventName: item ? (old ? 'MODIFY' : 'INSERT') : 'REMOVE',
    userIdentity,
    Keys: keys,
    NewImage: item,
    OldImage: old,
    SizeBytes: parts.reduce((bytes, part) => bytes + db.itemSize(part), 0),
  }
}

function visible({ Hidden, ...description }) {
  return description
}

module.exports = { installTables }
