package io.citytally.count;

import org.apache.flink.runtime.throwable.ThrowableAnnotation;
import org.apache.flink.runtime.throwable.ThrowableType;

/**
 * The snapshot was counted in another epoch than the job is configured with. A restart does not
 * help: it changes neither of the two.
 */
@ThrowableAnnotation(ThrowableType.NonRecoverableError)
public class ChangedEpochException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  ChangedEpochException(long snapshotEpoch, long jobEpoch) {
    super(
        String.format(
            "The snapshot counted in epoch %d, but the job is configured with epoch %d (property"
                + " group citytally.count, key epoch). To go on from the snapshot, keep epoch %d."
                + " Raise the epoch only to start without state: else every vote of the snapshot"
                + " would be counted a second time.",
            snapshotEpoch, jobEpoch, snapshotEpoch));
  }
}
