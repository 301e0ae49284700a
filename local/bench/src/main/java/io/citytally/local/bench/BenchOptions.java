package io.citytally.local.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * What {@code citytally bench} was asked to do, checked.
 *
 * @param home the project's directory
 * @param quick the smallest sizes that still show the ratios
 * @param benchmarks to run, in this order
 * @param elections files whose votes are used; the project's own small one if empty
 * @param report the directory for the page and the plots
 * @param seed lets the same votes come again
 */
record BenchOptions(
    Path home,
    boolean quick,
    List<Benchmark> benchmarks,
    List<Path> elections,
    Path report,
    long seed) {

  /** The files that were asked for, or the project's own. */
  List<Path> electionFiles() throws IOException {
    if (!elections.isEmpty()) {
      return elections;
    }
    try (Stream<Path> files = Files.list(home.resolve("local").resolve("elections"))) {
      return files.filter(file -> file.toString().endsWith(".pb")).sorted().toList();
    }
  }
}
