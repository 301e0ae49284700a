package io.citytally.source;

import static io.citytally.source.BallotChangeTest.ballot;
import static io.citytally.source.BallotChangeTest.record;
import static io.citytally.source.ChangeRecords.insert;
import static io.citytally.source.ChangeRecords.modify;
import static io.citytally.source.ChangeRecords.raw;
import static io.citytally.source.ChangeRecords.remove;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.withinPercentage;

import io.citytally.vote.ChangeIdentity;
import io.citytally.vote.Choice;
import io.citytally.vote.RejectedVote;
import io.citytally.vote.VoteChange;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * What becomes of the sides of a change, and of what was admitted, through readers and restarts.
 */
class RefusedChoicesTest {

  private static final Choice PARK = new Choice("North", "park");
  private static final Choice POOL = new Choice("North", "pool");
  private static final Choice TREES = new Choice("South", "trees");
  private static final Choice BOGUS = new Choice("Nowhere", "bogus");
  private static final Choice WRONG = new Choice("Nowhere", "wrong");

  private static final Duration REFRESH = Duration.ofSeconds(10);
  private static final long NOON = 1_700_000_000_000L;
  private static final long LATER = (NOON + 60_000) * 1_000;

  private final FakeBallot ballot = new FakeBallot(PARK, POOL);
  private final FakeTotals totals = new FakeTotals();
  private final List<AdmittingReader> readers = new ArrayList<>();

  @AfterEach
  void close() throws Exception {
    for (AdmittingReader reader : readers) {
      reader.close();
    }
  }

  @Test
  void aVoteForWhatIsNotOnTheBallotIsRefusedWithAllThatCastsItAgain() throws Exception {
    AdmittingReader reader = byBallot();

    reader.read(raw(insert("v1", BOGUS, LATER)));

    assertThat(reader.changes()).isEmpty();
    RejectedVote refused = reader.rejected().get(0);
    assertThat(refused.reason).isEqualTo("the new choice is not on the ballot: Nowhere / bogus");
    assertThat(refused.choice).isEqualTo(BOGUS);
    assertThat(refused.position).matches("49590338271490256608-[0-9a-f]{16}-new-1");
    assertThat(refused.payload).contains("\"INSERT\"");

    ballot.put(PARK, BOGUS);
    reader.pass(REFRESH);
    reader.read(raw(refused.recast));

    assertThat(reader.changes())
        .extracting(change -> change.newChoice, change -> change.recastable)
        .containsExactly(tuple(BOGUS, true));
  }

  @Test
  void aVoteThatIsCorrectedCountsForWhatIsOnTheBallot() throws Exception {
    AdmittingReader reader = byBallot();

    reader.read(raw(modify("v1", BOGUS, PARK, LATER)));

    assertThat(reader.changes())
        .extracting(change -> change.oldChoice, change -> change.newChoice)
        .containsExactly(tuple(null, PARK));
    assertThat(reader.rejected())
        .extracting(refused -> refused.reason)
        .containsExactly("the old choice is not on the ballot: Nowhere / bogus");
  }

  @Test
  void aVoteThatLeavesForWhatIsNotOnTheBallotIsCountedNoMore() throws Exception {
    AdmittingReader reader = byBallot();

    reader.read(raw(modify("v1", PARK, BOGUS, LATER)));

    assertThat(reader.changes())
        .extracting(change -> change.oldChoice, change -> change.newChoice)
        .containsExactly(tuple(PARK, null));
    assertThat(reader.rejected()).hasSize(1);
  }

  @Test
  void thePartsOfAChangeHaveItsIdentity() throws Exception {
    AdmittingReader reader = byBallot();
    RawRecord record = raw(modify("v1", BOGUS, PARK, LATER));

    reader.read(record);
    ballot.put(PARK, BOGUS);
    reader.pass(REFRESH);
    reader.read(raw(reader.rejected().get(0).recast), record);

    assertThat(reader.changes())
        .extracting(change -> change.identity)
        .hasSize(3)
        .containsOnly(VoteChangeDecoder.forKinesis("votes", 1).decode(record).change().identity);
  }

