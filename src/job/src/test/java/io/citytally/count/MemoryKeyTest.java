package io.citytally.count;

import static org.assertj.core.api.Assertions.assertThat;

import io.citytally.vote.ChangeIdentity;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.junit.jupiter.api.Test;

class MemoryKeyTest {

  private static final long NOON = 1_767_355_200_000_000L;

  private final Random random = new Random(3);

  @Test
  void eachGroupHasAKeyGroupOfItsOwn() {
    Set<Integer> groups = new HashSet<>();
    Set<Integer> keyGroups = new HashSet<>();
    for (int i = 0; i < 10_000; i++) {
      MemoryKey key = MemoryKey.of(identity(NOON));
      groups.add(key.group);
      keyGroups.add(KeyGroupRangeAssignment.assignToKeyGroup(key, MemoryKey.GROUPS));
      assertThat(KeyGroupRangeAssignment.assignToKeyGroup(key, MemoryKey.GROUPS))
          .isEqualTo(key.group);
    }

    assertThat(groups).hasSize(MemoryKey.GROUPS);
    assertThat(keyGroups).hasSize(MemoryKey.GROUPS);
  }

  @Test
  void changesOfAGroupWithinSecondsHaveTheSameKey() {
    ChangeIdentity identity = identity(NOON);

    assertThat(keyAt(identity, NOON + 1_000_000)).isEqualTo(MemoryKey.of(identity));
    assertThat(keyAt(identity, NOON + 60_000_000)).isNotEqualTo(MemoryKey.of(identity));
  }

  @Test
  void changesWithoutATimeHaveEachItsOwn() {
    Set<MemoryKey> keys = new HashSet<>();
    for (int i = 0; i < 1_000; i++) {
      keys.add(MemoryKey.of(identity(ChangeIdentity.TIMELESS)));
    }

    assertThat(keys).hasSize(1_000);
  }

  /** So that no file of the state holds old keys alone. */
  @Test
  void keysThatFollowEachOtherInTimeAreScattered() {
    ChangeIdentity identity = identity(NOON);

    Set<Long> sixteenths =
        LongStream.range(0, 64)
            .map(minute -> keyAt(identity, NOON + minute * 60_000_000).first >>> 60)
            .boxed()
            .collect(Collectors.toSet());

    assertThat(sixteenths).hasSize(16);
  }

  private ChangeIdentity identity(long atMicros) {
    return new ChangeIdentity(atMicros, random.nextLong(), random.nextLong());
  }

  private static MemoryKey keyAt(ChangeIdentity identity, long atMicros) {
    return MemoryKey.of(new ChangeIdentity(atMicros, identity.high, identity.low));
  }
}
