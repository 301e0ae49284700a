'use strict'

const { returnItemsOfFailedConditions } = require('./failed-conditions')
const { installTables } = require('./tables')

returnItemsOfFailedConditions()
const tablesOfDynalite = installTables()
const dynalite = require('dynalite')
const validations = require('dynalite/validations')
const { Destinations } = require('./destinations')
const { Disorder } = require('./disorder')
const { Expiry } = require('./expiry')
const { KinesisClient } = require('./kinesis-client')
const { Streams } = require('./streams')

const INTERNAL_ERROR = {
  statusCode: 500,
  body: {
    __type: 'com.amazonaws.dynamodb.v20120810#InternalServerError',
    message: 'The emulator failed; its standard error says why.',
  },
}

const EXPIRE_INTERVAL_MS = 30 * 1000
const TRIM_INTERVAL_MS = 60 * 1000

// dynalite ends the process when a request's body is null.
const { checkTypes } = validations
validations.checkTypes = (request, types) => checkTypes(objectOf(request), types)

/**
 * The DynamoDB API: dynalite's, and what dynalite lacks.
 *
 * @param path where it keeps its tables; none: in memory
 * @param kinesis the address of the Kinesis emulator, for streaming destinations
 * @param disorder of what goes there, see `Disorder`
 */
function createDynamoDb({ path, kinesis, disorder = {} }) {
  const server = dynalite({ path })
  const tables = tablesOfDynalite()
  const expiry = new Expiry(tables)
  const streams = new Streams(tables)
  const destinations = new Destinations(tables, new KinesisClient(kinesis), new Disorder(disorder))
  const operations = {
    ...targets('DynamoDB_20120810', expiry, ['updateTimeToLive', 'describeTimeToLive']),
    ...targets('DynamoDB_20120810', destinations, [
      'enableKinesisStreamingDestination',
      'disableKinesisStreamingDestination',
      'describeKinesisStreamingDestination',
    ]),
    ...targets('DynamoDBStreams_20120810', streams, [
      'listStreams',
      'describeStream',
      'getShardIterator',
      'getRecords',
    ]),
    // Operations for the launcher: no AWS client sends them.
    ...targets('Launcher', destinations, ['progress', 'pause', 'resume']),
  }

  const [answerByDynalite] = server.listeners('request')
  server.removeAllListeners('request')
  server.on('request', (request, response) => {
    const target = request.headers['x-amz-target']
    if (Object.hasOwn(operations, target)) answer(operations[target], request, response)
    else answerByDynalite.call(server, request, response)
  })

  const opened = open()
  async function open() {
    await tables.open()
    await destinations.open()
    repeat(() => expiry.expire(), EXPIRE_INTERVAL_MS)
    repeat(() => tables.trim(), TRIM_INTERVAL_MS)
  }

  /** Stops at once, as a crash would; the server goes on. */
  async function stop() {
    await destinations.close()
    await tables.db.close()
  }
  return { server, opened, stop, tables, expiry, destinations }
}

/** Repeats an action, also after it has failed: a table may be deleted while it runs. */
function repeat(action, interval) {
  setInterval(() => action().catch((error) => console.error(error)), interval).unref()
}

function targets(service, part, names) {
  return Object.fromEntries(
    names.map((name) => [
      `${service}.${name[0].toUpperCase()}${name.slice(1)}`,
      (request) => part[name](request),
    ]),
  )
}

async function answer(operation, request, response) {
  try {
    const chunks = await request.toArray()
    reply(response, 200, await operation(parse(Buffer.concat(chunks))))
  } catch (error) {
    // A client that has gone away gets no answer.
    if (request.errored) return
    // An error that is no answer of DynamoDB is a defect. It must not end the other requests.
    if (!error.body) console.error(error)
    const { statusCode, body } = error.body ? error : INTERNAL_ERROR
    reply(response, statusCode, body)
  }
}

function parse(body) {
  try {
    return objectOf(JSON.parse(body))
  } catch {
    throw serializationError()
  }
}

function objectOf(request) {
  if (!(request instanceof Object) || Array.isArray(request)) throw serializationError()
  return request
}

function serializationError() {
  const __type = 'com.amazon.coral.service#SerializationException'
  return Object.assign(new Error(__type), { statusCode: 400, body: { __type } })
}

function reply(response, status, body) {
  response.writeHead(status, { 'Content-Type': 'application/x-amz-json-1.0' })
  response.end(JSON.stringify(body))
}

module.exports = { createDynamoDb }
