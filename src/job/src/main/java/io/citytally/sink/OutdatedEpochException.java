package io.citytally.sink;

import io.citytally.vote.Choice;
import org.apache.flink.runtime.throwable.ThrowableAnnotation;
import org.apache.flink.runtime.throwable.ThrowableType;

/**
 * This job is an old one: a job of a newer epoch has written the table. A restart does not help: it
 * does not raise the job's epoch.
 */
@ThrowableAnnotation(ThrowableType.NonRecoverableError)
public class OutdatedEpochException extends RuntimeException {

  OutdatedEpochException(String tableName, Choice key, long tableEpoch, long jobEpoch) {
    super(
        String.format(
            "This job counts in epoch %d, but the item (region '%s', improvement '%s') of table"
                + " '%s' has been written with epoch %d: a newer job counts there, and this one"
                + " stops. If it is left over, stop it for good. If it is the one that should"
                + " count, start it without a snapshot and with epoch %d or greater (property"
                + " group citytally.count, key epoch): its counts then go on top of what stands in"
                + " the table.",
            jobEpoch, key.region, key.improvement, tableName, tableEpoch, tableEpoch + 1));
  }
}
