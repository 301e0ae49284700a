#!/usr/bin/env node
'use strict'

const OLDEST_NODE = 20
if (Number(process.versions.node.split('.')[0]) < OLDEST_NODE) {
  console.error(
    `recount: Node.js ${process.versions.node} is too old. Install ${OLDEST_NODE} or newer.`,
  )
  process.exit(3)
}

const { readFile, writeFile } = require('node:fs/promises')
const { parseArgs } = require('node:util')
const compare = require('./compare')
const { DynamoDb, MissingTableError } = require('./dynamodb')
const { countBallots } = require('./pabulib')
const { readApi } = require('./web')

const POLL_MILLIS = 500
const MAX_LINES = 20

const HELP = `Usage: recount [OPTIONS] [FILE.pb...]

Counts the votes again, on its own: it shares no code with the job, the web application or the audit.
It reads the table of votes over DynamoDB's API, in which each item is a ballot of one vote or several,
and compares the count with
  total_votes   each total is the votes that stand, plus what was there before (--baseline)
  turnout       each region has as many ballots as stand in it
  recent_votes  each list is in order, within its bound, and shows only votes that stand
  the API       it shows these totals and lists, and no choice that the ballot hides (--web)
  FILE.pb       the votes that stand are those of the elections in these Pabulib files
Votes that can't be counted (an id, region or improvement that is empty, longer than 256 characters,
not a string, or holds a control character; a ballot of more than 100 votes) and votes for choices that are neither on the ballot nor
in total_votes are told, and not counted. Votes carry no time: that a list shows the newest ones can't
be seen from them.

Stop the voting first. What differs is looked at again until --patience is over.

Options:
  --dynamodb URL         DynamoDB (default: http://127.0.0.1:8000)
  --web URL              the web application, such as http://127.0.0.1:8080 (default: not read)
  --region REGION        for the signature (default: AWS_REGION, or us-east-1); credentials are
                         AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN, or dummies
  --recent-size N        the job's recent.size (default: 20)
  --no-ballot            the job runs without ballot.table: every choice counts
  --baseline FILE.json   what stood in total_votes before the job first wrote
  --save-baseline FILE.json
                         writes total_votes to the file, for --baseline later, and ends
  --direct               the votes never were in the table: the files alone say what they are
  --ballots              all votes of a voter in the files are one ballot (default: a ballot each)
  --lists-may-lag        a list that differs is told, but is no failure
  --patience SECONDS     how long to look again (default: 15)
  --votes-table NAME, --total-votes-table NAME, --turnout-table NAME, --recent-votes-table NAME,
  --ballot-table NAME    (default: votes, total_votes, turnout, recent_votes, ballot)
  --help

Exit status:
  0  everything agrees
  1  something differs
  2  an option or a file was refused, or there is nothing to be read
  3  Node.js is too old
`

const OPTIONS = {
  dynamodb: { type: 'string', default: 'http://127.0.0.1:8000' },
  web: { type: 'string' },
  region: { type: 'string', default: process.env.AWS_REGION ?? 'us-east-1' },
  'recent-size': { type: 'string', default: '20' },
  'no-ballot': { type: 'boolean', default: false },
  baseline: { type: 'string' },
  'save-baseline': { type: 'string' },
  direct: { type: 'boolean', default: false },
  ballots: { type: 'boolean', default: false },
  'lists-may-lag': { type: 'boolean', default: false },
  patience: { type: 'string', default: '15' },
  'votes-table': { type: 'string', default: 'votes' },
  'total-votes-table': { type: 'string', default: 'total_votes' },
  'turnout-table': { type: 'string', default: 'turnout' },
  'recent-votes-table': { type: 'string', default: 'recent_votes' },
  'ballot-table': { type: 'string', default: 'ballot' },
  help: { type: 'boolean', default: false },
}

/** What a person can mend: an option, a file, or a system that is not there. */
class RefusedError extends Error {}

function optionsOf(args) {
  let parsed
  try {
    parsed = parseArgs({ args, options: OPTIONS, allowPositionals: true })
  } catch (error) {
    throw new RefusedError(error.message)
  }
  const { values, positionals } = parsed
  if (values.direct && positionals.length === 0) {
    throw new RefusedError('--direct: without FILE.pb there is nothing to count. Name the files.')
  }
  return {
    ...values,
    files: positionals,
    dynamodb: addressOf(values.dynamodb, '--dynamodb'),
    web: values.web === undefined ? undefined : addressOf(values.web, '--web'),
    recentSize: numberOf(values['recent-size'], '--recent-size', 1, 100),
    patience: numberOf(values.patience, '--patience', 0, 3600),
  }
}

