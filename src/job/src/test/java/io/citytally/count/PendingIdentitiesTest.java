package io.citytally.count;

import static org.assertj.core.api.Assertions.assertThat;

import io.citytally.vote.ChangeIdentity;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** With what they are packed into. */
class PendingIdentitiesTest {

  private final Random random = new Random(11);
  private final PendingIdentities pending =
      new PendingIdentities(MemoryKey.of(new ChangeIdentity(1, 2, 3)));

  @Test
  void knowsTheSidesOfWhatWasAddedAndOfNothingElse() {
    Map<ChangeIdentity, Integer> added = new HashMap<>();
    for (int i = 0; i < 50_000; i++) {
      add(added, new ChangeIdentity(1, random.nextLong(), random.nextLong()));
    }

    checkAgainst(added);
  }

  /** No one can choose such hashes; if they came, they would be slow, and right. */
  @Test
  void knowsHashesThatBeginAlike() {
    Map<ChangeIdentity, Integer> added = new HashMap<>();
    for (int i = 0; i < 200; i++) {
      add(added, new ChangeIdentity(1, -1L << random.nextInt(8), random.nextInt(40) - 20));
      add(added, new ChangeIdentity(1, random.nextInt(3), random.nextInt(40) - 20));
    }

    checkAgainst(added);
  }

  @Test
  void unitesTheSidesOfAnIdentity() {
    ChangeIdentity identity = new ChangeIdentity(1, 2, 3);

    add(identity, 1);
    add(identity, 4);

    assertThat(pending.count()).isEqualTo(1);
    assertThat(pending.sidesOf(identity)).isEqualTo(5);
    assertThat(IdentitySlice.sidesIn(pending.packed(), identity)).isEqualTo(5);
  }

  @Test
  void takesSeventeenBytesToAnIdentity() {
    for (int i = 0; i < 1_000; i++) {
      add(new ChangeIdentity(1, random.nextLong(), random.nextLong()), 15);
    }

    assertThat(pending.packed()).hasSize(17 * 1_000);
  }

  @Test
  void anEmptySliceKnowsNothing() {
    assertThat(IdentitySlice.sidesIn(pending.packed(), new ChangeIdentity(1, 2, 3))).isZero();
  }

  private void add(Map<ChangeIdentity, Integer> added, ChangeIdentity identity) {
    int sides = 1 + random.nextInt(15);
    add(identity, sides);
    added.merge(identity, sides, (before, more) -> before | more);
  }

  private void add(ChangeIdentity identity, int sides) {
    pending.add(identity.high, identity.low, (byte) sides);
  }

  private void checkAgainst(Map<ChangeIdentity, Integer> added) {
    byte[] slice = pending.packed();

    assertThat(pending.count()).isEqualTo(added.size());
    added.forEach(
        (identity, sides) -> {
          assertThat(pending.sidesOf(identity)).isEqualTo(sides);
          assertThat(IdentitySlice.sidesIn(slice, identity)).isEqualTo(sides);
          ChangeIdentity other =
              new ChangeIdentity(identity.atMicros, identity.high, identity.low ^ (1L << 50));
          assertThat(pending.sidesOf(other)).isZero();
          assertThat(IdentitySlice.sidesIn(slice, other)).isZero();
        });
  }
}
