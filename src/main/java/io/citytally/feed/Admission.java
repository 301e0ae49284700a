package io.citytally.feed;

import io.citytally.vote.BallotReader;
import io.citytally.vote.TallyKey;
import java.io.Serializable;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.LongSupplier;
import javax.annotation.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which choices count. Each one that does has a running total, an item of {@code total_votes}, a
 * line of the dashboard; and whoever may write a vote may write a new region and improvement into
 * every vote. So not every choice does.
 *
 * <p>A choice that is not known yet is admitted if it is on the ballot. Where there is no ballot,
 * or an empty one, which leaves everything open (as it does to those who vote through the API), it
 * is admitted as long as fewer than {@code max.choices} are.
 *
 * <p><b>Once admitted, always admitted</b>, also after a restart: a choice that was taken off the
 * ballot must still be able to lose the votes that it has. So the admitted choices are part of the
 * job's state.
 *
 * <p>The ballot is read when the job starts, and once more when an unknown choice comes and the
 * last reading is old enough. Those are the only occasions, so a flood of unknown choices costs one
 * reading in that time; and a choice that is new on the ballot may be refused for as long. If it
 * can't be read again, the last reading holds.
 *
 * <p>Each of the job's readers of the stream has an admission of its own. From the same ballot they
 * judge alike; by number they don't: there a choice may be admitted by one reader and come too late
 * for another, which is full. A restart gives each what all of them had admitted.
 */
public final class Admission implements Serializable {

  private static final long serialVersionUID = 1L;

  private static final Logger LOG = LoggerFactory.getLogger(Admission.class);

  /** Two of AWS's clocks differ by less. */
  private static final long CLOCK_SKEW_MILLIS = 1_000;

  private static final long FROM_BEFORE = Long.MIN_VALUE;

  private final int maxChoices;
  @Nullable private final BallotReader ballot;
  private final long refreshMillis;

  private transient Map<TallyKey, Long> admittedAtMillis;
  private transient Set<TallyKey> onBallot;
  private transient boolean hasBegun;
  private transient long begunAtMillis;
  private transient long readAtMillis;

  private Admission(int maxChoices, @Nullable BallotReader ballot, long refreshMillis) {
    if (maxChoices < 1) {
      throw new IllegalArgumentException("at least one choice must count, not " + maxChoices);
    }
    this.maxChoices = maxChoices;
    this.ballot = ballot;
    this.refreshMillis = refreshMillis;
  }

  /** Any choices, up to a number. */
  public static Admission ofAtMost(int maxChoices) {
    return new Admission(maxChoices, null, 0);
  }

  /**
   * The choices of a ballot.
   *
   * @param refresh the least time between two readings of it
   * @param maxChoices how many are admitted while it is empty
   */
  public static Admission byBallot(BallotReader ballot, Duration refresh, int maxChoices) {
    return new Admission(maxChoices, Objects.requireNonNull(ballot, "ballot"), refresh.toMillis());
  }

  /**
   * Begins, with a first reading of the ballot.
   *
   * @param restored what was admitted before a restart
   * @throws RuntimeException if the ballot can't be read
   */
  void open(Collection<TallyKey> restored) {
    admittedAtMillis = new HashMap<>();
    restored.forEach(choice -> admittedAtMillis.put(choice, FROM_BEFORE));
    onBallot = ballot == null ? Set.of() : ballot.read();
    hasBegun = false;
  }

  /** All that was ever admitted. */
  Set<TallyKey> admitted() {
    return admittedAtMillis.keySet();
  }

  /**
   * Whether the choice counts; from now on, if it does.
   *
   * @param clock in milliseconds since the epoch
   */
  boolean admits(TallyKey choice, LongSupplier clock) {
    if (!hasBegun) {
      hasBegun = true;
      begunAtMillis = clock.getAsLong();
      // The first record may come long after the job has started, and read the ballot.
      readAtMillis = begunAtMillis - refreshMillis;
    }
    if (admittedAtMillis.containsKey(choice)) {
      return true;
    }
    if (ballot != null && !onBallot.contains(choice) && isOutdated(clock.getAsLong())) {
      readAgain();
      readAtMillis = clock.getAsLong();
    }
    if (onBallot.isEmpty() ? admittedAtMillis.size() < maxChoices : onBallot.contains(choice)) {
      admittedAtMillis.put(choice, clock.getAsLong());
      return true;
    }
    return false;
  }

  /** Why a choice that isn't admitted isn't, to be read after its name. */
  String refusal() {
    return onBallot.isEmpty()
        ? String.format(
            Locale.ROOT,
            "would be one choice more than the %,d that are admitted; raise max.choices, or set a"
                + " ballot",
            admittedAtMillis.size())
        : "is not on the ballot";
  }

  /**
   * Whether another delivery of a change may have been refused for this choice, though it is
   * admitted now: one that came before the choice was admitted here, or before the job was
   * restarted, which may have forgotten that it refused it.
   */
  boolean mayHaveRefused(TallyKey admitted, long changedAtMillis) {
    long since = Math.max(begunAtMillis, admittedAtMillis.get(admitted));
    return changedAtMillis <= since + CLOCK_SKEW_MILLIS;
  }

  void close() {
    if (ballot != null) {
      ballot.close();
    }
  }

  /** Also where the clock was set back. */
  private boolean isOutdated(long nowMillis) {
    return nowMillis < readAtMillis || nowMillis - readAtMillis >= refreshMillis;
  }

  private void readAgain() {
    try {
      onBallot = ballot.read();
    } catch (RuntimeException e) {
      LOG.warn("The ballot can't be read; choices are judged by the last reading", e);
    }
  }
}
