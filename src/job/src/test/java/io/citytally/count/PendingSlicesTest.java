package io.citytally.count;

import static org.assertj.core.api.Assertions.assertThat;

import io.citytally.vote.ChangeIdentity;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PendingSlicesTest {

  /** Longer than a span of time that shares a key. */
  private static final long SPAN_MICROS = 10_000_000;

  private final Random random = new Random(5);
  private final Map<MemoryKey, List<byte[]>> written = new HashMap<>();
  private final PendingSlices pending = new PendingSlices(this::write);
  private int writtenIdentities;

  @Test
  void knowsWhatWasAddedUntilItIsWritten() throws Exception {
    ChangeIdentity one = identity(1);
    ChangeIdentity muchLater = new ChangeIdentity(1 + SPAN_MICROS, one.high, one.low);
    pending.add(one, 1);
    pending.add(muchLater, 2);
    pending.add(one, 4);

    assertThat(pending.sidesOf(MemoryKey.of(one), one)).isEqualTo(5);
    assertThat(pending.sidesOf(MemoryKey.of(muchLater), muchLater)).isEqualTo(2);
    assertThat(written).isEmpty();

    pending.writeAll();

    assertThat(pending.sidesOf(MemoryKey.of(one), one)).isZero();
    assertThat(writtenSides(one)).isEqualTo(5);
    assertThat(writtenSides(muchLater)).isEqualTo(2);
  }

  @Test
  void knowsEachOfMany() throws Exception {
    List<ChangeIdentity> added = new ArrayList<>();
    for (int i = 0; i < 10_000; i++) {
      ChangeIdentity identity = identity(1 + random.nextInt(20) * SPAN_MICROS);
      pending.add(identity, 1 + i % 15);
      added.add(identity);
    }

    for (int i = 0; i < added.size(); i++) {
      ChangeIdentity identity = added.get(i);
      assertThat(pending.sidesOf(MemoryKey.of(identity), identity)).isEqualTo(1 + i % 15);
    }
    pending.writeAll();
    for (int i = 0; i < added.size(); i++) {
      assertThat(writtenSides(added.get(i))).isEqualTo(1 + i % 15);
    }
  }

  @Test
  void holdsOnlySoManyIdentities() throws Exception {
    int added = 3 * PendingSlices.MAX_IDENTITIES;
    int mostPending = 0;
    for (int i = 1; i <= added; i++) {
      pending.add(identity(1 + random.nextInt(100) * SPAN_MICROS), 1);
      mostPending = Math.max(mostPending, i - writtenIdentities);
    }

    assertThat(mostPending).isEqualTo(PendingSlices.MAX_IDENTITIES - 1);
  }

  private void write(MemoryKey key, byte[] slice) {
    written.computeIfAbsent(key, any -> new ArrayList<>()).add(slice);
    writtenIdentities += slice.length / 17;
  }

  private int writtenSides(ChangeIdentity identity) {
    int sides = 0;
    for (byte[] slice : written.get(MemoryKey.of(identity))) {
      sides |= IdentitySlice.sidesIn(slice, identity);
    }
    return sides;
  }

  private ChangeIdentity identity(long atMicros) {
    return new ChangeIdentity(atMicros, random.nextLong(), random.nextLong());
  }
}
