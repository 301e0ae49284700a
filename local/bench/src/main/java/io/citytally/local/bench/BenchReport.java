package io.citytally.local.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What was measured: shown as it comes, and kept as a page in Markdown with its plots next to it.
 *
 * <p>The headlines come last, where a reader looks first.
 */
final class BenchReport {

  private final Path directory;
  private final PrintStream out;
  private final List<String> page = new ArrayList<>();
  private final List<String> headlines = new ArrayList<>();

  /**
   * @param directory for the page, {@code bench.md}, and the plots
   */
  BenchReport(Path directory, PrintStream out) {
    this.directory = directory;
    this.out = out;
  }

  /** Begins a part, and says what it shows. */
  void section(String title, String... text) {
    show("", "## " + title, "");
    show(text);
    show("");
  }

  /** Tells how far a long measurement is: on the screen, not on the page. */
  void progress(String line) {
    out.println("  " + line);
    out.flush();
  }

  /** Adds lines of text. */
  void text(String... lines) {
    show(lines);
  }

  /**
   * Adds a table.
   *
   * @param rows each as long as {@code header}
   */
  void table(List<String> header, List<List<String>> rows) {
    int[] widths = new int[header.size()];
    for (int column = 0; column < widths.length; column++) {
      int at = column;
      widths[column] =
          Math.max(
              Math.max(3, header.get(column).length()),
              rows.stream().mapToInt(row -> row.get(at).length()).max().orElse(0));
    }
    show(line(header, widths));
    show(
        Arrays.stream(widths).mapToObj("-"::repeat).collect(Collectors.joining(" | ", "| ", " |")));
    rows.forEach(row -> show(line(row, widths)));
    show("");
  }

  private static String line(List<String> cells, int[] widths) {
    List<String> fitted = new ArrayList<>();
    for (int column = 0; column < widths.length; column++) {
      String cell = cells.get(column);
      fitted.add(cell + " ".repeat(widths[column] - cell.length()));
    }
    return "| " + String.join(" | ", fitted) + " |";
  }

  /**
   * Adds a plot.
   *
   * @param name of its file, without an ending
   * @param description for those who can't see it
   */
  void plot(String name, String description, LineChart chart) throws IOException {
    Files.createDirectories(directory);
    Files.writeString(directory.resolve(name + ".svg"), chart.svg());
    page.add("![" + description + "](" + name + ".svg)");
    page.add("");
    out.println("  plot: " + directory.resolve(name + ".svg"));
  }

  /** A line that the report closes with. */
  void headline(String line) {
    headlines.add(line);
  }

  /** Shows the headlines, and writes the page. */
  void close() throws IOException {
    show("", "## Headlines", "");
    headlines.forEach(line -> show("- " + line));
    Files.createDirectories(directory);
    Path file = directory.resolve("bench.md");
    Files.write(file, page, StandardCharsets.UTF_8);
    out.println();
    out.println("The whole of it: " + file);
    headlines.forEach(out::println);
  }

  private void show(String... lines) {
    for (String line : lines) {
      page.add(line);
      out.println(line);
    }
    out.flush();
  }
}
