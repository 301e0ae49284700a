package io.citytally.feed;

import static io.citytally.feed.ChangeRecords.insert;
import static io.citytally.feed.ChangeRecords.modify;
import static io.citytally.feed.ChangeRecords.raw;
import static io.citytally.feed.ChangeRecords.remove;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.tuple;

import io.citytally.vote.RejectedVote;
import io.citytally.vote.TallyKey;
import io.citytally.vote.VoteChange;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.operators.ProcessOperator;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What becomes of the sides of a change in the decoding stage, and of what it has admitted. */
class RefusedChoicesTest {

  private static final TallyKey PARK = new TallyKey("North", "park");
  private static final TallyKey POOL = new TallyKey("North", "pool");
  private static final TallyKey BOGUS = new TallyKey("Nowhere", "bogus");
  private static final TallyKey WRONG = new TallyKey("Nowhere", "wrong");

  private static final Duration REFRESH = Duration.ofSeconds(10);
  private static final int MAX_PARALLELISM = 128;
  private static final long NOON = 1_700_000_000_000L;
  private static final long LATER = (NOON + 60_000) * 1_000;

  private final FakeBallot ballot = new FakeBallot(PARK, POOL);
  private final List<Harness> harnesses = new ArrayList<>();

  @AfterEach
  void close() throws Exception {
    for (Harness harness : harnesses) {
      harness.close();
    }
  }

  @Test
  void aVoteForWhatIsNotOnTheBallotIsRefusedWithAllThatCastsItAgain() throws Exception {
    Harness harness = byBallot();

    harness.decode(raw(insert("v1", BOGUS, LATER)));

    assertThat(harness.changes()).isEmpty();
    RejectedVote refused = harness.rejected().get(0);
    assertThat(refused.reason).isEqualTo("the new choice is not on the ballot: Nowhere / bogus");
    assertThat(refused.choice).isEqualTo(BOGUS);
    assertThat(refused.position).matches("49590338271490256608-[0-9a-f]{16}-new");
    assertThat(refused.payload).contains("\"INSERT\"");

    ballot.put(PARK, BOGUS);
    harness.pass(REFRESH);
    harness.decode(raw(refused.recast));

    assertThat(harness.changes())
        .extracting(change -> change.newChoice, change -> change.recastable)
        .containsExactly(tuple(BOGUS, true));
  }

  @Test
  void aVoteThatIsCorrectedCountsForWhatIsOnTheBallot() throws Exception {
    Harness harness = byBallot();

    harness.decode(raw(modify("v1", BOGUS, PARK, LATER)));

    assertThat(harness.changes())
        .extracting(change -> change.oldChoice, change -> change.newChoice)
        .containsExactly(tuple(null, PARK));
    assertThat(harness.rejected())
        .extracting(refused -> refused.reason)
        .containsExactly("the old choice is not on the ballot: Nowhere / bogus");
  }

  @Test
  void aVoteThatLeavesForWhatIsNotOnTheBallotIsCountedNoMore() throws Exception {
    Harness harness = byBallot();

    harness.decode(raw(modify("v1", PARK, BOGUS, LATER)));

    assertThat(harness.changes())
        .extracting(change -> change.oldChoice, change -> change.newChoice)
        .containsExactly(tuple(PARK, null));
    assertThat(harness.rejected()).hasSize(1);
  }

  @Test
  void thePartsOfAChangeHaveItsIdentity() throws Exception {
    Harness harness = byBallot();
    RawRecord record = raw(modify("v1", BOGUS, PARK, LATER));

    harness.decode(record);
    ballot.put(PARK, BOGUS);
    harness.pass(REFRESH);
    harness.decode(raw(harness.rejected().get(0).recast), record);

    assertThat(harness.changes())
        .extracting(change -> change.identity)
        .hasSize(3)
        .containsOnly(VoteChangeDecoder.forKinesis("votes").decode(record).change().identity);
  }

  @Test
  void bothSidesOfAChangeAreRefusedUnderPlacesOfTheirOwnAndTheSameWhenItIsReadAgain()
      throws Exception {
    Harness harness = byBallot();

    harness.decode(raw(modify("v1", BOGUS, WRONG, LATER)));
    harness.decode(raw(modify("v1", BOGUS, WRONG, LATER)));

    List<String> positions = harness.rejected().stream().map(refused -> refused.position).toList();
    assertThat(harness.changes()).isEmpty();
    assertThat(positions).hasSize(4);
    assertThat(positions.subList(2, 4)).isEqualTo(positions.subList(0, 2));
    assertThat(positions.subList(0, 2)).doesNotHaveDuplicates();
  }

  @Test
  void aChoiceThatIsRefusedAgainLiesUnderAPlaceOfItsOwnAndCanBeCastOnceMore() throws Exception {
    Harness harness = byBallot();
    harness.decode(raw(insert("v1", BOGUS, LATER)));
    String recast = harness.rejected().get(0).recast;

    harness.decode(raw(recast));

    assertThat(harness.rejected()).extracting(refused -> refused.recast).containsOnly(recast);
    assertThat(harness.rejected()).extracting(refused -> refused.position).doesNotHaveDuplicates();
  }

  @Test
  void anUncountableImageBesideARefusedChoiceIsRejectedAsItAlwaysWas() throws Exception {
    Harness harness = byBallot();

    harness.decode(raw(modify("v1", BOGUS, new TallyKey("", "x"), LATER)));

    assertThat(harness.rejected())
        .extracting(refused -> refused.reason)
        .containsExactly("the old choice is not on the ballot: Nowhere / bogus", "region is empty");
    assertThat(harness.rejected()).extracting(refused -> refused.position).doesNotHaveDuplicates();
  }

