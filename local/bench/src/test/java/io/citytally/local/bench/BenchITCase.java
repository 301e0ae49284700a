package io.citytally.local.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each benchmark at its smallest says what it should; how fast things are is no matter here. */
class BenchITCase {

  private static final Path HOME = Path.of("").toAbsolutePath();

  @TempDir Path directory;

  @Test
  void countsWritesBesideTheFewestThatAreEnough() throws Exception {
    List<String> page = run(new WritesPerVote());

    List<String[]> rows = rows(page, "writes/vote");
    assertThat(rows).hasSize(12);
    assertThat(rows)
        .allSatisfy(
            row -> {
              assertThat(Double.parseDouble(row[4]))
                  .as("writes and bound")
                  .isCloseTo(Double.parseDouble(row[5]), Percentage.withPercentage(2));
              assertThat(Double.parseDouble(row[6]))
                  .isLessThanOrEqualTo(Double.parseDouble(row[5]));
              assertThat(row[7]).as("conflicts").isEqualTo("0");
            });
    assertThat(page).anyMatch(line -> line.startsWith("- writes/vote at 1 s: "));
    assertThat(directory.resolve("writes-per-vote-election.svg")).isNotEmptyFile();
    assertThat(directory.resolve("writes-per-vote-zipf.svg")).isNotEmptyFile();
  }

  /** It fails if a vote is not counted once. */
  @Test
  void countsVotesThatTheConsumerPolls() throws Exception {
    List<String> page = run(new WithConsumer());

    assertThat(rows(page, "votes per core second"))
        .hasSize(2)
        .allSatisfy(row -> assertThat(Double.parseDouble(row[5])).isPositive());
  }

  @Test
  void writesToADynamoDbThatTakesItsTime() throws Exception {
    List<String> page = run(new SinkWrites());

    assertThat(rows(page, "writes per core second")).hasSize(1);
    assertThat(rows(page, "refused"))
        .singleElement()
        .satisfies(row -> assertThat(row[4]).as("refused").isNotEqualTo("0"));
  }

  @Test
  void showsWhatBecomesOfTotalsInTrouble() throws Exception {
    List<String> page = run(new AbsoluteTotals());

    List<String[]> rows = rows(page, "Citytally");
    assertThat(rows).hasSize(4).allSatisfy(row -> assertThat(row[2]).startsWith("exact"));
    assertThat(rows.subList(0, 2)).allSatisfy(row -> assertThat(row[3]).startsWith("exact"));
    assertThat(rows.subList(2, 4)).allSatisfy(row -> assertThat(row[3]).contains("wrong"));
  }

  @Test
  void followsVotesIntoTheTable() throws Exception {
    List<String> page = run(new VoteToTable());

    assertThat(rows(page, "quiet: p50")).hasSize(7 + 5);
    assertThat(page).anyMatch(line -> line.startsWith("- quiet key p99: "));
  }

  /** Not by the script, which would build what is being built. */
  @Test
  void startsTheSystemAndHasAVoteCounted() throws Exception {
    List<String> page =
        run(
            new Start(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "--add-opens=java.base/java.util=ALL-UNNAMED",
                    "-Dcitytally.home=" + HOME,
                    "-cp",
                    System.getProperty("java.class.path"),
                    "io.citytally.cli.Citytally")));

    assertThat(rows(page, "median"))
        .hasSize(5)
        .allSatisfy(row -> assertThat(Double.parseDouble(row[2])).isPositive());
    assertThat(page).anyMatch(line -> line.startsWith("- start: "));
  }

  private List<String> run(Benchmark benchmark) throws Exception {
    BenchOptions options =
        new BenchOptions(HOME, true, List.of(benchmark), List.of(), directory, 1);
    PrintStream out = new PrintStream(new ByteArrayOutputStream(), false, StandardCharsets.UTF_8);
    new Bench(options, "local/citytally bench --quick", out).run();
    return Files.readAllLines(directory.resolve("bench.md"));
  }

  /** The cells of all tables with such a column, from 1. */
  private static List<String[]> rows(List<String> page, String column) {
    List<String[]> rows = new ArrayList<>();
    boolean within = false;
    for (String line : page) {
      within = line.startsWith("|") && (within || line.contains("| " + column));
      if (within && !line.contains("| " + column) && !line.startsWith("| --")) {
        rows.add(line.split("\\s*\\|\\s*"));
      }
    }
    return rows;
  }
}
