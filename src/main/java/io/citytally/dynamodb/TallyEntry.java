package io.citytally.dynamodb;

import io.citytally.vote.Tally;
import io.citytally.vote.TallyKey;
import java.io.Serializable;

/** A tally as Flink's asynchronous sink keeps it in its buffer and in its snapshots. */
final class TallyEntry implements Serializable {

  private static final long serialVersionUID = 1L;

  private static final long KEY_AND_NUMBERS_IN_BYTES = 64;

  private final String region;
  private final String improvement;
  private final long epoch;
  private final long added;
  private final long removed;

  TallyEntry(Tally tally) {
    this.region = tally.key.region;
    this.improvement = tally.key.improvement;
    this.epoch = tally.epoch;
    this.added = tally.added;
    this.removed = tally.removed;
  }

  Tally tally() {
    return new Tally(new TallyKey(region, improvement), epoch, added, removed);
  }

  /** About what it takes in the table. */
  long sizeInBytes() {
    return KEY_AND_NUMBERS_IN_BYTES + region.length() + improvement.length();
  }
}
