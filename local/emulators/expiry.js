'use strict'

const { apiError } = require('./api-error')

/** DynamoDB lets an item stand that expired longer ago: its attribute may mean something else. */
const MAX_AGE_SECONDS = 5 * 365 * 24 * 60 * 60

/** Time to live: items that go by themselves, a while after their time. */
class Expiry {
  #tables

  constructor(tables) {
    this.#tables = tables
  }

  async updateTimeToLive({ TableName, TimeToLiveSpecification: asked }) {
    if (!asked?.AttributeName || typeof asked.Enabled !== 'boolean') {
      throw apiError(
        'ValidationException',
        'TimeToLiveSpecification needs AttributeName and Enabled',
      )
    }
    const { description } = this.#tables.get(TableName)
    if (asked.Enabled === Boolean(description.Hidden?.timeToLive)) {
      const state = asked.Enabled ? 'enabled' : 'disabled'
      throw apiError('ValidationException', `TimeToLive is already ${state}`)
    }
    await this.#tables.change(TableName, (table) => {
      table.Hidden = {
        ...table.Hidden,
        timeToLive: asked.Enabled ? asked.AttributeName : undefined,
      }
    })
    return { TimeToLiveSpecification: asked }
  }

  describeTimeToLive({ TableName }) {
    const attribute = this.#tables.get(TableName).description.Hidden?.timeToLive
    return {
      TimeToLiveDescription: attribute
        ? { TimeToLiveStatus: 'ENABLED', AttributeName: attribute }
        : { TimeToLiveStatus: 'DISABLED' },
    }
  }

  /** Deletes what has expired by now. */
  async expire() {
    for (const { description } of this.#tables.all()) {
      const attribute = description.Hidden?.timeToLive
      if (attribute) await this.#expireIn(description.TableName, attribute)
    }
  }

  async #expireIn(table, attribute) {
    const prefix = `item-${table}~`
    for await (const [place, item] of this.#tables.db.iterator({
      gt: prefix,
      lt: `${prefix}\xFF`,
    })) {
      if (isExpired(item, attribute)) {
        await this.#tables.expire(table, place.slice(prefix.length), (now) =>
          isExpired(now, attribute),
        )
      }
    }
  }
}

function isExpired(item, attribute) {
  const seconds = Number(item[attribute]?.N)
  const now = Date.now() / 1000
  return seconds < now && seconds > now - MAX_AGE_SECONDS
}

module.exports = { Expiry }