  @Test
  void bothSidesOfAChangeAreRefusedUnderPlacesOfTheirOwnAndTheSameWhenItIsReadAgain()
      throws Exception {
    AdmittingReader reader = byBallot();

    reader.read(raw(modify("v1", BOGUS, WRONG, LATER)));
    reader.read(raw(modify("v1", BOGUS, WRONG, LATER)));

    List<String> positions = reader.rejected().stream().map(refused -> refused.position).toList();
    assertThat(reader.changes()).isEmpty();
    assertThat(positions).hasSize(4);
    assertThat(positions.subList(2, 4)).isEqualTo(positions.subList(0, 2));
    assertThat(positions.subList(0, 2)).doesNotHaveDuplicates();
  }

  @Test
  void aChoiceThatIsRefusedAgainLiesUnderAPlaceOfItsOwnAndCanBeCastOnceMore() throws Exception {
    AdmittingReader reader = byBallot();
    reader.read(raw(insert("v1", BOGUS, LATER)));
    String recast = reader.rejected().get(0).recast;

    reader.read(raw(recast));

    assertThat(reader.rejected()).extracting(refused -> refused.recast).containsOnly(recast);
    assertThat(reader.rejected()).extracting(refused -> refused.position).doesNotHaveDuplicates();
  }

  @Test
  void tenRefusedChoicesOfOneRecordAreCastAgainAsTen() throws Exception {
    String[] names = IntStream.range(0, 10).mapToObj(i -> "bogus-" + i).toArray(String[]::new);
    AdmittingReader reader = byBallot();
    RawRecord record = raw(record("INSERT", null, ballot("Nowhere", names)));

    reader.read(record, record);

    List<RejectedVote> refused = reader.rejected();
    Set<String> positions = new HashSet<>();
    refused.forEach(each -> positions.add(each.position));
    assertThat(reader.changes()).isEmpty();
    assertThat(refused).hasSize(20);
    assertThat(positions)
        .hasSize(10)
        .allMatch(each -> each.matches("49590338271490256608-[0-9a-f]{16}-new-1-[0-9a-f]{48}"));
    assertThat(reader.rejectedTurnout()).hasSize(2);
    for (RejectedVote each : refused) {
      for (String name : names) {
        assertThat(each.payload.contains(name)).isEqualTo(name.equals(each.choice.improvement));
      }
    }

    ballot.put(Stream.of(names).map(name -> new Choice("Nowhere", name)).toArray(Choice[]::new));
    reader.pass(REFRESH);
    for (RejectedVote each : List.copyOf(refused)) {
      reader.read(raw(each.recast));
    }
    reader.read(raw(reader.rejectedTurnout().get(0).recast), record);

    assertThat(reader.changes()).extracting(change -> change.newChoice).hasSize(30);
    assertThat(distinct(reader.changes())).hasSize(10);
    assertThat(distinct(reader.turnout())).hasSize(1);
    assertThat(reader.changes()).filteredOn(change -> !change.unlisted).hasSize(3);
  }

  private static Set<ChangeIdentity> distinct(List<VoteChange> changes) {
    Set<ChangeIdentity> identities = new HashSet<>();
    changes.forEach(change -> identities.add(change.identity));
    return identities;
  }

  @Test
  void aBallotCountsForTheTurnoutOfItsRegionThoughItsChoiceIsRefused() throws Exception {
    AdmittingReader reader = byBallot();

    reader.read(raw(insert("v1", new Choice("North", "bogus"), LATER)));

    assertThat(reader.rejected()).hasSize(1);
    assertThat(reader.rejectedTurnout()).isEmpty();
    assertThat(reader.turnout())
        .extracting(change -> change.newTurnout)
        .containsExactly(Choice.turnoutOf("North"));
  }

  @Test
  void aBallotOfARegionThatIsNotOnTheBallotCountsOnceItIs() throws Exception {
    AdmittingReader reader = byBallot();

    reader.read(raw(insert("v1", BOGUS, LATER)));
    RejectedVote refused = reader.rejectedTurnout().get(0);
    assertThat(refused.reason).isEqualTo("the region is not on the ballot: Nowhere");
    assertThat(refused.choice).isEqualTo(Choice.turnoutOf("Nowhere"));
    ballot.put(PARK, WRONG);
    reader.pass(REFRESH);
    reader.read(raw(refused.recast));

    assertThat(reader.turnout())
        .extracting(change -> change.newChoice, change -> change.newTurnout)
        .containsExactly(tuple(null, Choice.turnoutOf("Nowhere")));
  }

