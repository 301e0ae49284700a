package io.citytally.local.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.citytally.local.faults.WriteFault;
import io.citytally.local.recount.Recount;
import io.citytally.vote.Choice;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ChaosReportTest {

  private static final Choice PARK = new Choice("Wesoła", "park");
  private static final Choice POOL = new Choice("Wesoła", "pool");
  private static final Map<Choice, Long> PUBLISHED = Map.of(PARK, 600L, POOL, 400L);

  private final Occurrences happened = new Occurrences();

  private static final Recount.Verdict AGREES =
      new Recount.Verdict(Recount.Outcome.AGREES, List.of("agrees: 1,000 votes"));

  private static RoundResult counted(long park, long pool) {
    return counted(park, pool, AGREES);
  }

  private static RoundResult counted(long park, long pool, Recount.Verdict recount) {
    return new RoundResult(
        5,
        1_000,
        PUBLISHED,
        PUBLISHED,
        Map.of(PARK, park, POOL, pool),
        Map.of(PARK, 1_100L),
        List.of(),
        recount);
  }

  private ChaosReport report(RoundResult result, Fault... expected) {
    return new ChaosReport(List.of(result), happened, Set.of(expected), false, Optional.empty());
  }

  @Test
  void isGoodIfNothingDiffersAndEverythingHappened() {
    happened.add(Fault.ZOMBIES, 1);
    happened.add(Fault.TASK_MANAGERS, 2);

    ChaosReport report = report(counted(600, 400), Fault.ZOMBIES, Fault.TASK_MANAGERS);

    assertThat(report.exitStatus()).isZero();
    assertThat(report.lines())
        .containsExactly(
            "chaos: 1 round, 1,000 votes, 2 task managers killed, 1 zombie: 0 of 2 totals differ;"
                + " the recount agrees");
  }

  @Test
  void aRecountThatDiffersIsAFailureWithWhatItSaid() {
    Recount.Verdict differs =
        new Recount.Verdict(Recount.Outcome.DIFFERS, List.of("API: stale", "differs: API: stale"));
    RoundResult result = counted(600, 400, differs);

    assertThat(report(result).exitStatus()).isEqualTo(1);
    assertThat(report(result).closingLine())
        .endsWith("0 of 2 totals differ; the recount differs in 1 of 1 rounds");
    assertThat(ChaosReport.differencesOf(result, Map.of()))
        .containsExactly("seed 5: recount: API: stale", "seed 5: recount: differs: API: stale");
  }

  @Test
  void aRecountThatWasSkippedIsToldAndNoFailure() {
    Recount.Verdict skipped =
        new Recount.Verdict(Recount.Outcome.SKIPPED, List.of("Node.js is missing"));
    RoundResult result = counted(600, 400, skipped);

    assertThat(report(result).exitStatus()).isZero();
    assertThat(report(result).closingLine()).endsWith("; the recount was skipped in 1 of 1 rounds");
    assertThat(ChaosReport.differencesOf(result, Map.of()))
        .containsExactly("seed 5: recount: Node.js is missing");
  }

  @Test
  void aTotalThatDiffersIsAFailureWithItsSizeAndItsSeed() {
    ChaosReport report = report(counted(650, 390));

    assertThat(report.exitStatus()).isEqualTo(1);
    assertThat(report.closingLine())
        .endsWith(
            "2 of 2 totals differ, 50 votes too many (5.0 %), 10 too few (1.0 %); the recount"
                + " agrees");
    assertThat(ChaosReport.differencesOf(counted(650, 400), Map.of(PARK, "A park")))
        .singleElement()
        .asString()
        .startsWith("seed 5: published 600, standing 600, counted 650")
        .endsWith("A park");
  }

  @Test
  void votesThatStandOtherwiseThanPublishedAreAFailureToo() {
    RoundResult result =
        new RoundResult(
            5, 1_000, PUBLISHED, Map.of(PARK, 1L), Map.of(PARK, 1L), Map.of(), List.of(), AGREES);

    assertThat(report(result).exitStatus()).isEqualTo(1);
  }

  @Test
  void aCourseOfTheVoteThatIsNotTheSumOfTheTotalsIsAFailure() {
    RoundResult result =
        new RoundResult(
            5,
            1_000,
            PUBLISHED,
            PUBLISHED,
            PUBLISHED,
            Map.of(),
            List.of(new Choice("city", "v:")),
            AGREES);

    assertThat(report(result).exitStatus()).isEqualTo(1);
    assertThat(report(result).closingLine()).contains("0 of 2 totals differ, 1 histories differ");
    assertThat(ChaosReport.differencesOf(result, Map.of()))
        .containsExactly("seed 5: the history of city / v: is not the sum of the totals");
  }

  @Test
  void aFaultThatDidNotHappenIsAFailure() {
    ChaosReport report = report(counted(600, 400), Fault.ZOMBIES);

    assertThat(report.exitStatus()).isEqualTo(1);
    assertThat(report.lines()).contains("did not happen: zombies");
  }

  @Test
  void eachWayToDisturbAWriteMustHaveHappened() {
    Map<WriteFault, Long> writes = new EnumMap<>(WriteFault.class);
    EnumSet.allOf(WriteFault.class).forEach(fault -> writes.put(fault, 3L));
    writes.put(WriteFault.ANSWER_LOST, 0L);
    happened.addWrites(writes);

    ChaosReport report = report(counted(600, 400), Fault.WRITES);

    assertThat(report.missing()).containsExactly("writes with answer lost");
    assertThat(report.lines())
        .anyMatch(line -> line.startsWith("writes: 3 request lost, 0 answer"));
  }

  @Test
  void noRoundIsNoSuccess() {
    assertThat(new ChaosReport(List.of(), happened, Set.of(), false, Optional.empty()).exitStatus())
        .isEqualTo(1);
  }

  @Test
  void tellsApartWhatTheFormerAlgorithmCountsWronglyAnywayAndWhatTheFaultsDo() {
    ChaosReport report =
        new ChaosReport(List.of(counted(750, 400)), happened, Set.of(), true, Optional.empty());

    assertThat(report.closingLine())
        .endsWith(
            "150 votes too many (15.0 %), 0 too few (0.0 %); of its error, 100 votes are changed or"
                + " withdrawn ones, 50 the faults'; the recount agrees");
  }
}
