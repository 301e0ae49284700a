'use strict'

const { setTimeout: pause } = require('node:timers/promises')

/** What one PutRecords takes; a part of it is left to what comes around the data. */
const MAX_RECORDS = 500
const MAX_BYTES = 3 * 1024 * 1024

const RETRY_MS = 100

const HEADERS = {
  'Content-Type': 'application/x-amz-json-1.1',
  Authorization:
    'AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/kinesis/aws4_request, ' +
    'SignedHeaders=host, Signature=local',
  'X-Amz-Date': '20260101T000000Z',
}

/** Puts records to the Kinesis emulator. */
class KinesisClient {
  #address

  constructor(address) {
    this.#address = address
  }

  /** Returns whether there is a Kinesis at all. */
  get isThere() {
    return this.#address !== undefined
  }

  async hasStream(StreamName) {
    try {
      await this.#call('DescribeStreamSummary', { StreamName })
      return true
    } catch (error) {
      if (error.type === 'ResourceNotFoundException') return false
      throw error
    }
  }

  /**
   * Puts all of them, however long that takes, unless the signal is given. Skips a record that
   * Kinesis refuses, as AWS does.
   */
  async putAll(StreamName, records, signal) {
    let left = records
    let reported
    while (left.length > 0 && !signal.aborted) {
      const Records = batchOf(left)
      const others = left.slice(Records.length)
      try {
        const failed = await this.#put(StreamName, Records, signal)
        if (failed.length > 0) await pause(RETRY_MS)
        left = [...failed, ...others]
      } catch (error) {
        if (error.type === 'ValidationException') {
          await this.#putEach(StreamName, Records, error, signal)
          left = others
        } else {
          // A Kinesis that does not answer may be starting: only a refusal is logged.
          if (error.type && error.type !== reported) {
            reported = error.type
            console.error(
              `The changes for the stream ${StreamName} are sent again until Kinesis takes them: ` +
                `${error.type}: ${error.message}`,
            )
          }
          await pause(RETRY_MS)
        }
      }
    }
  }

  /** Returns the records that are to be put once more. */
  async #put(StreamName, Records, signal) {
    const answer = await this.#call('PutRecords', { StreamName, Records }, signal)
    return Records.filter((record, place) => answer.Records[place].ErrorCode)
  }

  /** Puts the records of a refused batch one by one, and finds the one that it was refused for. */
  async #putEach(StreamName, records, { message }, signal) {
    if (records.length === 1) {
      console.error(
        `Kinesis refuses a change for the stream ${StreamName}, which is skipped: ${message}`,
      )
      return
    }
    for (const record of records) await this.putAll(StreamName, [record], signal)
  }

  async #call(operation, body, signal) {
    const answer = await fetch(this.#address, {
      method: 'POST',
      headers: { ...HEADERS, 'X-Amz-Target': `Kinesis_20131202.${operation}` },
      body: JSON.stringify(body),
      signal,
    })
    const result = await answer.json()
    if (!answer.ok) {
      throw Object.assign(new Error(result.message), { type: result.__type })
    }
    return result
  }
}

/** Returns the first records, as many as one PutRecords takes. */
function batchOf(records) {
  let bytes = 0
  const end = records.slice(0, MAX_RECORDS).findIndex(({ Data }, place) => {
    bytes += Data.length
    return place > 0 && bytes > MAX_BYTES
  })
  return records.slice(0, end < 0 ? MAX_RECORDS : end)
}

module.exports = { KinesisClient }
