package io.citytally.cli.recast;

import io.citytally.cli.aws.Target;
import java.util.Optional;

/**
 * What {@code citytally recast} was asked to do, checked.
 *
 * @param stream the Kinesis stream that the job reads
 * @param rejectedTable the table of rejected votes
 * @param ballotTable the ballot; none: the job has none, and anything is cast again
 * @param giveUp whether refusals are taken out of the table without being cast
 * @param dryRun whether nothing is to be changed
 */
record RecastOptions(
    Target target,
    String stream,
    String rejectedTable,
    Optional<String> ballotTable,
    boolean giveUp,
    boolean dryRun) {}
