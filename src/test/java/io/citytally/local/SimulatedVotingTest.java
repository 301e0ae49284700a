package io.citytally.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.citytally.vote.TallyKey;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class SimulatedVotingTest {

  private final List<String> calls = Collections.synchronizedList(new ArrayList<>());
  private final AtomicReference<RuntimeException> failure = new AtomicReference<>();

  private final Votes votes =
      new Votes() {
        @Override
        public void cast(String id, TallyKey choice) {
          calls.add("cast");
          if (calls.size() >= 500) {
            throw new IllegalStateException("the table is gone");
          }
        }

        @Override
        public void withdraw(String id) {
          calls.add("withdraw");
        }
      };

  private SimulatedVoting voting(double perSecond) {
    SimulatedVoters voters = new SimulatedVoters(DefaultBallot.titles().keySet(), 1);
    return new SimulatedVoting(voters, new Pacer(perSecond), votes, failure::set).start();
  }

  @Test
  void castsAndWithdrawsUntilItFailsAndTellsWhy() throws Exception {
    SimulatedVoting voting = voting(Double.POSITIVE_INFINITY);

    await().until(() -> failure.get() != null);
    voting.close();

    assertThat(calls).hasSizeGreaterThanOrEqualTo(500).contains("withdraw");
    assertThat(failure.get()).hasMessage("the table is gone");
  }

  @Test
  void stopsWhenClosedWithoutWaitingForTheNextVote() throws Exception {
    SimulatedVoting voting = voting(0.000_1);
    await().until(() -> calls.size() == 1);

    voting.close();

    assertThat(calls).hasSize(1);
    assertThat(failure).hasValue(null);
  }
}
