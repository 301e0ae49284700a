package io.citytally.cli.election;

import java.nio.file.Path;
import java.time.Duration;

/** One of the things that {@code citytally election} does. */
public sealed interface Task {

  /** Puts the rules in a file in place. */
  record Replace(Path file) implements Task {}

  /** Prints the rules, and where the election stands. */
  record Show() implements Task {}

  /** Takes test ballots for so long. */
  record Test(Duration time) implements Task {}

  /** Withdraws all test ballots. */
  record Reset() implements Task {}
}
