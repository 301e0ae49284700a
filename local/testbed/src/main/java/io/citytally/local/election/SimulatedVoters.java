package io.citytally.local.election;

import io.citytally.local.cloud.CastVote;
import io.citytally.local.cloud.Votes;
import io.citytally.vote.Choice;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;

/**
 * Makes up what citizens do next. Most cast a vote; some change one, some withdraw one. As in real
 * elections a few regions and a few improvements of each get most votes: the nth of them gets 1/n
 * of what the first one gets (Zipf's law).
 */
public final class SimulatedVoters {

  /** Of all actions, those that change a vote, and those that withdraw one. */
  private static final double CHANGED = 0.08;

  private static final double WITHDRAWN = 0.03;

  /** Only so many votes are remembered to be changed or withdrawn, however long it runs. */
  private static final int REMEMBERED = 10_000;

  enum Kind {
    CAST,
    CHANGE,
    WITHDRAW
  }

  /**
   * What one citizen does.
   *
   * @param choice the vote's new one, or that which it had, where it is withdrawn
   */
  public record Action(Kind kind, String id, Choice choice) {

    public void on(Votes votes) {
      if (kind == Kind.WITHDRAW) {
        votes.withdraw(id);
      } else {
        votes.cast(id, choice);
      }
    }
  }

  private final int remembered;
  private final SplittableRandom random;
  private final List<List<Choice>> regions;
  private final List<CastVote> standing = new ArrayList<>();

  /**
   * @param ballot the choices; the earlier a region, or an improvement in it, the more it is liked
   * @param seed gives the same actions each time
   * @throws IllegalArgumentException if there is nothing to choose from
   */
  public SimulatedVoters(Collection<Choice> ballot, long seed) {
    this(ballot, seed, REMEMBERED);
  }

  public SimulatedVoters(Collection<Choice> ballot, long seed, int remembered) {
    if (ballot.size() < 2) {
      throw new IllegalArgumentException("a ballot has at least two choices: " + ballot);
    }
    Map<String, List<Choice>> byRegion = new LinkedHashMap<>();
    for (Choice key : ballot) {
      byRegion.computeIfAbsent(key.region, region -> new ArrayList<>()).add(key);
    }
    this.regions = List.copyOf(byRegion.values());
    this.remembered = remembered;
    this.random = new SplittableRandom(seed);
  }

  public Action next() {
    double dice = random.nextDouble();
    if (!standing.isEmpty() && dice < WITHDRAWN) {
      int at = random.nextInt(standing.size());
      CastVote vote = standing.get(at);
      forget(at);
      return new Action(Kind.WITHDRAW, vote.id(), vote.choice());
    }
    if (!standing.isEmpty() && dice < WITHDRAWN + CHANGED) {
      int at = random.nextInt(standing.size());
      CastVote vote = standing.get(at);
      Choice other = otherThan(vote.choice());
      standing.set(at, new CastVote(vote.id(), other));
      return new Action(Kind.CHANGE, vote.id(), other);
    }
    CastVote vote =
        new CastVote(new UUID(random.nextLong(), random.nextLong()).toString(), choice());
    if (standing.size() == remembered) {
      forget(random.nextInt(remembered));
    }
    standing.add(vote);
    return new Action(Kind.CAST, vote.id(), vote.choice());
  }

  private void forget(int at) {
    standing.set(at, standing.get(standing.size() - 1));
    standing.remove(standing.size() - 1);
  }

  private Choice choice() {
    return preferred(preferred(regions));
  }

  private Choice otherThan(Choice present) {
    Choice other = choice();
    while (other.equals(present)) {
      other = choice();
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
