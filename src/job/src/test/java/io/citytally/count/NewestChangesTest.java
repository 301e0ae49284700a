package io.citytally.count;

import static io.citytally.count.Changes.PARK;
import static io.citytally.count.Changes.POOL;
import static io.citytally.count.Changes.TREES;
import static io.citytally.count.Changes.change;
import static io.citytally.count.Changes.left;
import static io.citytally.count.Changes.taken;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class NewestChangesTest {

  @Test
  void keepsTheNewestFirst() {
    NewestChanges newest = new NewestChanges(1);

    newest.addAll(taken(1, PARK, 10), taken(3, POOL, 30), taken(2, TREES, 20));

    assertThat(newest.newestFirst()).containsExactly(taken(3, POOL, 30), taken(2, TREES, 20));
  }

  @Test
  void keepsOfAVoteItsLatestChange() {
    NewestChanges newest = new NewestChanges(5);

    newest.addAll(taken(1, PARK, 10), taken(2, PARK, 20), left(1, PARK, 30));

    assertThat(newest.newestFirst()).containsExactly(left(1, PARK, 30), taken(2, PARK, 20));
  }

  @Test
  void knowsAWithdrawalThatArrivesBeforeTheVote() {
    NewestChanges newest = new NewestChanges(5);

    newest.addAll(left(1, PARK, 30), taken(1, PARK, 10));

    assertThat(newest.newestFirst()).containsExactly(left(1, PARK, 30));
  }

  @Test
  void prefersTheChoiceThatAVoteMovedTo() {
    NewestChanges newest = new NewestChanges(5);
    ChoiceChange moved = ChoiceChange.taken(change(1, PARK, TREES, 30));

    newest.addAll(moved, ChoiceChange.left(change(1, PARK, TREES, 30)));

    assertThat(newest.newestFirst()).containsExactly(moved);
  }

  @Property
  void dependsOnTheSetOfChangesAlone(@ForAll long seed) {
    Random random = new Random(seed);
    List<ChoiceChange> changes = new ArrayList<>();
    for (int i = random.nextInt(60); i > 0; i--) {
      long vote = random.nextInt(12);
      long at = random.nextInt(40);
      changes.add(random.nextInt(3) > 0 ? taken(vote, PARK, at) : left(vote, PARK, at));
    }
    NewestChanges inOrder = new NewestChanges(3);
    changes.forEach(inOrder::add);
    List<ChoiceChange> shuffled = new ArrayList<>(changes);
    shuffled.addAll(changes);
    Collections.shuffle(shuffled, random);
    ListChanges gathered = new ListChanges("city");
    while (!shuffled.isEmpty()) {
      List<ChoiceChange> part = shuffled.subList(0, 1 + random.nextInt(shuffled.size()));
      NewestChanges newest = new NewestChanges(3);
      part.forEach(newest::add);
      gathered = gathered.merge(new ListChanges("city", newest.newestFirst()), 3);
      part.clear();
    }

    assertThat(gathered.changes).containsExactly(inOrder.newestFirst());
  }
}
