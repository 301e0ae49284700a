package io.citytally.web;

import io.citytally.election.Election;
import io.citytally.election.ElectionRules;
import io.citytally.election.Pin;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The election as this instance knows it, and whether it may take ballots under it.
 *
 * <p>The instance reads the rules every few seconds. It takes no ballot under rules that it read
 * longer than {@link Election#MAX_AGE} ago, so a change of them holds everywhere after that time.
 * What must never change during an election is not left to time: before its first ballot, the
 * instance pins it by a write that only succeeds under the rules that it knows.
 */
final class CurrentElection {

  private static final Logger LOG = LoggerFactory.getLogger(CurrentElection.class);

  private static final Duration INTERVAL = Duration.ofSeconds(5);

  private final ElectionStore store;
  private final Voters voters;
  private final Clock clock;
  private final Reading<Election> reading;

  /** The last election that this instance has pinned; the next reading shows the pin itself. */
  private volatile @Nullable Election pinned;

  /**
   * @param timeout how long a read may take before the last one holds instead
   */
  CurrentElection(
      ElectionStore store, Voters voters, Duration timeout, Clock clock, Executor readers) {
    this.store = store;
    this.voters = voters;
    this.clock = clock;
    reading =
        new Reading<>(
            "election",
            Problem.ELECTION_UNREADABLE,
            store::read,
            INTERVAL,
            timeout,
            clock,
            readers);
  }

  /**
   * Returns the election, for those who want to see it.
   *
   * @throws ProblemException if it never could be read
   */
  Reading.Latest<Election> latest() {
    return reading.latest();
  }

  Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MILLIS);
  }

  /**
   * Returns the election, for those whose ballots it is about.
   *
   * @throws ProblemException if the rules can't be read now, or this application signs citizens in
   *     though the rules don't ask for that, or the reverse
   */
  Election current() {
    Reading.Latest<Election> latest = latest();
    if (Duration.between(latest.asOf, clock.instant()).compareTo(Election.MAX_AGE) > 0) {
      throw Unavailable.because(Problem.RULES_UNREADABLE);
    }
    if (latest.content.rules().voting() != voters.mode()) {
      LOG.error(
          "The election asks for voting '{}', but the application is set up for '{}'",
          latest.content.rules().voting().label(),
          voters.mode().label());
      throw notReady();
    }
    return latest.content;
  }

  /**
   * Returns the election once more, for a request that has checked a ballot by these rules.
   *
   * @throws ProblemException as {@link #current()}, or if the rules have changed since
   */
  Election currentUnder(ElectionRules rules) {
    Election current = current();
    if (!current.rules().equals(rules)) {
      throw Unavailable.because(Problem.RULES_CHANGED);
    }
    return current;
  }

  /**
   * Sees to it that ballots of this election, and of no other, can be cast.
   *
   * @throws ProblemException if the rules have changed since, or ballots were cast under others
   */
  void pin(Election election) {
    Pin mine = voters.pin(election.rules().votePer());
    if (!election.isStored() || election == pinned) {
      return;
    }
    if (election.pinned().isPresent() && !election.pinned().get().equals(mine.text())) {
      LOG.error(
          "Ballots are pinned to {}, but this application is set up for {}",
          election.pinned().get(),
          mine);
      throw notReady();
    }
    if (election.pinned().isEmpty() && !pinNow(election, mine)) {
      reading.expire();
      throw Unavailable.because(Problem.RULES_CHANGED);
    }
    pinned = election;
  }

  private boolean pinNow(Election election, Pin mine) {
    try {
      return store.pin(election, mine);
    } catch (RuntimeException e) {
      LOG.warn("The election could not be pinned", e);
      throw Unavailable.because(Problem.NOT_RECORDED);
    }
  }

  private static ProblemException notReady() {
    return Unavailable.because(Problem.NOT_SET_UP);
  }
}
