package io.citytally.local.screen;

import static org.assertj.core.api.Assertions.assertThat;

import io.citytally.cli.command.DisplayText;
import io.citytally.vote.BallotEntry;
import io.citytally.vote.Choice;
import io.citytally.vote.RecentVotes;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class LiveSummaryTest {

  private static final Choice BENCHES = new Choice("Old Town", "benches");
  private static final Choice SWIFTS = new Choice("Old Town", "swifts");
  private static final Choice MEADOW = new Choice("Łąki", "meadow");
  private static final Choice SLANDER = new Choice("Town Hall", "crook");

  private static final LiveSummary SUMMARY =
      summary(
          Map.of(BENCHES, 1200L, SWIFTS, 300L, MEADOW, 750L),
          List.of(
              new RecentVotes.Vote(MEADOW, 3_723_000), new RecentVotes.Vote(SWIFTS, 3_722_000)));

  private static LiveSummary summary(Map<Choice, Long> totals, List<RecentVotes.Vote> recent) {
    Map<String, String> endpoints = new LinkedHashMap<>();
    endpoints.put("DynamoDB", "http://127.0.0.1:8000");
    endpoints.put("Flink", "http://127.0.0.1:8081");
    return new LiveSummary(
        Duration.ofSeconds(61),
        4.96,
        totals,
        Map.of(
            BENCHES,
            BallotEntry.votable("Forty benches"),
            MEADOW,
            new BallotEntry("Wildflower meadow", BallotEntry.Status.LEFT),
            SLANDER,
            new BallotEntry("The mayor is a crook", BallotEntry.Status.HIDDEN)),
        recent,
        ZoneOffset.UTC,
        endpoints);
  }

  private static String picture(LiveSummary summary, int columns, int rows) {
    return String.join(
            "\n", summary.draw(columns, rows).stream().map(String::stripTrailing).toList())
        + "\n";
  }

  @Test
  void showsRegionsWithTheirLeadersRecentVotesAndEndpoints() {
    assertThat(picture(SUMMARY, 70, 24))
        .isEqualTo(
            """
            Citytally   2,250 votes   5.0/s   running 1:01

            Old Town  1,500  ██████████████
                      1,200  ███████████▎    Forty benches
                        300  ██▊             swifts
            Łąki        750  ███████
                        750  ███████         Wildflower meadow

            Recent votes
            01:02  Łąki: Wildflower meadow
            01:02  Old Town: swifts

            DynamoDB  http://127.0.0.1:8000
            Flink     http://127.0.0.1:8081
            Ctrl-C stops everything.
            """);
  }

  @Test
  void putsTheLeaderBesideItsRegionWhereRowsAreFew() {
    assertThat(picture(SUMMARY, 70, 11))
        .isEqualTo(
            """
            Citytally   2,250 votes   5.0/s   running 1:01

            Old Town  1,500  ██████████████  1,200 Forty benches
            Łąki        750  ███████         750 Wildflower meadow

            Recent votes
            01:02  Łąki: Wildflower meadow

            DynamoDB  http://127.0.0.1:8000
            Flink     http://127.0.0.1:8081
            Ctrl-C stops everything.
            """);
  }

  @Test
  void showsTheRegionsWithTheMostVotesWhereNotAllHaveRoom() {
    Map<Choice, Long> totals = new HashMap<>();
    for (int i = 1; i <= 30; i++) {
      totals.put(new Choice("Region " + i, "x"), (long) i);
    }

    List<String> lines = summary(totals, List.of()).draw(80, 12);

    assertThat(lines).hasSize(12);
    assertThat(lines.get(2)).startsWith("Region 30");
    assertThat(lines.get(6)).startsWith("Region 26");
    assertThat(lines.get(7)).isEqualTo("and 25 more regions");
  }

  @Test
  void leavesOutBarsOnANarrowTerminal() {
    assertThat(picture(SUMMARY, 30, 24)).contains("Old Town  1,500\n").doesNotContain("█");
  }

  @Test
  void saysWhenThereAreNoVotes() {
    assertThat(summary(Map.of(), List.of()).draw(80, 24)).contains("No votes yet.");
    assertThat(summary(Map.of(), List.of()).line()).isEqualTo("1:01  0 votes, 5.0/s");
  }

  @Test
  void leavesOutWhatIsHidden() {
    LiveSummary summary =
        summary(
            Map.of(BENCHES, 2L, SLANDER, 5L),
            List.of(new RecentVotes.Vote(SLANDER, 2), new RecentVotes.Vote(BENCHES, 1)));

    assertThat(picture(summary, 70, 24))
        .contains("2 votes", "Forty benches")
        .doesNotContain("Town Hall", "crook");
    assertThat(summary.line()).isEqualTo("1:01  2 votes, 5.0/s; Old Town 2");
  }

  @Test
  void saysItInOneLine() {
    assertThat(SUMMARY.line()).isEqualTo("1:01  2,250 votes, 5.0/s; Old Town 1,500, Łąki 750");
  }

  @Property(tries = 300)
  void fitsAnyTerminal(
      @ForAll @IntRange(min = 1, max = 200) int columns,
      @ForAll @IntRange(min = 1, max = 60) int rows,
      @ForAll Map<String, @IntRange(max = 1_000_000) Integer> regions) {
    Map<Choice, Long> totals = new HashMap<>();
    regions.forEach((region, votes) -> totals.put(new Choice(region, "改善"), (long) votes));
    List<RecentVotes.Vote> recent =
        totals.keySet().stream().map(key -> new RecentVotes.Vote(key, 0)).toList();

    List<String> lines = summary(totals, recent).draw(columns, rows);

    assertThat(lines).hasSizeLessThanOrEqualTo(rows);
    assertThat(lines).allMatch(line -> DisplayText.width(line) <= columns);
    assertThat(lines).allMatch(line -> line.codePoints().noneMatch(Character::isISOControl));
  }
}
