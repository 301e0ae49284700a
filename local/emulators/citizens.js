'use strict'

// The citizens of Lunden, a town that does not exist. `regions` are those in which they may vote.

const PASSWORD = 'lunden'

const CITIZENS = new Map(
  [
    ['anna', 'Anna Björk', ['Östervik']],
    ['bernard', 'Bernard Moulin', ['Mill Quarter']],
    ['celia', 'Célia Duarte', ['São Brás']],
    ['dawid', 'Dawid Łąkowski', ['Łąki']],
    ['elif', 'Elif Aydın', ['Old Town']],
    ['frederic', 'Frédéric Maurin', ['Vieux-Môle']],
    ['grace', 'Grace Miller', ['Mill Quarter', 'Old Town']],
    ['hana', 'Hana Nováková', ['Old Town']],
    ['idris', 'Idris Bello', ['Östervik', 'Łąki']],
    ['joao', 'João Pires', ['São Brás']],
  ].map(([id, name, regions]) => [id, { id, name, regions }]),
)

module.exports = { CITIZENS, PASSWORD }
