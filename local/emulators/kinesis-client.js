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

  /** Puts all of them, however long that takes, unless the signal is given. */
  async putAll(StreamName, records, signal) {
    let left = records
    while (left.length > 0 && !signal.aborted) {
      const Records = []
      for (let bytes = 0; Records.length < Math.min(left.length, MAX_RECORDS);) {
        bytes += left[Records.length].Data.length
        if (Records.length > 0 && bytes > MAX_BYTES) break
        Records.push(left[Records.length])
      }
      const failed = await this.#put(StreamName, Records, signal)
      if (failed.length > 0) await pause(RETRY_MS)
      left = [...failed, ...left.slice(Records.length)]
    }
  }

  /** Those that are to be put once more. */
  async #put(StreamName, Records, signal) {
    try {
      const answer = await this.#call('PutRecords', { StreamName, Records }, signal)
      return Records.filter((record, place) => answer.Records[place].ErrorCode)
    } catch {
      // Kinesis may be down, or be starting.
      return Records
    }
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

module.exports = { KinesisClient }
