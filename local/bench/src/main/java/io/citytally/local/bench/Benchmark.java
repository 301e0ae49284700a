package io.citytally.local.bench;

/** One thing that is measured, side by side with what it is compared with. */
interface Benchmark {

  /** What {@code --only} calls it. */
  String name();

  /** Measures, and writes what came out: tables, plots, and a headline for the last lines. */
  void run(BenchOptions options, BenchReport report) throws Exception;
}
