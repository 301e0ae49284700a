package io.citytally.count;

import io.citytally.vote.ChangeIdentity;
import java.util.Arrays;

/**
 * Recognises almost every new identity without reading the state.
 *
 * <p>Nearly every change arrives once. To find that a key is absent, RocksDB searches memory tables
 * and files, which would be most of what a vote costs. So recent identities are also kept here, in
 * a Bloom filter (Bloom, 1970). An identity that it does not contain was not added. One that it
 * seems to contain may have been added, and is looked up.
 */
final class IdentityFilter {

  /*
   * What it has forgotten.
   *
   * The filter has two generations: when the younger is full, the older is dropped. After a restart
   * both are empty. Each identity carries the time of its change, the same at each delivery. The
   * filter keeps the latest time of all identities that it has forgotten: a change made after that
   * time that the filter does not contain is new. An older change is looked up. Changes come almost
   * in the order of time, so few are older, except when a stream is read again.
   *
   * This holds however the clocks are set: times are only compared with each other, never with now.
   * A change with a time in the far future makes the job look up everything after its next restart.
   * That is slower, and as exact; and only someone with write access to the stream could put such a
   * change there. The identity of a plain vote has no time, since each delivery has another. It is
   * recognised as new only while nothing was forgotten.
   *
   * The bits.
   *
   * An identity is a cryptographic hash. Its own bits are its places in the filter, and nobody can
   * choose votes that collide here without breaking the hash. All places of an identity are in one
   * line of the processor's cache (Putze, Sanders, Singler: Cache-, Hash- and Space-Efficient Bloom
   * Filters, 2007). With 16 bits for each identity, one in 200 new ones is looked up without need.
   *
   * The time selects the region of the line. So changes made at about the same time touch few
   * lines, and these stay in the core's cache. In random places, each change would wait for memory
   * twice. Successive spans of time use the regions in turn. If a span has more changes than its
   * region has room for, more of them are looked up without need.
   */

  private static final int BITS_PER_IDENTITY = 16;
  private static final int PLACES = 5;

  /** A cache line of nearly every processor. */
  private static final int BITS_PER_LINE = 512;

  private static final int BITS_PER_PLACE = 9;
  private static final int LONGS_PER_LINE = BITS_PER_LINE / Long.SIZE;
  private static final int LONGS_PER_PAGE = 64 * LONGS_PER_LINE;
  static final int IDENTITIES_PER_PAGE = LONGS_PER_PAGE * Long.SIZE / BITS_PER_IDENTITY;

  /** Changes of 2^17 microseconds (131 ms) share a region. */
  private static final int REGION_SPAN_BITS = 17;

  /** 64 KB, room for 32,768 identities. */
  private static final int PAGES_PER_REGION = 16;

  /** Stands for no time: no identity has it. */
  static final long NOTHING = Long.MIN_VALUE;

  private final int identitiesPerGeneration;
  private Generation younger;
  private Generation older;
  private boolean isComplete;
  private long forgottenUpToMicros;

  /**
   * Makes a filter for a state that is empty.
   *
   * @param identitiesPerGeneration {@value #IDENTITIES_PER_PAGE} times a power of two; each takes
   *     two bytes in each of the two generations
   */
  IdentityFilter(int identitiesPerGeneration) {
    if (Integer.bitCount(identitiesPerGeneration) != 1
        || identitiesPerGeneration < IDENTITIES_PER_PAGE) {
      throw new IllegalArgumentException(
          IDENTITIES_PER_PAGE + " times a power of two, not " + identitiesPerGeneration);
    }
    this.identitiesPerGeneration = identitiesPerGeneration;
    younger = new Generation(identitiesPerGeneration);
    older = new Generation(identitiesPerGeneration);
    isComplete = true;
    forgottenUpToMicros = NOTHING;
  }

  /**
   * Notes that there are identities that it does not contain.
   *
   * @param upToMicros the latest of their times; {@link #NOTHING} if there are none
   */
  void forget(long upToMicros) {
    if (upToMicros == NOTHING) {
      return;
    }
    isComplete = false;
    forgottenUpToMicros = Math.max(forgottenUpToMicros, upToMicros);
  }

  /** Returns whether this identity was certainly never added. */
  boolean isNew(ChangeIdentity identity) {
    return (isComplete || identity.atMicros > forgottenUpToMicros)
        && !younger.mayContain(identity)
        && !older.mayContain(identity);
  }

  /** Adds an identity, and drops the older generation if the younger is full. */
  void add(ChangeIdentity identity) {
    if (younger.count == identitiesPerGeneration) {
      forget(older.latestMicros);
      Generation dropped = older;
      older = younger;
      younger = dropped;
      younger.clear();
    }
    younger.add(identity);
  }

  /** The latest time of all identities that were added or forgotten; {@link #NOTHING} if none. */
  long latestMicros() {
    return Math.max(forgottenUpToMicros, Math.max(younger.latestMicros, older.latestMicros));
  }

  private static final class Generation {

    /** Allocated page by page, so that a few identities take little memory. */
    private final long[][] pages;

    private int count;
    private long latestMicros;

    Generation(int identities) {
      pages = new long[identities / IDENTITIES_PER_PAGE][];
      clear();
    }

    void clear() {
      Arrays.fill(pages, null);
      count = 0;
      latestMicros = NOTHING;
    }

    boolean mayContain(ChangeIdentity identity) {
      long[] page = pages[page(identity)];
      if (page == null) {
        return false;
      }
      int line = line(identity);
      long places = identity.low;
      for (int i = 0; i < PLACES; i++) {
        int place = (int) places & BITS_PER_LINE - 1;
        if ((page[line + place / Long.SIZE] & 1L << place) == 0) {
          return false;
        }
        places >>>= BITS_PER_PLACE;
      }
      return true;
    }

    void add(ChangeIdentity identity) {
      long[] page = pages[page(identity)];
      if (page == null) {
        page = new long[LONGS_PER_PAGE];
        pages[page(identity)] = page;
      }
      int line = line(identity);
      long places = identity.low;
      for (int i = 0; i < PLACES; i++) {
        int place = (int) places & BITS_PER_LINE - 1;
        page[line + place / Long.SIZE] |= 1L << place;
        places >>>= BITS_PER_PLACE;
      }
      count++;
      latestMicros = Math.max(latestMicros, identity.atMicros);
    }

    private int page(ChangeIdentity identity) {
      int inRegion = (int) identity.high & PAGES_PER_REGION - 1;
      long region =
          identity.atMicros == ChangeIdentity.TIMELESS
              ? identity.high >>> 4
              : identity.atMicros >> REGION_SPAN_BITS;
      return (int) (region * PAGES_PER_REGION + inRegion) & pages.length - 1;
    }

    /** The index in the page at which the line of the identity begins. */
    private static int line(ChangeIdentity identity) {
      return (int) (identity.high >>> Integer.SIZE) & LONGS_PER_PAGE - 1 & -LONGS_PER_LINE;
    }
  }
}
