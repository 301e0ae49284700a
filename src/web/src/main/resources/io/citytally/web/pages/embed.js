// @ts-check
// The results in short, for a frame in another website: with nothing to click.

import { CityWatch } from './city-watch.js'
import { showCity, showImprovements, showTime, showTurnout } from './summary.js'
import { isTurnout, leadingTurnout, ranking } from './tally.js'
import { loadTexts } from './text.js'

const LEADING = 5

const watch = new CityWatch(show)

function show() {
  const { results } = watch
  showCity(watch)
  showTime(watch)
  if (results === undefined) {
    return
  }
  if (isTurnout(results)) {
    const leading = leadingTurnout(results.regions, LEADING)
    showTurnout(leading, leading[0]?.ballots ?? 0)
  } else {
    const leading = ranking(results.regions)
      .filter(({ votes }) => votes > 0)
      .slice(0, LEADING)
    showImprovements(null, leading, leading[0]?.votes ?? 0)
  }
}

await loadTexts()
show()
watch.start()
setInterval(() => showTime(watch), 1000)
