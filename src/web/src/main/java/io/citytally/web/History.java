package io.citytally.web;

import java.util.Map;

/**
 * The course of the vote in the city or a region, as the table has it at one moment.
 *
 * @param ballots by the hour
 * @param votes by the hour
 * @param ballotsOfTenMinutes such as at {@code 2026-11-29T11:20}; empty for a region
 * @param votesOfTenMinutes empty for a region
 */
public record History(
    Counts ballots,
    Counts votes,
    Map<String, Long> ballotsOfTenMinutes,
    Map<String, Long> votesOfTenMinutes) {

  public History {
    ballotsOfTenMinutes = Map.copyOf(ballotsOfTenMinutes);
    votesOfTenMinutes = Map.copyOf(votesOfTenMinutes);
  }

  /**
   * Numbers by the hour, such as {@code 2026-11-29T11}, or {@link
   * io.citytally.vote.HistoryKey#UNDATED}. What did not change is not there.
   *
   * @param isWhole whether the oldest hours are there, too
   * @param sum of all that is there
   */
  public record Counts(Map<String, Long> byTime, boolean isWhole, Counted sum) {

    public static final Counts NONE = new Counts(Map.of(), true, Counted.NOTHING);

    public Counts {
      byTime = Map.copyOf(byTime);
    }
  }
}
