// What the results say, apart from how they look.

const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' })

/** By name, as people sort: `2 - Compans` before `10 - Jolimont`. */
export const byName = (a, b) => collator.compare(a, b)

/**
 * The improvements of some regions with their rank: by votes, and among equals by title, so that
 * everyone sees the same order. Equals share a rank (1, 2, 2, 4).
 */
export function ranking(regions) {
  const ranked = regions.flatMap(({ region, improvements }) =>
    improvements.map(({ improvement, title, votes }) => ({
      key: keyOf(region, improvement),
      region,
      improvement,
      title: title || improvement,
      votes,
    })),
  )
  ranked.sort((a, b) => b.votes - a.votes || byName(a.title, b.title) || byName(a.region, b.region))
  ranked.forEach((entry, i) => {
    entry.rank = i > 0 && entry.votes === ranked[i - 1].votes ? ranked[i - 1].rank : i + 1
  })
  return ranked
}

/** One text for region and improvement together, for keys. */
export const keyOf = (region, improvement) => JSON.stringify([region, improvement])

/** Newest votes with a key each: the same choice may come many times in one minute. */
export function feed(recent) {
  const seen = new Map()
  // From the oldest, so that a vote keeps its key when newer ones come before it.
  return recent
    .toReversed()
    .map((vote) => {
      const key = JSON.stringify([vote.region, vote.improvement, vote.castAt])
      const occurrence = (seen.get(key) ?? 0) + 1
      seen.set(key, occurrence)
      return { ...vote, title: vote.title || vote.improvement, key: `${key}${occurrence}` }
    })
    .toReversed()
}

/** The text without case and accents: `Saint-Sébastien` is found by `sebastien`. */
export const folded = (text) => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()

/** A test whether a text holds every word of the query, in any order. */
export function matcher(query) {
  const words = folded(query).split(/\s+/).filter(Boolean)
  return (text) => {
    const searched = folded(text)
    return words.every((word) => searched.includes(word))
  }
}
