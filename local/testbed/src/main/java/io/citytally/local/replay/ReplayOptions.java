package io.citytally.local.replay;

import io.citytally.local.cloud.JobSettings;
import io.citytally.local.cloud.PortSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What {@code citytally replay} was asked to do, checked, but for the files, which are not read
 * yet.
 *
 * @param votesPerSecond infinite for as fast as it goes
 * @param direct whether votes go to Kinesis as change records, past the {@code votes} table
 * @param ballots whether all votes of a voter are one item of {@code votes}, and some change it
 * @param crashEvery the time from one crash to the next; none: no crashes
 * @param duplicates the fraction of change records that are delivered twice, 0 to 1
 * @param shuffle within how many change records the order is lost; 0 for in order
 * @param reshard whether shards are split and merged on the way
 * @param keep whether the system goes on running at the end
 * @param seed of the votes' order, the duplicates and the shuffling
 */
public record ReplayOptions(
    List<Path> files,
    double votesPerSecond,
    boolean direct,
    boolean ballots,
    Optional<Duration> crashEvery,
    double duplicates,
    int shuffle,
    boolean reshard,
    boolean keep,
    long seed,
    JobSettings job,
    PortSettings ports) {}