  @Test
  void aRegionThatHasATurnoutIsAdmittedThoughItIsOnTheBallotNoMore() throws Exception {
    totals.written.add(Choice.turnoutOf("Nowhere"));
    AdmittingReader reader = byBallot();

    reader.read(raw(remove("v1", BOGUS, LATER)));

    assertThat(reader.turnout())
        .extracting(change -> change.oldTurnout)
        .containsExactly(Choice.turnoutOf("Nowhere"));
    assertThat(reader.rejected()).extracting(vote -> vote.choice).containsExactly(BOGUS);
  }

  @Test
  void aThousandInventedRegionsGetNoFurtherEither() throws Exception {
    AdmittingReader reader = open(ofAtMost(10), 1, 0, null);

    for (int region = 0; region < 1_000; region++) {
      reader.read(raw(insert("v" + region, new Choice("r" + region, "park"), LATER + region)));
    }

    assertThat(reader.turnout()).hasSize(10);
    assertThat(reader.rejectedTurnout())
        .hasSize(990)
        .extracting(refused -> refused.reason)
        .contains(
            "the region would be one region more than the 10 that are admitted; raise"
                + " max.choices, or set a ballot: r999");
  }

  @Test
  void anUncountableImageBesideARefusedChoiceIsRejectedAsItAlwaysWas() throws Exception {
    AdmittingReader reader = byBallot();

    reader.read(raw(modify("v1", BOGUS, new Choice("", "x"), LATER)));

    assertThat(reader.rejected())
        .extracting(refused -> refused.reason)
        .containsExactlyInAnyOrder(
            "the old choice is not on the ballot: Nowhere / bogus", "region is empty");
    assertThat(reader.rejected()).extracting(refused -> refused.position).doesNotHaveDuplicates();
  }

  @Test
  void onlyAChangeOlderThanItsChoicesAdmissionMayHaveBeenRefused() throws Exception {
    AdmittingReader reader = byBallot();

    reader.read(raw(insert("v0", PARK, NOON * 1_000)), raw(insert("v1", PARK, LATER)));

    assertThat(reader.changes())
        .extracting(change -> change.recastable)
        .containsExactly(true, false);
  }

  @Test
  void aHundredThousandInventedChoicesGetNoFurther() throws Exception {
    AdmittingReader reader = open(ofAtMost(10), 1, 0, null);

    long passed = 0;
    long refused = 0;
    for (int choice = 0; choice < 100_000; choice++) {
      reader.read(
          raw("{\"id\":\"v" + choice + "\",\"region\":\"r\",\"improvement\":\"" + choice + "\"}"));
      passed += reader.changes().size();
      refused += reader.rejected().size();
      reader.changes().clear();
      reader.rejected().clear();
    }

    assertThat(passed).isEqualTo(10);
    assertThat(refused).isEqualTo(99_990);
    assertThat(AdmittingReader.snapshot(readers).size()).isLessThan(7_000);
  }

  @Test
  void aVoteForWhatLeftTheBallotCanBeWithdrawnThroughAnotherReader() throws Exception {
    AdmittingReader one = open(onBallot(), 2, 0, null);
    one.read(raw(insert("v1", PARK, LATER)));
    totals.written.add(PARK);
    ballot.put(POOL, TREES);
    AdmittingReader other = open(onBallot(), 2, 1, null);
    other.read(raw(insert("v2", TREES, LATER + 1)));

    other.read(raw(remove("v1", PARK, LATER + 2)));

    assertThat(other.changes())
        .extracting(change -> change.oldChoice, change -> change.newChoice)
        .containsExactly(tuple(null, TREES), tuple(PARK, null));
    assertThat(other.rejected()).isEmpty();
  }

