package io.citytally.local.bench;

/** How many votes a core counts in a second. */
final class VotesPerCore implements Benchmark {

  @Override
  public String name() {
    return "votes-per-core";
  }

  @Override
  public void run(BenchOptions options, BenchReport report) throws Exception {
    report.section("Votes per core", "To come.");
  }
}
