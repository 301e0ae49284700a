package io.citytally.local.chaos;

import io.citytally.local.cloud.JobSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What {@code citytally chaos} was asked to do, checked, but for the files, which are not read yet.
 *
 * @param duration goes on with rounds until it is over; zero for one round
 * @param faults those that are to happen
 * @param votesPerSecond infinite for as fast as it goes
 * @param outage how long DynamoDB is away
 * @param disturbedWrites the share of the writes that something happens to, 0 to 1
 * @param lambda whether the former algorithm counts, instead of the job
 * @param seed of the first round; each further round has the next one
 * @param measureEvery the time from one footprint to the next; nothing: nothing is measured
 * @param job how it runs at first
 */
record ChaosOptions(
    List<Path> files,
    Duration duration,
    Set<Fault> faults,
    double votesPerSecond,
    Duration outage,
    double disturbedWrites,
    boolean lambda,
    long seed,
    Optional<Duration> measureEvery,
    JobSettings job) {}
