package io.citytally.count;

import io.citytally.vote.ChangeIdentity;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;

/**
 * The key under which a {@link ChangeIdentity} is remembered. Identities of one group whose changes
 * were made within some seconds of each other share a key. An identity without a time has a key of
 * its own.
 *
 * <p>A group is a part of the identities by their hash. There are as many as the state has key
 * groups, one in each, so that each subtask has its fair share.
 */
public final class MemoryKey {

  /** As many as Flink divides the state of the job into. */
  public static final int GROUPS = 128;

  /** A span is as many microseconds as have these bits: 8.4 seconds. */
  private static final int SPAN_BITS = 23;

  /** Odd, so what it scatters stays distinct: 2 to the 64th, divided by the golden ratio. */
  private static final long SCATTER = 0x9E37_79B9_7F4A_7C15L;

  private static final int[] HASH_OF_GROUP = hashOfEachGroup();

  final long first;
  final long second;
  final int group;

  /*
   * RocksDB sorts the keys by their bytes. In the order of time, new spans would always be written after all old ones. RocksDB
   * would never compact the old files, and expired entries in them would stay. Scattered, each file spans all times, and each
   * compaction drops what has expired meanwhile.
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

  /** The first part of the key of an identity that has a time, another for each group and span. */
  static long firstOf(long atMicros, int group) {
    return ((atMicros >> SPAN_BITS) * GROUPS + group) * SCATTER;
  }

  static MemoryKey read(long first, long second, int group) {
    return new MemoryKey(first, second, group);
  }

  /** Flink finds a key's group by its hash code alone. */
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
