package io.citytally.local.election;

import io.citytally.local.cloud.CastBallot;
import io.citytally.local.cloud.Votes;
import io.citytally.vote.Choice;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.ToIntFunction;

/**
 * Makes up what citizens do next. Most cast a ballot; some change one, some withdraw one. As in
 * real elections a few regions and a few improvements of each get most votes: the nth of them gets
 * 1/n of what the first one gets (Zipf's law). Half of the ballots that may have one more vote have
 * it.
 */
public final class SimulatedVoters {

  /** The fractions of all actions that change a ballot and that withdraw one. */
  static final double CHANGED = 0.08;

  private static final double WITHDRAWN = 0.03;
  private static final double ONE_MORE = 0.5;

  /** Only so many ballots are remembered to be changed or withdrawn, however long it runs. */
  private static final int REMEMBERED = 10_000;

  enum Kind {
    CAST,
    CHANGE,
    WITHDRAW
  }

  /**
   * What one citizen does.
   *
   * @param ballot the new one, or that which stood, where it is withdrawn
   */
  public record Action(Kind kind, CastBallot ballot) {

    /**
     * Casts, changes or withdraws the ballot. A ballot of one vote is written in the older form.
     */
    public void on(Votes votes) {
      if (kind == Kind.WITHDRAW) {
        votes.withdraw(ballot.id());
      } else if (ballot.improvements().size() == 1) {
        votes.cast(ballot.id(), new Choice(ballot.region(), ballot.improvements().get(0)));
      } else {
        votes.cast(ballot);
      }
    }
  }

  private final ToIntFunction<String> atMost;
  private final int remembered;
  private final SplittableRandom random;
  private final List<List<Choice>> regions;
  private final List<CastBallot> standing = new ArrayList<>();

  /**
   * Voters who have one vote each.
   *
   * @param ballot the choices; the earlier a region, or an improvement in it, the more it is liked
   * @param seed gives the same actions each time
   * @throws IllegalArgumentException if there is nothing to choose from
   */
  public SimulatedVoters(Collection<Choice> ballot, long seed) {
    this(ballot, seed, region -> 1);
  }

  /**
   * Voters who have as many votes in a region as its rules allow.
   *
   * @param atMost how many votes a ballot of a region may have now, from 1
   */
  public SimulatedVoters(Collection<Choice> ballot, long seed, ToIntFunction<String> atMost) {
    this(ballot, seed, atMost, REMEMBERED);
  }

  SimulatedVoters(
      Collection<Choice> ballot, long seed, ToIntFunction<String> atMost, int remembered) {
    if (ballot.size() < 2) {
      throw new IllegalArgumentException("a ballot has at least two choices: " + ballot);
    }
    Map<String, List<Choice>> byRegion = new LinkedHashMap<>();
    for (Choice key : ballot) {
      byRegion.computeIfAbsent(key.region, region -> new ArrayList<>()).add(key);
    }
    this.regions = List.copyOf(byRegion.values());
    this.atMost = atMost;
    this.remembered = remembered;
    this.random = new SplittableRandom(seed);
  }

  public Action next() {
    double dice = random.nextDouble();
    if (!standing.isEmpty() && dice < WITHDRAWN) {
      int at = random.nextInt(standing.size());
      CastBallot ballot = standing.get(at);
      forget(at);
      return new Action(Kind.WITHDRAW, ballot);
    }
    if (!standing.isEmpty() && dice < WITHDRAWN + CHANGED) {
      int at = random.nextInt(standing.size());
      CastBallot other = otherThan(standing.get(at));
      standing.set(at, other);
      return new Action(Kind.CHANGE, other);
    }
    CastBallot ballot = ballot(new UUID(random.nextLong(), random.nextLong()).toString());
    if (standing.size() == remembered) {
      forget(random.nextInt(remembered));
    }
    standing.add(ballot);
    return new Action(Kind.CAST, ballot);
  }

  private void forget(int at) {
    standing.set(at, standing.get(standing.size() - 1));
    standing.remove(standing.size() - 1);
  }

  private CastBallot ballot(String id) {
    List<Choice> region = preferred(regions);
    String name = region.get(0).region;
    int most = Math.min(atMost.applyAsInt(name), region.size());
    Set<String> names = new TreeSet<>(Set.of(preferred(region).improvement));
    while (names.size() < most && random.nextDouble() < ONE_MORE) {
      while (!names.add(preferred(region).improvement)) {
        // Another one is preferred sooner or later.
      }
    }
    return new CastBallot(id, name, List.copyOf(names));
  }

  private CastBallot otherThan(CastBallot present) {
    CastBallot other = ballot(present.id());
    while (other.equals(present)) {
      other = ballot(present.id());
    }
    return other;
  }

  private <T> T preferred(List<T> all) {
    double sum = 0;
    for (int rank = 1; rank <= all.size(); rank++) {
      sum += 1.0 / rank;
    }
    double dice = random.nextDouble() * sum;
    int at = 0;
    while (at < all.size() - 1 && dice >= 1.0 / (at + 1)) {
      dice -= 1.0 / (at + 1);
      at++;
    }
    return all.get(at);
  }
}
