package io.citytally.election;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ElectionTest {

  private static final Instant OPENS = Instant.parse("2026-05-01T08:00:00Z");
  private static final Instant CLOSES = Instant.parse("2026-05-01T20:00:00Z");

  private static Election election(
      String results, @Nullable Instant testUntil, @Nullable FinalResult result)
      throws RulesException {
    return Election.stored(
        RulesFile.parse(
            "{\"name\": \"Budget\", \"time_zone\": \"UTC\", \"opens_at\": \""
                + OPENS
                + "\", \"closes_at\": \""
                + CLOSES
                + "\", \"voting\": \"open\", \"results\": \""
                + results
                + "\"}"),
        null,
        testUntil,
        result);
  }

  @Test
  void isOpenFromItsFirstInstantToTheLastBeforeItCloses() throws RulesException {
    Election election = election("live", null, null);

    assertThat(election.phaseAt(OPENS.minusMillis(1))).isEqualTo(Phase.BEFORE);
    assertThat(election.phaseAt(OPENS)).isEqualTo(Phase.OPEN);
    assertThat(election.phaseAt(CLOSES.minusMillis(1))).isEqualTo(Phase.OPEN);
    assertThat(election.phaseAt(CLOSES)).isEqualTo(Phase.CLOSED);
  }

  @Test
  void isOpenForTestBallotsOnlyBeforeItOpens() throws RulesException {
    Instant until = OPENS.minusSeconds(60);
    Election election = election("live", until, null);

    assertThat(election.phaseAt(until.minusMillis(1))).isEqualTo(Phase.OPEN);
    assertThat(election.isTestAt(until.minusMillis(1))).isTrue();
    assertThat(election.phaseAt(until)).isEqualTo(Phase.BEFORE);
    assertThat(election.phaseAt(OPENS)).isEqualTo(Phase.OPEN);
    assertThat(election("live", CLOSES, null).isTestAt(OPENS)).isFalse();
  }

  @Test
  void isClosedForGoodOnceItsResultIsFinal() throws RulesException {
    Election election = election("turnout", CLOSES, new FinalResult(OPENS, "ab"));

    assertThat(election.phaseAt(OPENS)).isEqualTo(Phase.CLOSED);
    assertThat(election.showsVotesAt(OPENS)).isTrue();
  }

  @Test
  void showsVotesLiveOrWhenItHasClosed() throws RulesException {
    assertThat(election("live", null, null).showsVotesAt(OPENS)).isTrue();
    assertThat(election("turnout", null, null).showsVotesAt(OPENS.minusMillis(1))).isFalse();
    assertThat(election("turnout", OPENS, null).showsVotesAt(OPENS.minusMillis(1))).isFalse();
    assertThat(election("turnout", null, null).showsVotesAt(CLOSES.minusMillis(1))).isFalse();
    assertThat(election("turnout", null, null).showsVotesAt(CLOSES)).isTrue();
  }

  @Test
  void takesNoBallotUntilItIsSetUp() {
    assertThat(Election.notSetUp(VotingMode.SIGNED_IN).phaseAt(OPENS)).isEqualTo(Phase.BEFORE);
    assertThat(Election.alwaysOpen(VotingMode.OPEN, VotePer.CITY).phaseAt(OPENS))
        .isEqualTo(Phase.OPEN);
    assertThat(Election.alwaysOpen(VotingMode.OPEN, VotePer.CITY).rules().atMost("W")).isEqualTo(1);
    assertThat(Election.alwaysOpen(VotingMode.OPEN, VotePer.REGION).rules().atMost("W"))
        .isEqualTo(100);
  }
}
