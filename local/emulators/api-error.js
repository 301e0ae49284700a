'use strict'

/** An error as DynamoDB answers it. */
function apiError(type, message) {
  const service =
    type === 'ValidationException'
      ? 'com.amazon.coral.validate'
      : 'com.amazonaws.dynamodb.v20120810'
  return Object.assign(new Error(message), {
    statusCode: 400,
    body: { __type: `${service}#${type}`, message },
  })
}

module.exports = { apiError }
