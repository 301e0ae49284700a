'use strict'

const { createHash } = require('node:crypto')
const { apiError } = require('./api-error')

const MAX_RECORDS = 1000
const MAX_BYTES = 1024 * 1024
const ITERATOR_LIFE_MS = 15 * 60 * 1000

// AWS asks for at least 21 digits.
const NUMBER = /^\d{21}$/
const NUMBERS_PER_MICROSECOND = '00000'

/**
 * The DynamoDB Streams API. A stream has one shard, which stays open. A stream that is disabled is
 * gone at once; AWS lets it be read for another day.
 */
class Streams {
  #tables

  constructor(tables) {
    this.#tables = tables
  }

  listStreams({ TableName, Limit = 100, ExclusiveStartStreamArn }) {
    const streams = this.#enabled()
      .filter((description) => !TableName || description.TableName === TableName)
      .map(({ LatestStreamArn: StreamArn, LatestStreamLabel: StreamLabel, ...description }) => ({
        StreamArn,
        StreamLabel,
        TableName: description.TableName,
      }))
    const from = streams.findIndex(({ StreamArn }) => StreamArn === ExclusiveStartStreamArn) + 1
    const Streams = streams.slice(from, from + Limit)
    const more = from + Limit < streams.length
    return { Streams, ...(more && { LastEvaluatedStreamArn: Streams.at(-1).StreamArn }) }
  }

  describeStream({ StreamArn, ExclusiveStartShardId }) {
    const { description } = this.#find(StreamArn)
    const shard = {
      ShardId: shardOf(description),
      SequenceNumberRange: { StartingSequenceNumber: numberOf(description.Hidden.streamBegin + 1) },
    }
    return {
      StreamDescription: {
        StreamArn,
        StreamLabel: description.LatestStreamLabel,
        StreamStatus: 'ENABLED',
        StreamViewType: description.StreamSpecification.StreamViewType,
        CreationRequestDateTime: Math.floor(description.Hidden.streamBegin / 1e6),
        TableName: description.TableName,
        KeySchema: description.KeySchema,
        Shards: ExclusiveStartShardId === shard.ShardId ? [] : [shard],
      },
    }
  }

  getShardIterator({ StreamArn, ShardId, ShardIteratorType: type, SequenceNumber: number }) {
    const { description, log } = this.#find(StreamArn)
    if (ShardId !== shardOf(description)) {
      throw apiError('ResourceNotFoundException', `Requested resource not found: Shard: ${ShardId}`)
    }
    const begin = description.Hidden.streamBegin
    const positions = {
      TRIM_HORIZON: () => Math.max(begin, log.trimmed),
      LATEST: () => log.last,
      AT_SEQUENCE_NUMBER: () => timeOf(number) - 1,
      AFTER_SEQUENCE_NUMBER: () => timeOf(number),
    }
    if (!Object.hasOwn(positions, type)) {
      throw apiError('ValidationException', `ShardIteratorType is not known: ${type}`)
    }
    const position = positions[type]()
    refuseTrimmed(position, log)
    return { ShardIterator: iteratorAt(StreamArn, Math.max(begin, position)) }
  }

  async getRecords({ ShardIterator, Limit = MAX_RECORDS }) {
    const { arn, position, issued } = readIterator(ShardIterator)
    const { description, log } = this.#find(arn)
    if (Date.now() - issued > ITERATOR_LIFE_MS) {
      throw apiError('ExpiredIteratorException', 'The iterator is older than 15 minutes')
    }
    refuseTrimmed(position, log)
    // Without changes the position moves on all the same, so that it is not trimmed one day.
    let next = log.last
    const Records = []
    let bytes = 0
    for await (const change of log.after(position)) {
      Records.push(recordOf(change, description))
      next = change.time
      bytes += change.SizeBytes
      if (Records.length === Math.min(Limit, MAX_RECORDS) || bytes >= MAX_BYTES) break
    }
    return { Records, NextShardIterator: iteratorAt(arn, Math.max(position, next)) }
  }

  #enabled() {
    return this.#tables
      .all()
      .map(({ description }) => description)
      .filter(({ StreamSpecification }) => StreamSpecification)
  }

  #find(arn) {
    const found = this.#tables
      .all()
      .find(
        ({ description }) => description.StreamSpecification && description.LatestStreamArn === arn,
      )
    if (!found) {
      throw apiError(
        'ResourceNotFoundException',
        `Requested resource not found: Stream: ${arn} not found`,
      )
    }
    return found
  }
}

function refuseTrimmed(position, log) {
  if (position < log.trimmed) {
    throw apiError(
      'TrimmedDataAccessException',
      'The requested data has been trimmed: a change is kept for 24 hours',
    )
  }
}

function shardOf({ LatestStreamArn, Hidden }) {
  const millis = String(Math.floor(Hidden.streamBegin / 1000)).padStart(20, '0')
  return `shardId-${millis}-${createHash('md5').update(LatestStreamArn).digest('hex').slice(0, 8)}`
}

function numberOf(time) {
  return time + NUMBERS_PER_MICROSECOND
}

function timeOf(number) {
  if (!NUMBER.test(number)) {
    throw apiError('ValidationException', `SequenceNumber is not one of this shard: ${number}`)
  }
  return Number(number.slice(0, -NUMBERS_PER_MICROSECOND.length))
}

function iteratorAt(arn, position) {
  return Buffer.from(JSON.stringify({ arn, position, issued: Date.now() })).toString('base64')
}

function readIterator(iterator) {
  try {
    return JSON.parse(Buffer.from(iterator, 'base64'))
  } catch {
    throw apiError('ValidationException', 'Invalid ShardIterator')
  }
}

function recordOf(change, { LatestStreamArn, StreamSpecification: { StreamViewType } }) {
  const { time, eventName, userIdentity, Keys, NewImage, OldImage, SizeBytes } = change
  const shows = (view) => [view, 'NEW_AND_OLD_IMAGES'].includes(StreamViewType)
  return {
    eventID: createHash('md5').update(`${LatestStreamArn}/${time}`).digest('hex'),
    eventName,
    eventVersion: '1.1',
    eventSource: 'aws:dynamodb',
    awsRegion: 'us-east-1',
    ...(userIdentity && {
      userIdentity: { Type: userIdentity.type, PrincipalId: userIdentity.principalId },
    }),
    dynamodb: {
      ApproximateCreationDateTime: Math.floor(time / 1e6),
      Keys,
      ...(shows('NEW_IMAGE') && { NewImage }),
      ...(shows('OLD_IMAGE') && { OldImage }),
      SequenceNumber: numberOf(time),
      SizeBytes,
      StreamViewType,
    },
  }
}

module.exports = { Streams }
