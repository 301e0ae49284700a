package io.citytally.count;

import io.citytally.vote.ChangeIdentity;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;

/**
 * The key under which a {@link ChangeIdentity} is remembered. Identities of one group whose changes
 * were made in the same span of 8.4 seconds share a key. An identity without a time has a key of
 * its own.
 *
 * <p>The hash of an identity selects its group. There is one group for each key group of the state,
 * so that each subtask has a fair share.
 */
public final class MemoryKey {

  /** The number of key groups of the job's state. */
  public static final int GROUPS = 128;

  /** A span is 2^23 microseconds (8.4 s). */
  private static final int SPAN_BITS = 23;

  /** 2^64 divided by the golden ratio. It is odd, so distinct factors have distinct products. */
  private static final long SCATTER = 0x9E37_79B9_7F4A_7C15L;

  private static final int[] HASH_OF_GROUP = hashOfEachGroup();

  final long first;
  final long second;
  final int group;

  /*
   * Scattered keys.
   *
   * RocksDB sorts keys by their bytes. In the order of time, new spans would come after all old
   * ones, old files would never be compacted again, and their expired entries would stay. Scattered
   * keys spread all times over each file, so each compaction drops what has expired.
   */
  private MemoryKey(long first, long second, int group) {
    this.first = first;
    this.second = second;
    this.group = group;
  }

  /** The key of an identity. */
  public static MemoryKey of(ChangeIdentity identity) {
    int group = groupOf(identity.high, identity.low);
    return identity.atMicros == ChangeIdentity.TIMELESS
        ? new MemoryKey(identity.high, identity.low, group)
        : new MemoryKey(firstOf(identity.atMicros, group), 0, group);
  }

  static int groupOf(long high, long low) {
    return Long.hashCode(high ^ low) & GROUPS - 1;
  }

  /** The first part of the key of identities with a time: distinct for each group and span. */
  static long firstOf(long atMicros, int group) {
    return ((atMicros >> SPAN_BITS) * GROUPS + group) * SCATTER;
  }

  static MemoryKey read(long first, long second, int group) {
    return new MemoryKey(first, second, group);
  }

  /** Finds a hash code for each group: Flink computes the key group from the hash code alone. */
  private static int[] hashOfEachGroup() {
    int[] hashes = new int[GROUPS];
    boolean[] found = new boolean[GROUPS];
    int missing = GROUPS;
    for (int hash = 0; missing > 0; hash++) {
      int group = KeyGroupRangeAssignment.computeKeyGroupForKeyHash(hash, GROUPS);
      if (!found[group]) {
        found[group] = true;
        hashes[group] = hash;
        missing--;
      }
    }
    return hashes;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof MemoryKey
        && first == ((MemoryKey) other).first
        && second == ((MemoryKey) other).second
        && group == ((MemoryKey) other).group;
  }

  /** The same for all keys of a group. */
  @Override
  public int hashCode() {
    return HASH_OF_GROUP[group];
  }

  @Override
  public String toString() {
    return String.format("%016x%016x of group %d", first, second, group);
  }
}
