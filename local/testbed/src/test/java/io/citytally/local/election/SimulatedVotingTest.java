package io.citytally.local.election;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.citytally.local.cloud.CastBallot;
import io.citytally.local.cloud.Votes;
import io.citytally.vote.Choice;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class SimulatedVotingTest {

  private final List<String> calls = Collections.synchronizedList(new ArrayList<>());
  private final AtomicReference<RuntimeException> failure = new AtomicReference<>();
  private final AtomicBoolean open = new AtomicBoolean(true);
  private final AtomicInteger askedWhileClosed = new AtomicInteger();

  private final Votes votes =
      new Votes() {
        @Override
        public void cast(String id, Choice choice) {
          calls.add("cast");
          if (calls.size() >= 500) {
            throw new IllegalStateException("the table is gone");
          }
        }

        @Override
        public void cast(CastBallot ballot) {
          calls.add(ballot.id());
        }

        @Override
        public void withdraw(String id) {
          calls.add("withdraw");
        }
      };

  private SimulatedVoting voting(double perSecond) {
    return voting(perSecond, votes);
  }

  private SimulatedVoting voting(double perSecond, Votes votes) {
    SimulatedVoters voters = new SimulatedVoters(DefaultBallot.titles().keySet(), 1);
    return new SimulatedVoting(voters, new Pacer(perSecond), votes, this::isOpen, failure::set)
        .start();
  }

  private boolean isOpen() {
    if (!open.get()) {
      askedWhileClosed.incrementAndGet();
    }
    return open.get();
  }

  @Test
  void nobodyVotesWhileVotingIsNotOpen() throws Exception {
    open.set(false);
    SimulatedVoting voting = voting(1_000);

    await().until(() -> askedWhileClosed.get() > 10);
    assertThat(calls).isEmpty();
    open.set(true);
    await().until(() -> !calls.isEmpty());
    voting.close();

    assertThat(failure).hasValue(null);
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

  /** Records its one vote only when it is told to, and fails where that is interrupted. */
  private static final class SlowVotes implements Votes {
    final CountDownLatch recording = new CountDownLatch(1);
    final CountDownLatch interrupted = new CountDownLatch(1);
    final CountDownLatch mayEnd = new CountDownLatch(1);

    @Override
    public void cast(String id, Choice choice) {
      recording.countDown();
      try {
        new CountDownLatch(1).await();
      } catch (InterruptedException e) {
        interrupted.countDown();
        awaitWhateverHappens(mayEnd);
        throw new IllegalStateException("interrupted", e);
      }
    }

    @Override
    public void cast(CastBallot ballot) {}

    @Override
    public void withdraw(String id) {}

    private static void awaitWhateverHappens(CountDownLatch latch) {
      try {
        latch.await();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
  }

  @Test
  void waitsForTheVoteThatIsBeingRecordedWhenClosed() throws Exception {
    SlowVotes slow = new SlowVotes();
    SimulatedVoting voting = voting(Double.POSITIVE_INFINITY, slow);
    slow.recording.await();
    Thread closer =
        new Thread(
            () -> {
              try {
                voting.close();
              } catch (InterruptedException e) {
                throw new AssertionError(e);
              }
            });

    closer.start();
    slow.interrupted.await();
    await().until(() -> closer.getState() == Thread.State.WAITING);
    slow.mayEnd.countDown();
    closer.join();

    assertThat(failure).hasValue(null);
  }
}
