package io.citytally.source.kinesis;

import org.apache.flink.runtime.throwable.ThrowableAnnotation;
import org.apache.flink.runtime.throwable.ThrowableType;

/**
 * The job is configured to begin at a time, but its snapshot began elsewhere. A restart does not
 * help: it changes neither of the two.
 */
@ThrowableAnnotation(ThrowableType.NonRecoverableError)
public class ChangedPositionException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  ChangedPositionException(String snapshotPosition, String jobPosition) {
    super(
        String.format(
            "The snapshot began the stream at %1$s, but the job is configured to begin at %2$s"
                + " (property group citytally.source, key initial.position). A job with a snapshot"
                + " goes on where that was; it can't begin a second time. To go on from the"
                + " snapshot, set %1$s or TRIM_HORIZON. To begin at %2$s, start without state in a"
                + " raised epoch: see 'Lose all state' in docs/operate.md.",
            snapshotPosition, jobPosition));
  }
}
