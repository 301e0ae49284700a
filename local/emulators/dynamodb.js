'use strict'

// A DynamoDB API, by dynalite, with what dynalite lacks: streams, Kinesis streaming destinations,
// time to live, the item in a failed condition.
//
//   node dynamodb.js [--port PORT] [--path DIRECTORY] [--kinesis URL]
//                    [--duplicates FRACTION] [--shuffle CHANGES] [--seed NUMBER]
//
// Without --port it takes a free one, without --path it keeps its tables in memory. Changes go to
// the Kinesis at --kinesis, on purpose twice and out of order with --duplicates and --shuffle.

const { parseArgs } = require('node:util')
const { createDynamoDb } = require('./dynamodb-server')
const { serve } = require('./service')

const text = { type: 'string' }
const { values: options } = parseArgs({
  options: {
    port: { ...text, default: '0' },
    path: text,
    kinesis: text,
    duplicates: { ...text, default: '0' },
    shuffle: { ...text, default: '0' },
    seed: { ...text, default: '0' },
  },
})

const { server, opened } = createDynamoDb({
  path: options.path,
  kinesis: options.kinesis,
  disorder: {
    duplicates: Number(options.duplicates),
    shuffle: Number(options.shuffle),
    seed: BigInt(options.seed),
  },
})

serve(server, options.port, opened, options.path)
