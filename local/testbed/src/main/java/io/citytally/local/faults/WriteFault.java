package io.citytally.local.faults;

/** What {@link FaultyDynamoDb} does to a write. */
public enum WriteFault {
  /** The connection breaks before the request has arrived: nothing was written. */
  REQUEST_LOST("request lost"),
  /** The connection breaks after the write took effect. */
  ANSWER_LOST("answer lost"),
  /** The write took effect, and the connection breaks in the middle of the answer. */
  HALF_ANSWER("half an answer"),
  /** Nothing was written, since the table or the account has no capacity left. */
  THROTTLED("throttled"),
  /** Nothing was written, since a transaction has the item. */
  CONFLICT("transaction conflict"),
  /** The answer says 500, and nothing was written. */
  FAILED_BEFORE("500, not written"),
  /** The answer says 500, though the write took effect. */
  FAILED_AFTER("500, written"),
  /** The answer says that the sender may not write, and nothing was written. */
  DENIED_BEFORE("denied, not written"),
  /** The answer says that the sender may not write, though the write took effect. */
  DENIED_AFTER("denied, written"),
  /** The request arrives late: after others, and perhaps after its sender is gone. */
  REQUEST_LATE("request late"),
  /** The write takes effect at once, and its answer comes late. */
  ANSWER_LATE("answer late");

  private final String label;

  WriteFault(String label) {
    this.label = label;
  }

  /** Whether the write must have taken effect for the fault to be one. */
  boolean afterTheEffect() {
    return this == ANSWER_LOST
        || this == HALF_ANSWER
        || this == FAILED_AFTER
        || this == DENIED_AFTER
        || this == ANSWER_LATE;
  }

  /** Whether a job that meets it restarts, for trying again does not help. */
  public boolean isDenial() {
    return this == DENIED_BEFORE || this == DENIED_AFTER;
  }

  @Override
  public String toString() {
    return label;
  }
}
