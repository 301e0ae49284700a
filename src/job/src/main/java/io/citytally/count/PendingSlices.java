package io.citytally.count;

import io.citytally.vote.ChangeIdentity;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the identities that are not in the state yet, by key. They are written at each checkpoint,
 * and earlier if there are too many.
 */
final class PendingSlices {

  /*
   * The row.
   *
   * Changes that follow each other have keys of different groups, so finding the place of each one
   * waits for memory. New identities first go into a row of 512, and then to their places in one
   * pass, in which the processor overlaps the waits.
   */

  /** Maximum number of identities: about 8 MB. */
  static final int MAX_IDENTITIES = 1 << 18;

  /** Maximum number of keys: one with a single identity takes about 1 KB. */
  static final int MAX_KEYS = 1 << 14;

  private static final int MAX_IN_ROW = 512;

  /** Writes slices into the state. */
  @FunctionalInterface
  interface Writer {
    void write(MemoryKey key, byte[] slice) throws Exception;
  }

  private final Writer writer;

  private final long[] rowMicros = new long[MAX_IN_ROW];
  private final long[] rowHighs = new long[MAX_IN_ROW];
  private final long[] rowLows = new long[MAX_IN_ROW];
  private final byte[] rowSides = new byte[MAX_IN_ROW];
  private int countInRow;

  private final Map<Long, PendingIdentities> byKey = new HashMap<>();
  private int countByKey;

  /**
   * The identities of the key that each group used last: most changes of a group have the same key
   * as the one before.
   */
  private final @Nullable PendingIdentities[] latest = new PendingIdentities[MemoryKey.GROUPS];

  /** {@link MemoryKey#first} of these keys. */
  private final long[] latestFirst = new long[MemoryKey.GROUPS];

  PendingSlices(Writer writer) {
    this.writer = writer;
  }

  /**
   * Adds sides to those of an identity that has a time.
   *
   * @param more not empty
   */
  void add(ChangeIdentity identity, int more) throws Exception {
    rowMicros[countInRow] = identity.atMicros;
    rowHighs[countInRow] = identity.high;
    rowLows[countInRow] = identity.low;
    rowSides[countInRow] = (byte) more;
    countInRow++;
    if (countInRow == MAX_IN_ROW) {
      clearRow();
    }
  }

  /** Returns the sides of an identity that has a time; 0 if it is not here. */
  int sidesOf(MemoryKey key, ChangeIdentity identity) throws Exception {
    clearRow();
    PendingIdentities identities = byKey.get(key.first);
    return identities == null ? 0 : identities.sidesOf(identity);
  }

  /** Writes all identities, one slice for each key, and forgets them. */
  void writeAll() throws Exception {
    clearRow();
    writeByKey();
  }

  private void clearRow() throws Exception {
    for (int i = 0; i < countInRow; i++) {
      PendingIdentities identities = placeOf(rowMicros[i], rowHighs[i], rowLows[i]);
      int before = identities.count();
      identities.add(rowHighs[i], rowLows[i], rowSides[i]);
      countByKey += identities.count() - before;
    }
    countInRow = 0;
    if (countByKey >= MAX_IDENTITIES || byKey.size() >= MAX_KEYS) {
      writeByKey();
    }
  }

  private PendingIdentities placeOf(long atMicros, long high, long low) {
    int group = MemoryKey.groupOf(high, low);
    long first = MemoryKey.firstOf(atMicros, group);
    PendingIdentities place = latest[group];
    if (place == null || latestFirst[group] != first) {
      place =
          byKey.computeIfAbsent(
              first,
              any -> new PendingIdentities(MemoryKey.of(new ChangeIdentity(atMicros, high, low))));
      latest[group] = place;
      latestFirst[group] = first;
    }
    return place;
  }

  private void writeByKey() throws Exception {
    for (PendingIdentities each : byKey.values()) {
      writer.write(each.key(), each.packed());
    }
    byKey.clear();
    Arrays.fill(latest, null);
    countByKey = 0;
  }
}
