'use strict'

// ReturnValuesOnConditionCheckFailure, which dynalite lacks. It checks conditions while it holds
// the item's lock, and answers with the error made here: so the item is the one that was checked.

const db = require('dynalite/db')

const ONE_ITEM_WRITES = ['putItem', 'updateItem', 'deleteItem']

/** Must run before dynalite is loaded. */
function returnItemsOfFailedConditions() {
  for (const name of ONE_ITEM_WRITES) {
    require(`dynalite/validations/${name}`).types.ReturnValuesOnConditionCheckFailure = {
      type: 'String',
      enum: ['ALL_OLD', 'NONE'],
    }
  }
  const { checkConditional } = db
  db.checkConditional = (request, item) => {
    const failure = checkConditional(request, item)
    if (failure && item && request.ReturnValuesOnConditionCheckFailure === 'ALL_OLD') {
      failure.body.Item = item
    }
    return failure
  }
}

module.exports = { returnItemsOfFailedConditions }