function addressOf(text, option) {
  if (!/^https?:/.test(text) || !URL.canParse(text)) {
    throw new RefusedError(
      `${option}: '${text}' is not an address. Use for example http://127.0.0.1:8000.`,
    )
  }
  return new URL(text)
}

function numberOf(text, option, min, max) {
  const number = Number(text)
  if (!/^\d+$/.test(text) || number < min || number > max) {
    throw new RefusedError(`${option}: '${text}' is not a whole number from ${min} to ${max}.`)
  }
  return number
}

function clientOf({ dynamodb, region }) {
  return new DynamoDb(dynamodb, region, {
    accessKeyId: process.env.AWS_ACCESS_KEY_ID ?? 'local',
    secretAccessKey: process.env.AWS_SECRET_ACCESS_KEY ?? 'local',
    sessionToken: process.env.AWS_SESSION_TOKEN,
  })
}

async function readText(file) {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    throw new RefusedError(`${file} can't be read: ${error.message}`)
  }
}

/** What the files say, in the shape of what the table says. */
async function readElection(files, isOneBallot) {
  const election = { byChoice: new compare.Choices(), ballots: new compare.Regions() }
  for (const file of files) {
    const text = await readText(file)
    try {
      const { region, ballots, projects } = countBallots(text)
      for (const { improvement, votes } of projects) {
        election.byChoice.add(region, improvement, votes)
        if (!isOneBallot) election.ballots.add(region, votes)
      }
      if (isOneBallot) election.ballots.add(region, ballots)
    } catch (error) {
      throw new RefusedError(`${file}: ${error.message}`)
    }
  }
  return { ...election, several: isOneBallot ? election.ballots.sum() : 0 }
}

async function readBaseline(file) {
  const baseline = new compare.Choices()
  if (file === undefined) return baseline
  const text = await readText(file)
  try {
    for (const { region, improvement, total_votes: total } of JSON.parse(text)) {
      if (!Number.isSafeInteger(total)) throw new Error('total_votes is not a whole number')
      baseline.add(region, improvement, total)
    }
  } catch (error) {
    throw new RefusedError(
      `${file} is no baseline: ${error.message}. Make one with --save-baseline before the job first writes.`,
    )
  }
  return baseline
}

async function saveBaseline(client, options) {
  const file = options['save-baseline']
  const differences = new compare.Differences()
  const items = await all(client.scan(options['total-votes-table']))
  const { totals } = compare.readTotals(items, differences)
  if (differences.lines.length > 0) throw new RefusedError(differences.lines[0])
  const lines = [...totals].map(([region, improvement, number]) =>
    JSON.stringify({ region, improvement, total_votes: number }),
  )
  await writeFile(file, `[\n${lines.join(',\n')}\n]\n`)
  return `saved ${lines.length} totals in ${file}`
}

async function all(items) {
  const list = []
  for await (const item of items) list.push(item)
  return list
}

async function readBallot(client, options) {
  if (options['no-ballot']) return undefined
  try {
    return compare.readBallot(await all(client.scan(options['ballot-table'])))
  } catch (error) {
    if (error instanceof MissingTableError) return undefined
    throw error
  }
}

