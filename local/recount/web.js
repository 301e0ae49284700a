'use strict'

// Reads the results as the web application shows them.

/**
 * What the API answers.
 *
 * @param {URL} url where the web application is
 * @param {Iterable<string>} regions those to ask for, next to those that the city's results name
 * @returns {Promise<{city: object, regions: Map<string, object | undefined>, ballot: object}>} a
 *     region is undefined where the API says that there is none
 */
async function readApi(url, regions) {
  const city = await get(url, '/api/results')
  const ballot = await get(url, '/api/ballot')
  const names = new Set([...regions, ...city.regions.map(({ region }) => region)])
  const answers = new Map()
  for (const name of names) {
    answers.set(name, await get(url, `/api/results/${encodeURIComponent(name)}`, 404))
  }
  return { city, regions: answers, ballot }
}

async function get(url, path, missing) {
  let response
  try {
    response = await fetch(new URL(path, url))
  } catch (error) {
    throw new Error(
      `No web application answers at ${url.origin} (${error.cause?.code ?? error.message}). ` +
        'Start the system, or name its address with --web.',
    )
  }
  const text = await response.text()
  if (response.status === missing) return undefined
  if (!response.ok)
    throw new Error(`GET ${url.origin}${path} is answered ${response.status}: ${text}`)
  return JSON.parse(text)
}

module.exports = { readApi }
