package io.citytally.source;

import io.citytally.vote.BallotReader;
import io.citytally.vote.Choice;
import io.citytally.vote.UnavailableException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What was on the ballot at any reading since the job's start. The first reading begins with the
 * job, each further one when an unknown choice comes and the last one began long enough ago. None
 * is waited for; its answer is taken in when the next unknown choice comes.
 */
final class ChoicesOnBallot implements KnownChoices {

  private static final Logger LOG = LoggerFactory.getLogger(ChoicesOnBallot.class);

  private final BallotReader ballot;
  private final long refreshMillis;
  private final Map<Choice, Long> sinceMillis = new HashMap<>();

  /** Null if none is under way. */
  @Nullable private CompletableFuture<Set<Choice>> reading;

  /**
   * When the last reading began. Null for the one at the start: the first record may come long
   * after it.
   */
  @Nullable private Long begunAtMillis;

  ChoicesOnBallot(BallotReader ballot, long refreshMillis) {
    this.ballot = ballot;
    this.refreshMillis = refreshMillis;
    reading = ballot.read();
  }

  @Override
  @Nullable
  public Long since(Choice choice, LongSupplier clock) {
    Long since = sinceMillis.get(choice);
    if (since != null) {
      return since;
    }
    long nowMillis = clock.getAsLong();
    takeIn(nowMillis);
    if (!sinceMillis.containsKey(choice) && reading == null && isOutdated(nowMillis)) {
      begunAtMillis = nowMillis;
      reading = ballot.read();
      takeIn(nowMillis);
    }
    return sinceMillis.get(choice);
  }

  /** Nothing: the ballot has it all. */
  @Override
  public Collection<Choice> toKeep(int reader, int readers) {
    return List.of();
  }

  private void takeIn(long nowMillis) {
    if (reading == null || !reading.isDone()) {
      return;
    }
    try {
      for (Choice key : Admission.withTurnout(reading.join())) {
        sinceMillis.putIfAbsent(key, nowMillis);
      }
    } catch (CompletionException e) {
      if (!(e.getCause() instanceof UnavailableException)) {
        throw e;
      }
      LOG.warn("The ballot can't be read; what is not known to be on it waits", e.getCause());
    } finally {
      reading = null;
    }
  }

  /** A reading is outdated, too, if the clock was set back. */
  private boolean isOutdated(long nowMillis) {
    return begunAtMillis == null
        || nowMillis < begunAtMillis
        || nowMillis - begunAtMillis >= refreshMillis;
  }
}
