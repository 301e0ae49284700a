'use strict'

// Counts the ballots of Pabulib files: an answer key of its own, next to the tables. It takes files
// in good order; `citytally replay` is what says where one breaks a rule of the format.

const SECTIONS = ['META', 'PROJECTS', 'VOTES']
const APPROVAL = ['approval', 'choose-1']

/**
 * The votes of each project in one file, with those without a vote.
 *
 * @param {string} text of the file
 * @returns {{region: string, ballots: number, projects: Array<{improvement: string, votes: number}>}}
 *     ballots are those that name a project
 */
function countBallots(text) {
  const rows = { META: [], PROJECTS: [], VOTES: [] }
  let section
  for (const row of csv(text.replace(/^\uFEFF/, ''))) {
    const first = row[0].trim()
    if (row.length === 1 && first === '') continue
    if (row.length === 1 && SECTIONS.includes(first)) section = first
    else if (section) rows[section].push(row)
  }
  const meta = new Map(rows.META.slice(1).map(([key, value]) => [key.trim(), value.trim()]))
  if (!APPROVAL.includes(meta.get('vote_type'))) {
    throw new Error(`the vote_type is ${meta.get('vote_type')}: only approval can be counted`)
  }
  const region = meta.get('subunit') ?? meta.get('district') ?? meta.get('unit')
  const votes = new Map(column(rows.PROJECTS, 'project_id').map((id) => [id, 0]))
  let ballots = 0
  for (const ballot of column(rows.VOTES, 'vote')) {
    for (const id of new Set(ballot === '' ? [] : ballot.split(',').map((part) => part.trim()))) {
      if (!votes.has(id)) throw new Error(`a ballot names the project ${id}, which is not there`)
      votes.set(id, votes.get(id) + 1)
    }
    if (ballot !== '') ballots++
  }
  const projects = [...votes].map(([improvement, count]) => ({ improvement, votes: count }))
  return { region, ballots, projects }
}

function column([header, ...rows], name) {
  const at = header?.findIndex((each) => each.trim() === name) ?? -1
  if (at < 0) throw new Error(`there is no column ${name}`)
  return rows.map((row) => row[at].trim())
}

/** The records of CSV with semicolons: a field in quotation marks may hold anything. */
function* csv(text) {
  const token = /(?:"((?:[^"]|"")*)"|((?!")[^;\r\n]*))(;|\r\n|\r|\n|$)/gy
  let row = []
  while (token.lastIndex < text.length) {
    const match = token.exec(text)
    if (!match) throw new Error('broken quoting')
    row.push(match[1] === undefined ? match[2] : match[1].replaceAll('""', '"'))
    if (match[3] !== ';') {
      yield row
      row = []
    }
  }
  if (row.length > 0) yield row
}

module.exports = { countBallots }
