package io.citytally.count;

import static io.citytally.count.Changes.PARK;
import static io.citytally.count.Changes.POOL;
import static io.citytally.count.Changes.left;
import static io.citytally.count.Changes.taken;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class GatheredChangesTest {

  private static final int SHOWN = 3;

  @Property(tries = 300)
  void keepsTheSameChangesAsIfEachWereSortedInAtOnce(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 400) int count) {
    Random random = new Random(seed);
    List<ChoiceChange> changes = changes(random, count);
    GatheredChanges gathered = new GatheredChanges(SHOWN);
    NewestChanges newest = new NewestChanges(SHOWN);

    changes.forEach(gathered::add);
    changes.forEach(newest::add);

    assertThat(gathered.newestFirst()).containsExactly(newest.newestFirst());
  }

  @Property(tries = 20)
  void holdsNoMoreHoweverManyCome(@ForAll long seed) {
    GatheredChanges gathered = new GatheredChanges(SHOWN);

    changes(new Random(seed), 10_000).forEach(gathered::add);

    assertThat(gathered.size()).isLessThanOrEqualTo(8 * NewestChanges.capacity(SHOWN));
  }

  /** Mostly by age, some of one vote several times, withdrawals among them. */
  private static List<ChoiceChange> changes(Random random, int count) {
    List<ChoiceChange> changes = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      long vote = random.nextInt(10) == 0 ? random.nextInt(5) : i;
      long at = 10 * i + random.nextInt(200);
      changes.add(
          random.nextInt(4) == 0
              ? left(vote, PARK, at)
              : taken(vote, random.nextBoolean() ? PARK : POOL, at));
    }
    return changes;
  }
}
