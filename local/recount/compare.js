'use strict'

// The comparisons: what was read goes in, what differs comes out. The rules are those that the
// page docs/guarantees.md states, written down a second time on purpose: nothing here comes from the job.

const MAX_CHARACTERS = 256
const MAX_NAMES = 100
const CONTROL = /\p{Cc}/u
const LONE_SURROGATE = /\p{Cs}/u

// White space, without the spaces that forbid a line break: those count as text.
const BLANK = /^[ \u1680\u2000-\u2006\u2008-\u200a\u2028\u2029\u205f\u3000]*$/u

const CITY = 'city'
const REGION_FEED = 'region:'
const MINUTE_MILLIS = 60000

/** Numbers by region and improvement. A choice that is not there has 0. */
class Choices {
  #numbers = new Map()

  add(region, improvement, number) {
    const key = JSON.stringify([region, improvement])
    this.#numbers.set(key, (this.#numbers.get(key) ?? 0) + number)
  }

  get(region, improvement) {
    return this.#numbers.get(JSON.stringify([region, improvement])) ?? 0
  }

  has(region, improvement) {
    return this.#numbers.has(JSON.stringify([region, improvement]))
  }

  /** Triples of region, improvement and number. */
  *[Symbol.iterator]() {
    for (const [key, number] of this.#numbers) yield [...JSON.parse(key), number]
  }

  /** The sum of all numbers. */
  sum() {
    let sum = 0
    for (const number of this.#numbers.values()) sum += number
    return sum
  }

  /** Triples of region, improvement and the two numbers, of all choices of either. */
  *with(other) {
    for (const [region, improvement, number] of this) {
      yield [region, improvement, number, other.get(region, improvement)]
    }
    for (const [region, improvement, number] of other) {
      if (!this.has(region, improvement)) yield [region, improvement, 0, number]
    }
  }
}

/** Numbers by region. A region that is not there has 0. */
class Regions {
  #numbers = new Map()

  add(region, number) {
    this.#numbers.set(region, this.get(region) + number)
  }

  get(region) {
    return this.#numbers.get(region) ?? 0
  }

  has(region) {
    return this.#numbers.has(region)
  }

  [Symbol.iterator]() {
    return this.#numbers.entries()
  }

  /** The sum of all numbers. */
  sum() {
    return [...this.#numbers.values()].reduce((sum, number) => sum + number, 0)
  }

  /** Triples of region and the two numbers, of all regions of either. */
  *with(other) {
    for (const region of new Set([...this.#numbers.keys(), ...other.#numbers.keys()])) {
      yield [region, this.get(region), other.get(region)]
    }
  }
}

/** Why an attribute of a vote can't be counted; undefined if it can. */
function problemOf(attribute) {
  if (attribute === undefined) return 'is missing'
  if (typeof attribute.S !== 'string') return 'is not a string'
  const text = attribute.S
  if (BLANK.test(text)) return 'is empty'
  if (text.length > MAX_CHARACTERS && [...text].length > MAX_CHARACTERS) return 'is too long'
  if (CONTROL.test(text)) return 'holds a control character'
  if (LONE_SURROGATE.test(text)) return 'holds half a character'
  return undefined
}

/**
 * The names of a ballot, whether well-formed or not: the union of its two attributes, each once.
 *
 * @returns {Set<string> | undefined} undefined where there are more than a ballot may have
 */
function namesOf({ improvement, improvements }) {
  const names = new Set(improvements?.SS ?? [])
  if (typeof improvement?.S === 'string') names.add(improvement.S)
  return names.size > MAX_NAMES ? undefined : names
}

/** The votes that stand, by what they are for. A ballot is an item, and a vote each of its names. */
class Votes {
  byChoice = new Choices()
  ballots = new Regions()
  uncountable = 0

  /** How many ballots have several votes. */
  several = 0

  /** Takes in an item of the votes table. */
  take(item) {
    const names = namesOf(item)
    if (problemOf(item.id) || problemOf(item.region) || !names) {
      this.uncountable++
      return
    }
    const wellFormed = [...names].filter((name) => !problemOf({ S: name }))
    for (const name of wellFormed) this.byChoice.add(item.region.S, name, 1)
    if (wellFormed.length > 0) this.ballots.add(item.region.S, 1)
    if (names.size > 1) this.several++
    this.uncountable += names.size - wellFormed.length
    if (item.improvement && item.improvement.S === undefined) this.uncountable++
    if (item.improvements && !item.improvements.SS) this.uncountable++
  }
}

/** What differs, a line each, with the place where it differs. */
class Differences {
  lines = []

  add(place, text) {
    this.lines.push(plain(`${place}: ${text}`))
  }
}

/** Names come from files and voters: what could steer a terminal becomes a space. */
function plain(text) {
  return text.replace(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, ' ')
}

function choiceName(region, improvement) {
  return `${region} / ${improvement}`
}

/** The ballots must be those of the files. */
function compareBallotsWithElection(ballots, election, differences) {
  for (const [region, standing, cast] of ballots.with(election)) {
    if (standing !== cast) {
      differences.add('votes', `${region}: ${standing} ballots stand, but the files have ${cast}`)
    }
  }
}

/** The votes must be those of the files. */
function compareWithElection(votes, election, differences) {
  for (const [region, improvement, standing, cast] of votes.with(election)) {
    if (standing !== cast) {
      const name = choiceName(region, improvement)
      differences.add('votes', `${name}: ${standing} stand, but the files have ${cast}`)
    }
  }
}

/**
 * Takes out the votes for choices that the job refuses: where there is a ballot, those that are not
 * on it and were never counted.
 *
 * @param {Choices} votes
 * @param {Map<string, object> | undefined} ballot see readBallot; undefined: every choice counts
 * @param {Choices} totals
 * @returns {{counted: Choices, refused: number}}
 */
function withoutRefused(votes, ballot, totals) {
  const counted = new Choices()
  let refused = 0
  for (const [region, improvement, number] of votes) {
    const known = ballot?.has(JSON.stringify([region, improvement])) ?? true
    if (known || totals.has(region, improvement)) counted.add(region, improvement, number)
    else refused += number
  }
  return { counted, refused }
}

/**
 * The items of total_votes.
 *
 * @returns {{totals: Choices, added: Map<string, {added: number, removed: number}>}} the totals, and
 *     what the job says that it has added and removed, by region
 */
function readTotals(items, differences) {
  const totals = new Choices()
  const added = new Map()
  for (const item of items) {
    const [region, improvement] = [item.region?.S, item.improvement?.S]
    const total = Number(item.total_votes?.N)
    if (!Number.isSafeInteger(total)) {
      differences.add('total_votes', `${choiceName(region, improvement)}: no whole number of votes`)
      continue
    }
    totals.add(region, improvement, total)
    const sums = added.get(region) ?? { added: 0, removed: 0 }
    sums.added += Number(item.added?.N ?? 0)
    sums.removed += Number(item.removed?.N ?? 0)
    added.set(region, sums)
  }
  return { totals, added }
}

/** Each total must be the votes counted, and what stood in the item before. */
function compareTotals(counted, baseline, totals, differences) {
  const expected = new Choices()
  for (const [region, improvement, number] of baseline) expected.add(region, improvement, number)
  for (const [region, improvement, number] of counted) expected.add(region, improvement, number)
  for (const [region, improvement, should, is] of expected.with(totals)) {
    if (should !== is) {
      const before = baseline.get(region, improvement)
      const votes = should - before
      const stand = `${votes} ${votes === 1 ? 'vote stands' : 'votes stand'}`
      const parts = before === 0 ? stand : `${stand}, and ${before} were there before`
      const item = totals.has(region, improvement) ? `the item has ${is}` : 'there is no item'
      differences.add('total_votes', `${choiceName(region, improvement)}: ${parts}, but ${item}`)
    }
  }
}

/**
 * The items of turnout.
 *
 * @returns {{turnout: Regions, cast: Regions}} the ballots, and how many the job says it has added
 */
function readTurnout(items, differences) {
  const turnout = new Regions()
  const cast = new Regions()
  for (const item of items) {
    const region = item.region?.S
    const ballots = Number(item.ballots?.N)
    if (Number.isSafeInteger(ballots)) {
      turnout.add(region, ballots)
      cast.add(region, Number(item.added?.N ?? 0))
    } else {
      differences.add('turnout', `${region}: no whole number of ballots`)
    }
  }
  return { turnout, cast }
}

/**
 * Each turnout must be the ballots that stand. Where there is a ballot paper, the job refuses those
 * of a region that has no choice on it and was never counted.
 *
 * @param {Regions} ballots
 * @param {Map<string, object> | undefined} ballot see readBallot; undefined: every region counts
 * @param {Regions} turnout
 */
function compareTurnout(ballots, ballot, turnout, differences) {
  const known = ballot && new Set([...ballot.values()].map(({ region }) => region))
  for (const [region, should, is] of ballots.with(turnout)) {
    const counts = turnout.has(region) || (known?.has(region) ?? true)
    if (counts && should !== is) {
      const stand = should === 1 ? 'ballot stands' : 'ballots stand'
      const item = turnout.has(region) ? `the item has ${is}` : 'there is no item'
      differences.add('turnout', `${region}: ${should} ${stand}, but ${item}`)
    }
  }
}

/**
 * The items of recent_votes.
 *
 * @returns {Map<string, Array<{region: string, improvement: string, castAt: string}>>} by feed
 */
function readLists(items, differences) {
  const lists = new Map()
  for (const item of items) {
    const feed = item.feed?.S
    const isList = feed === CITY || feed?.startsWith(REGION_FEED)
    const improvements = item.improvements?.L?.map(({ S }) => S)
    const minutes = item.minutes?.L?.map(({ N }) => N)
    const regions =
      feed === CITY
        ? item.regions?.L?.map(({ S }) => S)
        : improvements?.map(() => feed?.slice(REGION_FEED.length))
    const size = improvements?.length
    if (
      !isList ||
      ![regions, improvements, minutes].every(
        (part) => part?.length === size && part.every(Boolean),
      )
    ) {
      differences.add('recent_votes', `${feed}: not a list of votes`)
    } else {
      lists.set(
        feed,
        improvements.map((improvement, i) => ({
          region: regions[i],
          improvement,
          castAt: minuteOf(Number(minutes[i])),
        })),
      )
    }
  }
  return lists
}

/** As the API tells it: `2026-05-01T12:00Z`. */
const minuteOf = (minutes) => new Date(minutes * MINUTE_MILLIS).toISOString().slice(0, 16) + 'Z'

/**
 * What the votes tell about a list. They carry no time: whether the entries are the newest votes
 * can't be seen from them.
 *
 * @param {Map<string, {added: number, removed: number}>} listed how many votes the job has added to
 *     the lists of a region, at least, and how many votes it has removed; undefined: not known
 */
function compareLists(lists, counted, listed, recentSize, differences) {
  for (const [feed, entries] of lists) {
    const differ = (text) => differences.add('recent_votes', `${feed}: ${text}`)
    if (entries.length > recentSize)
      differ(`${entries.length} entries, but at most ${recentSize} may be`)
    const shown = new Choices()
    entries.forEach((entry, i) => {
      if (i > 0 && entry.castAt > entries[i - 1].castAt)
        differ(`entry ${i + 1} is newer than the one before`)
      shown.add(entry.region, entry.improvement, 1)
    })
    for (const [region, improvement, number] of shown) {
      const standing = counted.get(region, improvement)
      if (number > standing) {
        differ(
          `shows ${choiceName(region, improvement)} ${number} times, but ${standing} such votes stand`,
        )
      }
    }
  }
  if (listed) compareLengths(lists, listed, recentSize, differences)
  compareCityWithRegions(lists, differences)
}

/** Where nobody withdrew a vote, a list is as long as there are votes for it. */
function compareLengths(lists, listed, recentSize, differences) {
  const city = { added: 0, removed: 0 }
  const feeds = new Map([[CITY, city]])
  for (const [region, sums] of listed) {
    feeds.set(REGION_FEED + region, sums)
    city.added += sums.added
    city.removed += sums.removed
  }
  for (const [feed, sums] of feeds) {
    const length = lists.get(feed)?.length
    if (sums.added > 0 && length === undefined) {
      differences.add('recent_votes', `${feed}: there is no list, but votes were added`)
    } else if (sums.added > 0 && sums.removed === 0 && length < Math.min(recentSize, sums.added)) {
      differences.add(
        'recent_votes',
        `${feed}: ${length} entries, but ${sums.added} votes were added`,
      )
    }
  }
}

/** The newest votes of the city are also the newest of their regions. */
function compareCityWithRegions(lists, differences) {
  const ofCity = new Map()
  for (const entry of lists.get(CITY) ?? []) {
    if (!ofCity.has(entry.region)) ofCity.set(entry.region, [])
    ofCity.get(entry.region).push(entry)
  }
  for (const [region, entries] of ofCity) {
    const ofRegion = lists.get(REGION_FEED + region) ?? []
    if (JSON.stringify(entries) !== JSON.stringify(ofRegion.slice(0, entries.length))) {
      differences.add(
        'recent_votes',
        `${CITY}: its votes of ${region} are not the newest of that region's list`,
      )
    }
  }
}

/**
 * The items of the ballot.
 *
 * @returns {Map<string, {region: string, improvement: string, status: string | undefined}>} by the
 *     JSON of region and improvement
 */
function readBallot(items) {
  return new Map(
    items.map((item) => [
      JSON.stringify([item.region?.S, item.improvement?.S]),
      { region: item.region?.S, improvement: item.improvement?.S, status: item.status?.S },
    ]),
  )
}

/** The choices that must not be shown. */
function hiddenOf(ballot) {
  const hidden = new Choices()
  for (const { region, improvement, status } of ballot?.values() ?? []) {
    if (status === 'hidden') hidden.add(region, improvement, 1)
  }
  return hidden
}

/** The API must show the tables: all of what may be shown, and nothing else. */
function compareApi(api, totals, turnout, lists, ballot, differences) {
  const hidden = hiddenOf(ballot)
  const differ = (text) => differences.add('API', text)
  const expected = new Choices()
  for (const [region, improvement, total] of totals) {
    if (!hidden.has(region, improvement)) expected.add(region, improvement, Math.max(0, total))
  }
  for (const { region, improvement, status } of ballot?.values() ?? []) {
    if (status === undefined) expected.add(region, improvement, 0)
  }
  const shows = (where, region, improvement) => {
    if (hidden.has(region, improvement))
      differ(`${where}: ${choiceName(region, improvement)} is hidden, but shown`)
    return !hidden.has(region, improvement)
  }

  if (api.city.stale) differ(`the results are ${api.city.ageMillis} ms old`)
  const shown = new Choices()
  for (const { region, votes, ballots, improvements } of api.city.regions) {
    if (ballots !== undefined && ballots !== turnout.get(region))
      differ(`${region} has ${ballots} ballots, but the table ${turnout.get(region)}`)
    compareSum(`the city's results for ${region}`, votes, improvements, differ)
    compareRegion(api.regions.get(region), region, votes, improvements, differ)
    for (const line of improvements) {
      if (shows("the city's results", region, line.improvement))
        shown.add(region, line.improvement, line.votes)
    }
  }
  compareSum("the city's results", api.city.votes, api.city.regions, differ)
  for (const [region, improvement, should, is] of expected.with(shown)) {
    const name = choiceName(region, improvement)
    if (!shown.has(region, improvement)) differ(`${name} is missing`)
    else if (!expected.has(region, improvement))
      differ(`${name} is neither counted nor on the ballot`)
    else if (should !== is) differ(`${name} has ${is} votes, but the table ${should}`)
  }
  const regions = new Set([...expected].map(([region]) => region))
  for (const [region, answer] of api.regions) {
    if (answer && !regions.has(region))
      differ(`there are results for ${region}, of which nothing may be shown`)
    if (answer) compareRecent(answer.recent, REGION_FEED + region, lists, hidden, shows, differ)
  }
  compareRecent(api.city.recent, CITY, lists, hidden, shows, differ)
  for (const { region, improvements } of api.ballot.regions) {
    for (const { improvement } of improvements) shows('the ballot', region, improvement)
  }
}

function compareSum(where, votes, parts, differ) {
  const sum = parts.reduce((before, part) => before + part.votes, 0)
  if (votes !== sum) differ(`${where} have ${votes} votes, but their parts ${sum}`)
}

function compareRegion(answer, region, votes, improvements, differ) {
  if (
    JSON.stringify(answer?.improvements) !== JSON.stringify(improvements) ||
    answer.votes !== votes
  ) {
    differ(`the results for ${region} are not those that the city's results have for it`)
  }
}

function compareRecent(recent, feed, lists, hidden, shows, differ) {
  const mayBeShown = recent.filter(({ region, improvement }) =>
    shows(`the recent votes of ${feed}`, region, improvement),
  )
  const is = mayBeShown.map(({ region, improvement, castAt }) => ({ region, improvement, castAt }))
  const should = (lists.get(feed) ?? []).filter(
    ({ region, improvement }) => !hidden.has(region, improvement),
  )
  if (JSON.stringify(is) !== JSON.stringify(should))
    differ(`${feed}: the recent votes are not those of the table`)
}

module.exports = {
  Choices,
  Differences,
  Regions,
  Votes,
  compareApi,
  compareBallotsWithElection,
  compareLists,
  compareTotals,
  compareTurnout,
  compareWithElection,
  plain,
  problemOf,
  readBallot,
  readLists,
  readTotals,
  readTurnout,
  withoutRefused,
}
