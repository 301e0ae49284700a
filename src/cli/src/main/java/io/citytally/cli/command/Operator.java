package io.citytally.cli.command;

import java.io.Console;
import java.util.Locale;

/** The person at the terminal. */
public interface Operator {

  /** Whether there is anyone to ask. */
  boolean isThere();

  /** Asks. No answer, or any but yes, is no. */
  boolean agreesTo(String question);

  /**
   * Asks, for instance whether to write.
   *
   * @param unasked what would be done without asking, such as "write these changes"
   * @throws NobodyToAskException if there is nobody
   */
  default boolean agrees(String question, String unasked) {
    if (!isThere()) {
      throw new NobodyToAskException(
          "there is no terminal to ask on, and nothing was written. Say --yes to "
              + unasked
              + " without asking.");
    }
    return agreesTo(question);
  }

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
