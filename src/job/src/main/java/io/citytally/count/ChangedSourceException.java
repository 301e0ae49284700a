package io.citytally.count;

import org.apache.flink.runtime.throwable.ThrowableAnnotation;
import org.apache.flink.runtime.throwable.ThrowableType;

/**
 * The snapshot counted the changes of another kind of source than the job is configured with. A
 * restart does not help: it changes neither of the two.
 */
@ThrowableAnnotation(ThrowableType.NonRecoverableError)
public class ChangedSourceException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  ChangedSourceException(String snapshotSource, Origin job) {
    super(
        String.format(
            "The snapshot counted changes from source %1$s, but the job is configured with source"
                + " %2$s (property group citytally.source, key source). The two sources identify a"
                + " change differently, so every change that both deliver would count twice. To go"
                + " on from the snapshot, set the source back to %1$s. To change the source, start"
                + " without state in epoch %3$d: see 'Change the source' in docs/operate.md.",
            snapshotSource, job.source(), job.epoch() + 1));
  }
}