  @Test
  void aReaderThatKnewAChoiceStillLetsItsVotesBeWithdrawnOnceItsItemIsDeletedByHand()
      throws Exception {
    AdmittingReader one = open(onBallot(), 2, 0, null);
    AdmittingReader other = open(onBallot(), 2, 1, null);
    one.read(raw(insert("v1", PARK, LATER)));
    other.read(raw(insert("v2", POOL, LATER)));
    ballot.put(POOL, TREES);
    other.pass(Duration.ofHours(1));
    other.read(raw(insert("v3", TREES, LATER + 1)));

    other.read(raw(remove("v1", PARK, LATER + 2)));

    assertThat(other.changes()).extracting(change -> change.oldChoice).contains(PARK);
    assertThat(other.rejected()).isEmpty();
  }

  @Test
  void whatIsAdmittedStaysSoAfterARestartThoughItIsOffTheBallotByThen() throws Exception {
    AdmittingReader before = byBallot();
    before.read(raw(insert("v1", PARK, LATER)));
    AdmittingReader.Snapshot snapshot = AdmittingReader.snapshot(List.of(before));
    totals.written.add(PARK);
    ballot.put(POOL);

    AdmittingReader after = open(onBallot(), 1, 0, snapshot);
    after.read(raw(remove("v1", PARK, LATER + 1)), raw(insert("v2", BOGUS, LATER + 2)));

    assertThat(after.changes()).extracting(change -> change.oldChoice).containsExactly(PARK);
    assertThat(after.rejected()).extracting(refused -> refused.choice).containsExactly(BOGUS);
  }

  @Test
  void anEmptyBallotAdmitsNothingNewButVotesCanBeWithdrawn() throws Exception {
    ballot.put();
    totals.written.add(PARK);
    AdmittingReader reader = byBallot();

    reader.read(raw(modify("v1", PARK, BOGUS, LATER)), raw(insert("v2", POOL, LATER)));

    assertThat(reader.changes())
        .extracting(change -> change.oldChoice, change -> change.newChoice)
        .containsExactly(tuple(PARK, null));
    assertThat(reader.rejected())
        .extracting(refused -> refused.reason)
        .containsExactly(
            "the new choice is not on the ballot: Nowhere / bogus",
            "the new choice is not on the ballot: North / pool");
  }

  @Test
  void aVoteIsCountedThoughTheBallotCannotBeReadAtThatMoment() throws Exception {
    AdmittingReader reader = byBallot();
    reader.read(raw(insert("v1", PARK, LATER)));
    ballot.put(PARK, POOL, TREES);
    reader.pass(Duration.ofHours(1));
    ballot.isOutOfReach = true;

    reader.read(raw(insert("v2", TREES, LATER + 1)), raw(insert("v3", POOL, LATER + 2)));
    assertThat(reader.changes()).extracting(change -> change.newChoice).containsExactly(PARK, POOL);
    ballot.isOutOfReach = false;
    reader.pass(Duration.ofSeconds(1));

    assertThat(reader.changes()).extracting(change -> change.newChoice).contains(TREES);
    assertThat(reader.rejected()).isEmpty();
  }

  @Test
  void theJobStartsWhileTheBallotIsOutOfReach() throws Exception {
    ballot.isOutOfReach = true;
    AdmittingReader reader = byBallot();

    reader.read(raw(insert("v1", PARK, LATER)), raw(insert("v2", BOGUS, LATER)));
    assertThat(reader.changes()).isEmpty();
    assertThat(reader.rejected()).isEmpty();
    ballot.isOutOfReach = false;
    reader.pass(REFRESH);

    assertThat(reader.changes()).extracting(change -> change.newChoice).containsExactly(PARK);
    assertThat(reader.rejected()).extracting(refused -> refused.choice).containsExactly(BOGUS);
  }

  @Test
  void aMissingBallotEndsTheJob() throws Exception {
    AdmittingReader reader = byBallot();
    ballot.isMissing = true;

    assertThatThrownBy(() -> reader.read(raw(insert("v1", BOGUS, LATER))))
        .hasStackTraceContaining("missing");
  }

  @Test
  void aJobWithoutItsBallotEndsBeforeTheFirstVote() {
    ballot.isMissing = true;

    assertThatThrownBy(this::byBallot).hasStackTraceContaining("missing");
  }