/** Reads everything once, and compares. */
async function look(client, options, election, baseline) {
  const differences = new compare.Differences()
  const votes = new compare.Votes()
  if (!options.direct) {
    for await (const item of client.scan(options['votes-table'])) votes.take(item)
    if (options.files.length > 0) {
      compare.compareWithElection(votes.byChoice, election.byChoice, differences)
      compare.compareBallotsWithElection(votes.ballots, election.ballots, differences)
    }
  }
  const standing = options.direct ? election : votes

  const ballot = await readBallot(client, options)
  const totalItems = await all(client.scan(options['total-votes-table']))
  const { totals, added } = compare.readTotals(totalItems, differences)
  const { counted, refused } = compare.withoutRefused(standing.byChoice, ballot, totals)
  compare.compareTotals(counted, baseline, totals, differences)

  const turnoutItems = await all(client.scan(options['turnout-table']))
  const { turnout, cast } = compare.readTurnout(turnoutItems, differences)
  compare.compareTurnout(standing.ballots, ballot, turnout, differences)

  const listDifferences = new compare.Differences()
  const listItems = await all(client.scan(options['recent-votes-table']))
  const lists = compare.readLists(listItems, listDifferences)
  const listed = listedOf(added, cast, standing.several, refused)
  compare.compareLists(lists, counted, listed, options.recentSize, listDifferences)
  if (!options['lists-may-lag']) differences.lines.push(...listDifferences.lines)

  if (options.web) {
    const choices = [...(ballot?.values() ?? [])].map(({ region }) => region)
    const api = await readApi(options.web, [...choices, ...[...totals].map(([region]) => region)])
    compare.compareApi(api, totals, turnout, lists, ballot, differences)
  }
  return {
    lines: differences.lines,
    notes: options['lists-may-lag'] ? listDifferences.lines : [],
    moment: JSON.stringify([counted.sum(), totals.sum(), turnout.sum()]),
    scope: [
      `${count(counted.sum(), 'vote')} on ${count(standing.ballots.sum(), 'ballot')}`,
      count(totalItems.length, 'total'),
      count(lists.size, 'list'),
      ...(options.web ? ['API'] : []),
    ].join(', '),
    left: [
      ...(votes.uncountable > 0 ? [`${number(votes.uncountable)} that can't be`] : []),
      ...(refused > 0 ? [`${number(refused)} for choices that are not on the ballot`] : []),
    ].join(', '),
  }
}

/**
 * Only one vote of a ballot with several enters the lists, and none if that one is refused.
 *
 * @returns see compareLists
 */
function listedOf(added, cast, several, refused) {
  if (several === 0) return added
  if (refused > 0) return undefined
  return new Map(
    [...added].map(([region, { removed }]) => [region, { added: cast.get(region), removed }]),
  )
}

function number(value) {
  return value.toLocaleString('en-US')
}

function count(value, what) {
  return `${number(value)} ${what}${value === 1 ? '' : 's'}`
}

/** Looks until all agrees, or patience is over. */
async function recount(client, options) {
  const election = await readElection(options.files, options.ballots)
  const baseline = await readBaseline(options.baseline)
  const end = Date.now() + options.patience * 1000
  const first = await look(client, options, election, baseline)
  let last = first
  while (last.lines.length > 0 && Date.now() < end) {
    await new Promise((resolve) => setTimeout(resolve, POLL_MILLIS))
    last = await look(client, options, election, baseline)
  }
  return { ...last, moved: last.moment !== first.moment }
}

function report({ lines, notes, scope, left, moved }) {
  const told = lines.slice(0, MAX_LINES)
  if (lines.length > MAX_LINES) told.push(`and ${number(lines.length - MAX_LINES)} more`)
  told.push(...notes.slice(0, MAX_LINES).map((note) => `note: ${note}`))
  if (lines.length > 0 && moved) {
    told.push(
      'The votes or totals changed on the way. If citizens still vote, stop that, and look again.',
    )
  }
  const ignored = left ? `; not counted: ${left}` : ''
  told.push(
    lines.length === 0
      ? `agrees: ${scope}${ignored}`
      : `differs: ${lines[0]}${lines.length > 1 ? `, and ${number(lines.length - 1)} more` : ''}; ${scope}${ignored}`,
  )
  return told
}

async function execute(args, out) {
  const options = optionsOf(args)
  if (options.help) {
    out(HELP.trimEnd())
    return 0
  }
  const client = clientOf(options)
  if (options['save-baseline']) {
    out(await saveBaseline(client, options))
    return 0
  }
  const result = await recount(client, options)
  report(result).forEach((line) => out(line))
  return result.lines.length === 0 ? 0 : 1
}

/**
 * The command.
 *
 * @param {string[]} args
 * @param {(line: string) => void} out
 * @param {(line: string) => void} err
 * @returns {Promise<number>} the exit status
 */
async function main(args, out, err) {
  try {
    return await execute(args, out)
  } catch (error) {
    err(`recount: ${compare.plain(error.message)}`)
    if (error instanceof RefusedError) err('recount --help tells what there is.')
    return 2
  }
}

if (require.main === module) {
  main(process.argv.slice(2), console.log, console.error).then((status) => {
    process.exitCode = status
  })
}

module.exports = { main }
