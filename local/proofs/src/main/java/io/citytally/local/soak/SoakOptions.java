package io.citytally.local.soak;

import io.citytally.local.cloud.JobSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * What {@code citytally soak} was asked to do, checked.
 *
 * @param duration how long
 * @param votesPerSecond votes that are cast, changed or withdrawn each second
 * @param crashEvery the time from one crash of the job to the next; none: it is left in peace
 * @param compareEvery the time from one comparison of the totals with the votes to the next
 * @param measureEvery the time from one footprint to the next
 * @param page where to write a page about it
 */
record SoakOptions(
    Duration duration,
    double votesPerSecond,
    Optional<Duration> crashEvery,
    Duration compareEvery,
    Duration measureEvery,
    Optional<Path> page,
    long seed,
    JobSettings job) {}
