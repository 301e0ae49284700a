'use strict'

// The citizens of Lunden, a town that does not exist. `regions` are those in which they may vote.

const { citizens, password } = require('./citizens.json')

module.exports = {
  CITIZENS: new Map(citizens.map((citizen) => [citizen.id, citizen])),
  PASSWORD: password,
}
