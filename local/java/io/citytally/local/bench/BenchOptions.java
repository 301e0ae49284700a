package io.citytally.local.bench;

import java.nio.file.Path;
import java.util.List;

/**
 * What {@code citytally bench} was asked to do, checked.
 *
 * @param quick the smallest sizes that still show the ratios
 * @param benchmarks to run, in this order
 * @param elections files whose votes are used; the project's own small one if empty
 * @param report the directory for the page and the plots
 * @param seed lets the same votes come again
 */
record BenchOptions(
    boolean quick, List<Benchmark> benchmarks, List<Path> elections, Path report, long seed) {}
