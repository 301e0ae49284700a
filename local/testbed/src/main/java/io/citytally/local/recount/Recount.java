package io.citytally.local.recount;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The second verdict on a system at rest: {@code local/recount/recount.js}, which counts the votes
 * again in a process of its own and shares no code with what it judges.
 */
public final class Recount {

  /** What the recount came to. */
  public enum Outcome {
    AGREES,
    DIFFERS,
    /** Nothing was compared, because Node.js is missing or too old. */
    SKIPPED
  }

  /**
   * The outcome, and what the recount said.
   *
   * @param lines what differs, and last the recount's own closing line; where it was skipped, why
   */
  public record Verdict(Outcome outcome, List<String> lines) {

    public boolean differs() {
      return outcome == Outcome.DIFFERS;
    }

    /** Returns the outcome for a closing line, such as "the recount agrees". */
    public String phrase() {
      return switch (outcome) {
        case AGREES -> "the recount agrees";
        case DIFFERS -> "the recount differs";
        case SKIPPED -> "the recount was skipped";
      };
    }
  }

  private static final int AGREES = 0;
  private static final int DIFFERS = 1;
  private static final int NODE_TOO_OLD = 3;

  private final Path home;
  private final String node;
  private final List<String> arguments = new ArrayList<>();

  /**
   * @param home the project's directory
   * @param dynamoDb where the tables are
   * @param web where the web application is
   * @param recentSize of the job
   */
  public Recount(Path home, URI dynamoDb, URI web, int recentSize) {
    this(home, "node", dynamoDb, web, recentSize);
  }

  Recount(Path home, String node, URI dynamoDb, URI web, int recentSize) {
    this.home = home;
    this.node = node;
    arguments.addAll(List.of("--dynamodb", dynamoDb.toString()));
    arguments.addAll(List.of("--web", web.toString()));
    arguments.addAll(List.of("--recent-size", Integer.toString(recentSize)));
  }

  /** Adds options and files of the script; its {@code --help} tells them. */
  public Recount with(String... more) {
    arguments.addAll(List.of(more));
    return this;
  }

  /** Adds the files of the election whose votes must stand. */
  public Recount withElection(List<Path> files) {
    files.forEach(file -> arguments.add(file.toAbsolutePath().toString()));
    return this;
  }

  /**
   * Counts again.
   *
   * @throws IllegalStateException if that is not possible, with what the script said
   */
  public Verdict run() throws InterruptedException {
    List<String> command = new ArrayList<>(List.of(node, "local/recount/recount.js"));
    command.addAll(arguments);
    Process process;
    List<String> lines;
    try {
      process =
          new ProcessBuilder(command).directory(home.toFile()).redirectErrorStream(true).start();
    } catch (IOException e) {
      return new Verdict(Outcome.SKIPPED, List.of("Node.js is missing: " + e.getMessage()));
    }
    try {
      process.getOutputStream().close();
      lines =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
              .lines()
              .toList();
    } catch (IOException e) {
      throw new IllegalStateException("the recount can't be heard: " + e.getMessage(), e);
    }
    int status = process.waitFor();
    return switch (status) {
      case AGREES -> new Verdict(Outcome.AGREES, lines);
      case DIFFERS -> new Verdict(Outcome.DIFFERS, lines);
      case NODE_TOO_OLD -> new Verdict(Outcome.SKIPPED, lines);
      default ->
          throw new IllegalStateException(
              "the recount failed with status " + status + ": " + String.join("\n", lines));
    };
  }
}
