package io.citytally.cli.ballot;

import java.io.Console;
import java.util.Locale;

/** The person at the terminal. */
interface Operator {

  /** Whether there is anyone to ask. */
  boolean isThere();

  /** Asks. No answer, or any but yes, is no. */
  boolean agreesTo(String question);

  /** The one at this process's terminal; nobody where its input or output is something else. */
  @SuppressWarnings("SystemConsoleNull") // Java 17, which this runs on, has no Console.isTerminal.
  static Operator atThisTerminal() {
    Console console = System.console();
    return new Operator() {
      @Override
      public boolean isThere() {
        return console != null;
      }

      @Override
      public boolean agreesTo(String question) {
        String answer = console == null ? null : console.readLine("%s [y/N] ", question);
        return answer != null && answer.strip().toLowerCase(Locale.ROOT).matches("y|yes");
      }
    };
  }
}
