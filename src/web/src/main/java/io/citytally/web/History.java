package io.citytally.web;

import java.util.Map;

/**
 * The course of the vote in the city or a region, as the table has it at one moment: numbers by the
 * hour, such as {@code 2026-11-29T11}, or {@link io.citytally.vote.HistoryKey#UNDATED}, and by ten
 * minutes, such as {@code 2026-11-29T11:20}. What did not change is not there.
 *
 * @param ballotsOfTenMinutes empty for a region
 * @param votesOfTenMinutes empty for a region
 */
public record History(
    Map<String, Long> ballots,
    Map<String, Long> votes,
    Map<String, Long> ballotsOfTenMinutes,
    Map<String, Long> votesOfTenMinutes) {

  public History {
    ballots = Map.copyOf(ballots);
    votes = Map.copyOf(votes);
    ballotsOfTenMinutes = Map.copyOf(ballotsOfTenMinutes);
    votesOfTenMinutes = Map.copyOf(votesOfTenMinutes);
  }
}
