package io.citytally.local;

import java.nio.file.Path;
import java.util.Optional;

/**
 * What {@code citytally run} was asked to do, checked.
 *
 * @param data the directory that keeps the tables; none: they are in memory
 * @param votersPerSecond votes that are cast, changed or withdrawn each second; 0 for none
 */
record RunOptions(
    Optional<Path> data, double votersPerSecond, JobSettings job, PortSettings ports) {}
