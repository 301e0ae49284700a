package io.citytally.local.audit;

import io.citytally.ops.Tables;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What {@code citytally audit} or {@code citytally backfill} was asked to do, checked.
 *
 * @param region on AWS; none: this machine
 * @param dynamoDbPort on this machine
 * @param ballotTable the ballot; none: the job has none
 * @param settle longer than the job takes from a vote to its total
 * @param looks at most
 * @param readCapacity units in a second, at most
 * @param fix what of the drift is of concern
 * @param dryRun whether nothing is to be changed
 * @param json whether the report is for a program
 */
record AuditOptions(
    Optional<String> region,
    int dynamoDbPort,
    Tables tables,
    Optional<String> ballotTable,
    Duration settle,
    int looks,
    OptionalInt readCapacity,
    Fix fix,
    boolean dryRun,
    boolean json) {

  /** Which drift is to be taken out. */
  enum Fix {
    EVERYTHING,
    /** Only where the total lacks votes. */
    MISSING_VOTES
  }
}
