package io.citytally.count;

import static org.assertj.core.api.Assertions.assertThat;

import io.citytally.vote.ChangeIdentity;
import java.util.List;
import org.junit.jupiter.api.Test;

class SliceCacheTest {

  private static final MemoryKey EARLY = MemoryKey.of(new ChangeIdentity(1L << 30, 1, 2));
  private static final MemoryKey LATER = MemoryKey.of(new ChangeIdentity(2L << 30, 1, 2));
  private static final MemoryKey LATEST = MemoryKey.of(new ChangeIdentity(3L << 30, 1, 2));

  /** Room for two keys with a slice each. */
  private final SliceCache cache = new SliceCache(100 + 4 * SliceCache.OVERHEAD_BYTES);

  @Test
  void holdsWhatWasLoadedAndWhatWasWrittenSince() {
    byte[] stored = new byte[40];
    byte[] written = new byte[20];

    cache.load(EARLY, List.of(stored));
    cache.add(EARLY, written);

    assertThat(cache.get(EARLY)).containsExactly(stored, written);
  }

  @Test
  void takesNoNoteOfASliceWhoseNeighboursItDoesNotKnow() {
    cache.add(EARLY, new byte[20]);

    assertThat(cache.get(EARLY)).isNull();
  }

  @Test
  void dropsWhatWasAskedForLongestAgoWhenItIsFull() {
    cache.load(EARLY, List.of(new byte[40]));
    cache.load(LATER, List.of(new byte[40]));
    cache.get(EARLY);

    cache.load(LATEST, List.of(new byte[40]));

    assertThat(cache.get(EARLY)).isNotNull();
    assertThat(cache.get(LATER)).isNull();
    assertThat(cache.get(LATEST)).isNotNull();
  }

  @Test
  void holdsTheSlicesOfOneKeyHoweverLargeTheyAre() {
    cache.load(EARLY, List.of(new byte[40]));

    cache.load(LATER, List.of(new byte[400]));

    assertThat(cache.get(EARLY)).isNull();
    assertThat(cache.get(LATER)).hasSize(1);
  }

  @Test
  void holdsNotManyMoreKeysWithoutSlices() {
    cache.load(EARLY, List.of());
    for (int key = 0; key < 5; key++) {
      cache.load(MemoryKey.of(new ChangeIdentity((key + 4L) << 30, 1, 2)), List.of());
    }

    assertThat(cache.get(EARLY)).isNull();
  }
}
