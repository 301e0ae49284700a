'use strict'

// Reads tables over DynamoDB's HTTP API. Without the AWS SDK: a scan is one signed POST, and the
// checker needs no package, so nothing has to be installed before it can look.

const { createHash, createHmac } = require('node:crypto')

const SERVICE = 'dynamodb'
const API = 'DynamoDB_20120810'
const MAX_TRIES = 6
const FIRST_PAUSE_MILLIS = 100
const THROTTLED = /Throttling|ThroughputExceeded|RequestLimitExceeded/

/** A table that does not exist. */
class MissingTableError extends Error {}

/**
 * A client of one endpoint.
 *
 * @param {URL} endpoint
 * @param {string} region
 * @param {{accessKeyId: string, secretAccessKey: string, sessionToken?: string}} credentials
 */
class DynamoDb {
  constructor(endpoint, region, credentials) {
    this.endpoint = endpoint
    this.region = region
    this.credentials = credentials
  }

  /** All items of a table, page by page, each as it is at that moment. */
  async *scan(table) {
    let from
    do {
      const page = await this.#request('Scan', {
        TableName: table,
        ConsistentRead: true,
        ExclusiveStartKey: from,
      })
      yield* page.Items
      from = page.LastEvaluatedKey
    } while (from)
  }

  async #request(operation, request) {
    const body = JSON.stringify(request)
    for (let tries = 1, pause = FIRST_PAUSE_MILLIS; ; tries++, pause *= 2) {
      const answer = await this.#send(operation, body)
      if (answer.ok) return answer.json
      const type = String(answer.json?.__type ?? '')
      if (type.endsWith('ResourceNotFoundException')) {
        throw new MissingTableError(
          `There is no table '${request.TableName}' at ${this.endpoint.origin}.`,
        )
      }
      const mayPass = answer.unreachable || answer.status >= 500 || THROTTLED.test(type)
      if (!mayPass || tries === MAX_TRIES) throw this.#failure(operation, request, answer)
      await new Promise((resolve) => setTimeout(resolve, pause))
    }
  }

  async #send(operation, body) {
    const headers = sign({
      url: this.endpoint,
      headers: {
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': `${API}.${operation}`,
      },
      body,
      region: this.region,
      service: SERVICE,
      credentials: this.credentials,
      now: new Date(),
    })
    try {
      const response = await fetch(this.endpoint, { method: 'POST', headers, body })
      const text = await response.text()
      return { ok: response.ok, status: response.status, text, json: parsed(text) }
    } catch (error) {
      return { unreachable: error.cause?.code ?? error.cause?.message ?? error.message }
    }
  }

  #failure(operation, request, answer) {
    return new Error(
      answer.unreachable
        ? `No DynamoDB answers at ${this.endpoint.origin} (${answer.unreachable}). ` +
            'Start the system, or name its address with --dynamodb.'
        : `DynamoDB refuses the ${operation} of '${request.TableName}': ${answer.status} ${answer.text}`,
    )
  }
}

function parsed(text) {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/**
 * The headers of a signed POST, by AWS's Signature Version 4.
 *
 * @returns {Record<string, string>} those given, and `x-amz-date` and `authorization`; not `host`,
 *     which the client sends anyway
 */
function sign({ url, headers, body, region, service, credentials, now }) {
  const time = now.toISOString().replace(/[-:]|\.\d+/g, '')
  const date = time.slice(0, 8)
  const signed = { ...headers, host: url.host, 'x-amz-date': time }
  if (credentials.sessionToken) signed['x-amz-security-token'] = credentials.sessionToken
  const names = Object.keys(signed).sort()
  const canonical = [
    'POST',
    url.pathname,
    '',
    ...names.map((name) => `${name}:${signed[name]}`),
    '',
    names.join(';'),
    sha256(body),
  ].join('\n')
  const scope = `${date}/${region}/${service}/aws4_request`
  const key = [date, region, service, 'aws4_request'].reduce(
    hmac,
    `AWS4${credentials.secretAccessKey}`,
  )
  const signature = hmac(key, ['AWS4-HMAC-SHA256', time, scope, sha256(canonical)].join('\n'))
  delete signed.host
  return {
    ...signed,
    authorization:
      `AWS4-HMAC-SHA256 Credential=${credentials.accessKeyId}/${scope}, ` +
      `SignedHeaders=${names.join(';')}, Signature=${signature.toString('hex')}`,
  }
}

function sha256(text) {
  return createHash('sha256').update(text).digest('hex')
}

function hmac(key, text) {
  return createHmac('sha256', key).update(text).digest()
}

module.exports = { DynamoDb, MissingTableError, sign }
