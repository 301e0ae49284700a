package io.citytally.source;

import io.citytally.vote.BallotReader;
import io.citytally.vote.ChangeIdentity;
import io.citytally.vote.Choice;
import io.citytally.vote.Side;
import io.citytally.vote.TotalsReader;
import io.citytally.vote.VoteChange;
import java.io.Serializable;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which choices count. Each one that does has a running total, an item of {@code total_votes} and a
 * line of the dashboard, and every vote may name a new region and improvement. So not every choice
 * does.
 *
 * <p>With a ballot, a choice counts if it is on the ballot, at any status there: an empty ballot
 * admits nothing new. Without one, each reader of the stream admits the first {@code max.choices}
 * choices that it meets. In both cases a choice also counts if it has a total already.
 *
 * <p>The turnout of a region is admitted in the same way: with a ballot, if any choice of the
 * region is on it; without one, if the region is among the first {@code max.choices}; in both
 * cases, if its turnout has an item already. So a ballot counts for the turnout though none of its
 * choices does.
 */
public final class Admission implements Serializable {

  /*
   * Once admitted, always admitted.
   *
   * A vote for a choice that can't be chosen any more must still be changed and withdrawn, through
   * whichever reader gets its shard, and after any restart. So the rule holds for the old and the
   * new side of a change alike, and both of its sources only grow: a choice that goes stays on the
   * ballot and is marked there, and a total is never deleted. If someone deletes items of the
   * ballot all the same, the total still tells that the choice was admitted.
   *
   * Who decides.
   *
   * DecodeVoteChanges lets through the choices that it knows to count (KnownChoices), which are
   * nearly all, and never waits. AdmitSides decides all others: it waits, if it has to, for a
   * reading of the ballot that is young enough, and asks for the total before it refuses.
   *
   * A reading is young enough to refuse a side if it began less than ballot.refresh before the side
   * came. So a flood of unknown choices costs one reading in that time, and a choice that is new on
   * the ballot may be refused for as long.
   */

  private static final long serialVersionUID = 1L;

  /** Two of AWS's clocks differ by less. */
  private static final long CLOCK_SKEW_MILLIS = 1_000;

  private final int maxChoices;
  @Nullable private final BallotReader ballot;
  private final long refreshMillis;
  private final TotalsReader totals;

  private Admission(
      int maxChoices, @Nullable BallotReader ballot, Duration refresh, TotalsReader totals) {
    if (maxChoices < 1) {
      throw new IllegalArgumentException("at least one choice must count, not " + maxChoices);
    }
    this.maxChoices = maxChoices;
    this.ballot = ballot;
    this.refreshMillis = refresh.toMillis();
    this.totals = Objects.requireNonNull(totals, "totals");
  }

  /**
   * Admits any choices, up to a number, and those that have a total.
   *
   * @param maxChoices how many each reader of the stream admits, from 1
   */
  public static Admission ofAtMost(int maxChoices, TotalsReader totals) {
    return new Admission(maxChoices, null, Duration.ZERO, totals);
  }

  /**
   * Admits the choices of a ballot, and those that have a total.
   *
   * @param refresh the least time between the beginnings of two readings of the ballot
   */
  public static Admission byBallot(BallotReader ballot, Duration refresh, TotalsReader totals) {
    return new Admission(
        Integer.MAX_VALUE, Objects.requireNonNull(ballot, "ballot"), refresh, totals);
  }

  /**
   * Begins with what one reader of the stream knows.
   *
   * @param restored what all readers had admitted before a restart
   */
  KnownChoices open(Collection<Choice> restored) {
    return ballot == null
        ? new FirstChoices(maxChoices, restored)
        : new ChoicesOnBallot(ballot, refreshMillis);
  }

  /** The choices, and the turnout of each of their regions. */
  static Set<Choice> withTurnout(Set<Choice> choices) {
    Set<Choice> keys = new HashSet<>(choices);
    choices.forEach(choice -> keys.add(Choice.turnoutOf(choice.region)));
    return keys;
  }

  /** Null if there is none. */
  @Nullable BallotReader ballot() {
    return ballot;
  }

  TotalsReader totals() {
    return totals;
  }

  long refreshMillis() {
    return refreshMillis;
  }

  /** Says why a side is refused. */
  String refusal(Side side, Choice key) {
    String what = side.isTurnout() ? "region" : side.label() + " choice";
    String name = side.isTurnout() ? key.region : key.toString();
    return ballot == null
        ? String.format(
            Locale.ROOT,
            "the %1$s would be one %2$s more than the %3$,d that are admitted; raise max.choices,"
                + " or set a ballot: %4$s",
            what,
            side.isTurnout() ? "region" : "choice",
            maxChoices,
            name)
        : "the " + what + " is not on the ballot: " + name;
  }

  /**
   * Whether another delivery of a change may have been refused for a choice that is known now: by
   * another reader, or before a restart. A change that may have been is remembered for longer, as
   * its refusal can be cast again.
   *
   * <p>A refusal rests on a reading of the ballot without the choice. That reading began before the
   * choice was put on the ballot, and so before the choice was known here. The refused delivery
   * came less than {@code ballot.refresh} after the reading began, and its change was made before
   * the delivery. So a change that is younger than the sum of these was never refused. A plain vote
   * does not tell when it was made: its time is that of this delivery, so it may always have been.
   *
   * @param sinceMillis since when the choice is known here
   */
  boolean mayHaveRefused(long sinceMillis, VoteChange change) {
    return change.identity.atMicros == ChangeIdentity.TIMELESS
        || Math.floorDiv(change.changedAtMicros, 1_000L)
            <= sinceMillis + refreshMillis + CLOCK_SKEW_MILLIS;
  }
}
