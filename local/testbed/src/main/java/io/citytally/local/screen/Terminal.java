package io.citytally.local.screen;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * What the output goes to.
 *
 * @param interactive whether lines that stand there can be written over
 */
public record Terminal(boolean interactive, int columns, int rows) {

  private static final int USUAL_COLUMNS = 80;
  private static final int USUAL_ROWS = 24;

  private static final Duration MAX_AGE = Duration.ofSeconds(3);

  private static final Supplier<Terminal> CURRENT = refreshed(Terminal::ask, System::nanoTime);

  /** A file, or a pipe. */
  static Terminal none() {
    return new Terminal(false, USUAL_COLUMNS, USUAL_ROWS);
  }

  /**
   * Returns the terminal as it is now, or was up to three seconds ago. Java does not tell whether
   * the output alone goes to one: {@code local/citytally} does, by the system property {@code
   * citytally.terminal}.
   */
  public static Terminal current() {
    return Boolean.getBoolean("citytally.terminal") ? CURRENT.get() : none();
  }

  /** Asks again when the last answer is too old, for each question forks a process. */
  static Supplier<Terminal> refreshed(Supplier<Terminal> ask, LongSupplier nanoTime) {
    return new Supplier<>() {
      private Terminal known;
      private long askedNanos;

      @Override
      public synchronized Terminal get() {
        long now = nanoTime.getAsLong();
        if (known == null || now - askedNanos >= MAX_AGE.toNanos()) {
          known = ask.get();
          askedNanos = now;
        }
        return known;
      }
    };
  }

  private static Terminal ask() {
    try {
      Process stty =
          new ProcessBuilder("stty", "size")
              .redirectInput(new File("/dev/tty"))
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      if (!stty.waitFor(1, TimeUnit.SECONDS)) {
        stty.destroyForcibly();
        return sized("");
      }
      return sized(new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII));
    } catch (IOException e) {
      return sized("");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return sized("");
    }
  }

  /**
   * @param size rows and columns, as {@code stty size} prints them; anything else, or a terminal
   *     that claims to have none, is taken for one of the usual size
   */
  static Terminal sized(String size) {
    String[] parts = size.trim().split(" ");
    if (size.trim().matches("[1-9][0-9]{0,4} [1-9][0-9]{0,4}")) {
      return new Terminal(true, Integer.parseInt(parts[1]), Integer.parseInt(parts[0]));
    }
    return new Terminal(true, USUAL_COLUMNS, USUAL_ROWS);
  }
}
