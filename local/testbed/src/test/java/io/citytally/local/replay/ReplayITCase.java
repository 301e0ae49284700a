package io.citytally.local.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.citytally.cli.Citytally;
import io.citytally.local.city.Elections;
import io.citytally.local.cloud.Ports;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The command {@code citytally replay} as people give it, but for the ports. */
class ReplayITCase {

  private static final Path HOME = Path.of("").toAbsolutePath();

  private static final String CLOSING_LINE =
      "%s: (?<votes>[\\d,]+) votes(?: in (?<items>[\\d,]+) items)?, (?<totals>[\\d,]+) totals,"
          + " [\\d,]+ turnouts?, (?<differ>[\\d,]+) differ; (?<crashes>\\d+) crash(es)?;"
          + " (?<delivered>[\\d,]+) duplicates? delivered, (?<dropped>[\\d,]+) dropped;"
          + " (?<writes>[\\d,]+) table writes?, [\\d.]+ votes per write; [\\d,]+ votes/s"
          + "(; 1 published total not as the ballots)?; the recount agrees";

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final StringWriter err = new StringWriter();

  private int replay(List<Path> files, String... options) {
    List<String> arguments = new ArrayList<>(List.of("replay"));
    arguments.addAll(List.of(options));
    for (String part : List.of("http", "dynamodb", "flink")) {
      arguments.addAll(List.of("--" + part + "-port", Integer.toString(Ports.free())));
    }
    if (!arguments.contains("dynamodb-streams")) {
      arguments.addAll(List.of("--kinesis-port", Integer.toString(Ports.free())));
    }
    files.forEach(file -> arguments.add(file.toString()));
    PrintStream print = new PrintStream(out, true, StandardCharsets.UTF_8);
    return Citytally.commandLine(new ReplayCommand(new Replay(HOME, print)))
        .setOut(new PrintWriter(print, true))
        .setErr(new PrintWriter(err, true))
        .setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF))
        .execute(arguments.toArray(String[]::new));
  }

  private List<String> lines() {
    return out.toString(StandardCharsets.UTF_8).lines().toList();
  }

  private String everything() {
    return out.toString(StandardCharsets.UTF_8) + err;
  }

  /** The numbers of the last line, which is to begin with this word. */
  private Numbers closingLine(String word) {
    List<String> lines = lines();
    String last = lines.get(lines.size() - 1);
    Matcher line = Pattern.compile(CLOSING_LINE.formatted(word)).matcher(last);
    assertThat(line.matches()).as(last).isTrue();
    return new Numbers(
        number(line, "votes"),
        line.group("items") == null ? 0 : number(line, "items"),
        number(line, "totals"),
        number(line, "differ"),
        number(line, "crashes"),
        number(line, "delivered"),
        number(line, "dropped"),
        number(line, "writes"));
  }

  private static int number(Matcher line, String group) {
    return Integer.parseInt(line.group(group).replace(",", ""));
  }

  private record Numbers(
      int votes,
      int items,
      int totals,
      int differ,
      int crashes,
      int delivered,
      int dropped,
      int writes) {}

  @Test
  void isExactThroughCrashesDuplicatesDisorderAndResharding() throws Exception {
    int status =
        replay(
            Elections.lunden(),
            "--rate",
            "60",
            "--crash-every",
            "1500ms",
            "--duplicates",
            "0.2",
            "--shuffle",
            "50",
            "--reshard");

    assertThat(status).as(everything()).isZero();
    Numbers numbers = closingLine("exact");
    assertThat(numbers.votes).isEqualTo(396);
    assertThat(numbers.totals).isEqualTo(29);
    assertThat(numbers.differ).isZero();
    assertThat(numbers.crashes).isPositive();
    assertThat(numbers.delivered).isBetween(30, 110);
    assertThat(numbers.dropped).isGreaterThanOrEqualTo(numbers.delivered);
  }

  @Test
  void countsTheElectionOfToulouseAsTheCityPublishedIt() throws Exception {
    Optional<List<Path>> toulouse = Elections.real("toulouse-2022");
    assumeThat(toulouse).as(Elections.NO_REAL_ONES).isPresent();

    int status =
        replay(
            toulouse.orElseThrow(),
            "--rate",
            "1000",
            "--crash-every",
            "5s",
            "--duplicates",
            "0.1",
            "--shuffle",
            "1000");

    assertThat(status).as(everything()).isZero();
    Numbers numbers = closingLine("exact");
    assertThat(numbers.votes).isEqualTo(11_606);
    assertThat(numbers.totals).isEqualTo(199);
    assertThat(numbers.differ).isZero();
    assertThat(numbers.crashes).isPositive();
  }

  @Test
  void isExactStraightThroughKinesisAsFastAsItGoes() throws Exception {
    int status = replay(Elections.lunden(), "--direct", "--rate", "max", "--duplicates", "0.1");

    assertThat(status).as(everything()).isZero();
    Numbers numbers = closingLine("exact");
    assertThat(numbers.crashes).isZero();
    assertThat(numbers.delivered).isBetween(10, 60);
    assertThat(numbers.dropped).isEqualTo(numbers.delivered);
    assertThat(numbers.writes).isBetween(20, 100);
  }

  @Test
  void isExactWithABallotForEachVoterThroughCrashesDuplicatesAndDisorder() throws Exception {
    int status =
        replay(
            Elections.lunden(),
            "--ballots",
            "--rate",
            "60",
            "--crash-every",
            "1500ms",
            "--duplicates",
            "0.2",
            "--shuffle",
            "50");

    assertThat(status).as(everything()).isZero();
    Numbers numbers = closingLine("exact");
    assertThat(numbers.votes).isEqualTo(396);
    assertThat(numbers.items).isBetween(244, 290);
    assertThat(numbers.crashes).isPositive();
    assertThat(numbers.dropped).isGreaterThanOrEqualTo(numbers.delivered);
  }

  @Test
  void isExactWithBallotsStraightThroughKinesis() throws Exception {
    int status = replay(Elections.lunden(), "--ballots", "--direct", "--rate", "max");

    assertThat(status).as(everything()).isZero();
    assertThat(closingLine("exact").differ).isZero();
  }

  @Test
  void isExactThroughACrashOnTheTablesOwnStream() throws Exception {
    int status =
        replay(
            Elections.lunden(),
            "--source",
            "dynamodb-streams",
            "--rate",
            "100",
            "--crash-every",
            "2s");

    assertThat(status).as(everything()).isZero();
    Numbers numbers = closingLine("exact");
    assertThat(numbers.crashes).isPositive();
    assertThat(numbers.delivered).isZero();
  }

  @Test
  void warnsOfAPublishedTotalThatTheFileItselfContradicts(@TempDir Path directory)
      throws Exception {
    List<Path> files = copyLundenTo(directory);
    replaceIn(directory.resolve("Lunden_2024_Laki.pb"), "200;34000;25;", "200;34000;26;");

    int status = replay(files, "--direct");

    assertThat(status).as(everything()).isZero();
    assertThat(closingLine("exact").differ).isZero();
    assertThat(lines().get(lines().size() - 1)).contains("; 1 published total not as the ballots;");
    assertThat(lines())
        .contains(
            directory.resolve("Lunden_2024_Laki.pb")
                + ": warning: Łąki / 200 has 26 votes as published, but 25 in the file's own"
                + " ballots");
  }

  @Test
  void refusesABrokenFileBeforeAnythingStarts(@TempDir Path directory) throws Exception {
    List<Path> files = copyLundenTo(directory);
    replaceIn(directory.resolve("Lunden_2024_Laki.pb"), "\n10;200\n", "\n10;2000\n");

    int status = replay(files);

    assertThat(status).as(everything()).isEqualTo(2);
    assertThat(lines()).isEmpty();
    assertThat(err.toString()).contains("Lunden_2024_Laki.pb", "2000");
  }

  private static List<Path> copyLundenTo(Path directory) throws IOException {
    List<Path> copies = new ArrayList<>();
    for (Path file : Elections.lunden()) {
      copies.add(Files.copy(file, directory.resolve(file.getFileName())));
    }
    return copies;
  }

  private static void replaceIn(Path file, String text, String replacement) throws IOException {
    String before = Files.readString(file);
    assertThat(before).contains(text);
    Files.writeString(file, before.replace(text, replacement));
  }
}