  @Test
  void onlyAChangeOlderThanItsChoicesAdmissionMayHaveBeenRefused() throws Exception {
    Harness harness = byBallot();

    harness.decode(raw(insert("v0", PARK, NOON * 1_000)), raw(insert("v1", PARK, LATER)));

    assertThat(harness.changes())
        .extracting(change -> change.recastable)
        .containsExactly(true, false);
  }

  @Test
  void aMillionInventedChoicesGetNoFurther() throws Exception {
    Harness harness = ofAtMost(10);

    for (int choice = 0; choice < 1_000_000; choice++) {
      harness.decode(
          raw("{\"id\":\"v" + choice + "\",\"region\":\"r\",\"improvement\":\"" + choice + "\"}"));
      harness.countAndForgetOutput();
    }

    assertThat(harness.passed).isEqualTo(10);
    assertThat(harness.refused).isEqualTo(999_990);
    OperatorSubtaskState snapshot = harness.snapshot(1, 1);
    assertThat(snapshot.getStateSize()).isLessThan(2_000);
  }

  @Test
  void whatIsAdmittedStaysSoAfterARestartThoughItIsOffTheBallotByThen() throws Exception {
    Harness before = byBallot();
    before.decode(raw(insert("v1", PARK, LATER)));
    OperatorSubtaskState snapshot = before.snapshot(1, 1);
    ballot.put(POOL);

    Harness after = open(Admission.byBallot(ballot, REFRESH, 10), 1, 0, snapshot, 1);
    after.decode(raw(remove("v1", PARK, LATER + 1)), raw(insert("v2", BOGUS, LATER + 2)));

    assertThat(after.changes()).extracting(change -> change.oldChoice).containsExactly(PARK);
    assertThat(after.rejected()).extracting(refused -> refused.choice).containsExactly(BOGUS);
  }

  @Test
  void aRestartGivesEachReaderWhatAllHadAdmittedWithFewerOrMoreOfThem() throws Exception {
    Harness first = open(Admission.ofAtMost(1), 2, 0, null, 0);
    Harness second = open(Admission.ofAtMost(1), 2, 1, null, 0);
    first.decode(raw(insert("v1", PARK, LATER)), raw(insert("v2", POOL, LATER)));
    second.decode(raw(insert("v3", POOL, LATER)));
    assertThat(first.rejected()).hasSize(1);
    OperatorSubtaskState snapshot =
        AbstractStreamOperatorTestHarness.repackageState(
            first.snapshot(1, 1), second.snapshot(1, 1));

    for (int parallelism : new int[] {1, 2, 3}) {
      for (int subtask = 0; subtask < parallelism; subtask++) {
        Harness reader = open(Admission.ofAtMost(1), parallelism, subtask, snapshot, 2);
        reader.decode(
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
  void theJobDoesNotStartWithoutItsBallot() {
    ballot.isOutOfReach = true;

    assertThatIllegalStateException().isThrownBy(this::byBallot);
  }

  @Test
  void theBallotIsLetGoWhenTheJobEnds() throws Exception {
    byBallot().close();
    harnesses.clear();

    assertThat(ballot.closed).isTrue();
  }

  private Harness byBallot() throws Exception {
    return open(Admission.byBallot(ballot, REFRESH, 10), 1, 0, null, 0);
  }

  private Harness ofAtMost(int choices) throws Exception {
    return open(Admission.ofAtMost(choices), 1, 0, null, 0);
  }

  private Harness open(
      Admission admission,
      int parallelism,
      int subtask,
      OperatorSubtaskState snapshot,
      int parallelismBefore)
      throws Exception {
    Harness harness = new Harness(admission, parallelism, subtask);
    if (snapshot != null) {
      harness.initializeState(
          AbstractStreamOperatorTestHarness.repartitionOperatorState(
              snapshot, MAX_PARALLELISM, parallelismBefore, parallelism, subtask));
    }
    harness.setProcessingTime(NOON);
    harness.open();
    harnesses.add(harness);
    return harness;
  }

  private static final class Harness
      extends OneInputStreamOperatorTestHarness<RawRecord, VoteChange> {

    long passed;
    long refused;

    Harness(Admission admission, int parallelism, int subtask) throws Exception {
      super(
          new ProcessOperator<>(
              new DecodeVoteChanges(VoteChangeDecoder.forKinesis("votes"), admission)),
          MAX_PARALLELISM,
          parallelism,
          subtask);
    }

    void decode(RawRecord... records) throws Exception {
      for (RawRecord record : records) {
        processElement(record, 0);
      }
    }

    void pass(Duration time) throws Exception {
      setProcessingTime(getProcessingTime() + time.toMillis());
    }

    List<VoteChange> changes() {
      return extractOutputValues();
    }

    List<RejectedVote> rejected() {
      return Stream.ofNullable(getSideOutput(DecodeVoteChanges.REJECTED))
          .flatMap(votes -> votes.stream())
          .map(vote -> vote.getValue())
          .toList();
    }

    void countAndForgetOutput() {
      passed += getOutput().size();
      getOutput().clear();
      var rejected = getSideOutput(DecodeVoteChanges.REJECTED);
      if (rejected != null) {
        refused += rejected.size();
        rejected.clear();
      }
    }
  }
}