  @Test
  void aRestartGivesEachReaderWhatAllHadAdmittedWithFewerOrMoreOfThem() throws Exception {
    AdmittingReader first = open(ofAtMost(1), 2, 0, null);
    AdmittingReader second = open(ofAtMost(1), 2, 1, null);
    first.read(raw(insert("v1", PARK, LATER)), raw(insert("v2", POOL, LATER)));
    second.read(raw(insert("v3", POOL, LATER)));
    assertThat(first.rejected()).hasSize(1);
    AdmittingReader.Snapshot snapshot = AdmittingReader.snapshot(List.of(first, second));

    for (int parallelism : new int[] {1, 2, 3}) {
      for (int subtask = 0; subtask < parallelism; subtask++) {
        AdmittingReader reader = open(ofAtMost(1), parallelism, subtask, snapshot);
        reader.read(
            raw(insert("v4", PARK, LATER)),
            raw(insert("v5", POOL, LATER)),
            raw(insert("v6", BOGUS, LATER)));

        assertThat(reader.changes())
            .extracting(change -> change.newChoice)
            .containsExactly(PARK, POOL);
        assertThat(reader.rejected()).hasSize(1);
      }
    }
  }

  @Test
  void theAdmittedChoicesOfEightReadersAreKeptOnceEachThroughEveryRestart() throws Exception {
    int choices = 200;
    List<AdmittingReader> eight = new ArrayList<>();
    for (int number = 0; number < 8; number++) {
      AdmittingReader reader = open(ofAtMost(choices), 8, number, null);
      for (int i = 0; i < choices; i++) {
        reader.read(raw(insert("v" + i, new Choice("region-" + number, "i" + i), LATER)));
      }
      eight.add(reader);
    }
    AdmittingReader.Snapshot first = AdmittingReader.snapshot(eight);

    AdmittingReader.Snapshot snapshot = first;
    for (int restart = 0; restart < 3; restart++) {
      List<AdmittingReader> restored = new ArrayList<>();
      for (int number = 0; number < 8; number++) {
        restored.add(open(ofAtMost(choices), 8, number, snapshot));
      }
      snapshot = AdmittingReader.snapshot(restored);
    }

    assertThat(snapshot.size()).isCloseTo(first.size(), withinPercentage(1));
    AdmittingReader last = open(ofAtMost(choices), 1, 0, snapshot);
    for (int number = 0; number < 8; number++) {
      for (int i = 0; i < choices; i++) {
        last.read(raw(insert("v" + i, new Choice("region-" + number, "i" + i), LATER)));
      }
    }
    assertThat(last.changes()).hasSize(8 * choices);
  }

  @Test
  void aFullReaderCountsWhatAnotherOneHasAdmitted() throws Exception {
    AdmittingReader reader = open(ofAtMost(1), 2, 0, null);
    reader.read(raw(insert("v1", PARK, LATER)));
    totals.written.add(POOL);

    reader.read(raw(insert("v2", POOL, LATER)), raw(insert("v3", BOGUS, LATER)));

    assertThat(reader.changes()).extracting(change -> change.newChoice).containsExactly(PARK, POOL);
    assertThat(reader.rejected())
        .extracting(refused -> refused.reason)
        .containsExactly(
            "the new choice would be one choice more than the 1 that are admitted; raise"
                + " max.choices, or set a ballot: Nowhere / bogus");
  }

  @Test
  void theConnectionsAreClosedWhenTheJobEnds() throws Exception {
    byBallot().close();
    readers.clear();

    assertThat(ballot.closed).isTrue();
    assertThat(totals.closed).isTrue();
  }

  private AdmittingReader byBallot() throws Exception {
    return open(onBallot(), 1, 0, null);
  }

  private Admission onBallot() {
    return Admission.byBallot(ballot, REFRESH, totals);
  }

  private Admission ofAtMost(int choices) {
    return Admission.ofAtMost(choices, totals);
  }

  private AdmittingReader open(
      Admission admission, int parallelism, int number, AdmittingReader.Snapshot snapshot)
      throws Exception {
    AdmittingReader reader = new AdmittingReader(admission, parallelism, number, snapshot, NOON);
    readers.add(reader);
    return reader;
  }
}
