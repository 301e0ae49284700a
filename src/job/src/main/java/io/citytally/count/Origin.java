package io.citytally.count;

import java.io.Serializable;

/**
 * From where the totals count: the epoch, and the kind of source whose changes they count. Both
 * stand in each snapshot, and a job with another origin does not start from it.
 */
public final class Origin implements Serializable {

  private static final long serialVersionUID = 1L;

  private final long epoch;
  private final String source;

  /**
   * @param epoch from 1; raised to count on top of what stands in the table
   * @param source the kind of source, as property {@code source} has it
   * @throws IllegalArgumentException if the epoch is below 1
   */
  public Origin(long epoch, String source) {
    if (epoch < 1) {
      throw new IllegalArgumentException("an epoch is a number from 1, not " + epoch);
    }
    this.epoch = epoch;
    this.source = source;
  }

  public long epoch() {
    return epoch;
  }

  public String source() {
    return source;
  }
}
