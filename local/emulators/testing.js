'use strict'

// What the tests of the emulators have in common.

const http = require('node:http')
const { createDynamoDb } = require('./dynamodb-server')

const HEADERS = {
  'Content-Type': 'application/x-amz-json-1.0',
  Authorization: 'AWS4-HMAC-SHA256 Credential=a/b/c/d/e, SignedHeaders=host, Signature=f',
  'X-Amz-Date': '20260101T000000Z',
}

/** A DynamoDB with the table `votes`, until the test ends. */
async function withVotes(t, options = {}, streamView = 'NEW_AND_OLD_IMAGES') {
  const dynamoDb = createDynamoDb(options)
  await dynamoDb.opened
  await listen(t, dynamoDb.server)
  const call = clientOf(dynamoDb.server.address().port)
  await createVotes(call, streamView)
  return { ...dynamoDb, call }
}

function createVotes(call, StreamViewType, TableName = 'votes') {
  return call('CreateTable', {
    TableName,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    ...(StreamViewType && { StreamSpecification: { StreamEnabled: true, StreamViewType } }),
  })
}

async function listen(t, server) {
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening))
  t.after(() => {
    server.closeAllConnections()
    http.Server.prototype.close.call(server)
  })
}

/** Calls an operation; rejects with the error's type and message, and all else that it says. */
function clientOf(port) {
  return async (operation, body = {}, service = 'DynamoDB_20120810') => {
    const answer = await fetch(`http://127.0.0.1:${port}`, {
      method: 'POST',
      headers: { ...HEADERS, 'X-Amz-Target': `${service}.${operation}` },
      body: JSON.stringify(body),
    })
    const result = await answer.json()
    if (answer.ok) return result
    const message = `${result.__type.split('#')[1]}: ${result.message}`
    throw Object.assign(new Error(message), { ...result, message })
  }
}

/** Everything in the stream of `votes` after a sequence number, as far as it is there by now. */
async function readStream(call, after) {
  const records = []
  for await (const page of readPages(call, after)) {
    if (page.length === 0) return records
    records.push(...page)
  }
}

/** The same, page by page, without an end. */
async function* readPages(call, after) {
  const streams = (operation, body) => call(operation, body, 'DynamoDBStreams_20120810')
  const { StreamArn } = (await streams('ListStreams', { TableName: 'votes' })).Streams[0]
  const { Shards } = (await streams('DescribeStream', { StreamArn })).StreamDescription
  let { ShardIterator } = await streams('GetShardIterator', {
    StreamArn,
    ShardId: Shards[0].ShardId,
    ...(after
      ? { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', SequenceNumber: after }
      : { ShardIteratorType: 'TRIM_HORIZON' }),
  })
  for (;;) {
    const { Records, NextShardIterator } = await streams('GetRecords', { ShardIterator })
    yield Records
    ShardIterator = NextShardIterator
  }
}

const vote = (id, choice = 'park', more = {}) => ({
  TableName: 'votes',
  Item: { id: { S: id }, choice: { S: choice }, ...more },
})

const keyOf = (id) => ({ TableName: 'votes', Key: { id: { S: id } } })

module.exports = {
  HEADERS,
  clientOf,
  createVotes,
  keyOf,
  listen,
  readPages,
  readStream,
  vote,
  withVotes,
}
