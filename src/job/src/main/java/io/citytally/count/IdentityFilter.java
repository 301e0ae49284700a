package io.citytally.count;

import io.citytally.vote.ChangeIdentity;
import java.util.Arrays;

/**
 * Knows of almost every new identity that it is new, without a look into the state.
 *
 * <p>Nearly every change comes once. To ask RocksDB about it is to search memory tables and files
 * for a key that isn't there: that is most of what a vote costs. So the identities of late are kept
 * here, too, in a Bloom filter (Bloom, 1970): what it doesn't contain was not added; what it does
 * seem to contain may have been, and is looked up.
 *
 * <h2>What it has forgotten</h2>
 *
 * <p>It can't keep all of them: it has two generations, and when the younger is full, the older is
 * dropped, and it starts empty after a restart. But an identity carries the time of its change, the
 * same at each delivery. So it keeps the latest time of all that it has forgotten: <i>a change made
 * after that time that the filter does not contain is new.</i> What is older is looked up, as
 * without a filter. Changes come almost in the order of time, so hardly any is, except when a
 * stream is read again.
 *
 * <p>That holds at any setting of the clocks: times are only compared with each other, never with
 * now. One change of a far future, which only someone with write access to the stream could put
 * there, makes the job look up everything after its next restart: slower, and as exact. A plain
 * vote's identity has no time, since each delivery has another; it is new only as long as nothing
 * at all was forgotten.
 *
 * <h2>The bits</h2>
 *
 * <p>An identity is a cryptographic hash, so its own bits say where to look, and no one can choose
 * votes that collide here without breaking it. All places of an identity are in one line of the
 * processor's cache (Putze, Sanders, Singler: Cache-, Hash- and Space-Efficient Bloom Filters,
 * 2007). With 16 bits to an identity, one in 200 new ones is looked up without need.
 *
 * <p>The line is in a region that the time says. So changes of about the same time touch few lines,
 * which stay in the cache of the processor's core; anywhere in the filter, each would wait for the
 * machine's memory, twice. The regions take turns. If more changes are made in so short a time than
 * a region has room for, more of them are looked up without need.
 */
final class IdentityFilter {

  private static final int BITS_PER_IDENTITY = 16;
  private static final int PLACES = 5;

  /** A line of the cache, as nearly every processor has it. */
  private static final int BITS_PER_LINE = 512;

  private static final int BITS_PER_PLACE = 9;
  private static final int LONGS_PER_LINE = BITS_PER_LINE / Long.SIZE;
  private static final int LONGS_PER_PAGE = 64 * LONGS_PER_LINE;
  static final int IDENTITIES_PER_PAGE = LONGS_PER_PAGE * Long.SIZE / BITS_PER_IDENTITY;

  /** Changes of as many microseconds as have these bits, 131 ms, share a region. */
  private static final int REGION_SPAN_BITS = 17;

  /** Room for 32,768 identities, in 64 KB. */
  private static final int PAGES_PER_REGION = 16;

  /** No time that an identity has. */
  static final long NOTHING = Long.MIN_VALUE;

  private final int identitiesPerGeneration;
  private Generation younger;
  private Generation older;
  private boolean isComplete;
  private long forgottenUpToMicros;

  /**
   * A filter in a state that holds nothing.
   *
   * @param identitiesPerGeneration {@value #IDENTITIES_PER_PAGE} times a power of two; each takes
   *     two bytes, and there are two generations
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
   * Takes note that there are identities of which it knows nothing more.
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

  /** Whether this identity was certainly never added. */
  boolean isNew(ChangeIdentity identity) {
    return (isComplete || identity.atMicros > forgottenUpToMicros)
        && !younger.mayContain(identity)
        && !older.mayContain(identity);
  }

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

  /** The latest time of an identity that was ever added, or forgotten; {@link #NOTHING} if none. */
  long latestMicros() {
    return Math.max(forgottenUpToMicros, Math.max(younger.latestMicros, older.latestMicros));
  }

  private static final class Generation {

    /** Taken page by page, so that a few identities take little. */
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

    /** Where in its page the identity's line begins. */
    private static int line(ChangeIdentity identity) {
      return (int) (identity.high >>> Integer.SIZE) & LONGS_PER_PAGE - 1 & -LONGS_PER_LINE;
    }
  }
}
