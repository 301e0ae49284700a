package io.citytally.local.model;

import java.io.PrintWriter;
import java.time.Duration;

/** Shows how far a search is: in one line of a terminal, elsewhere in a line now and then. */
final class SearchProgress implements Search.Progress {

  private static final String CLEAR_LINE = "\r\u001b[K";
  private static final Duration REDRAW = Duration.ofMillis(200);
  private static final Duration LINE = Duration.ofSeconds(10);

  private final PrintWriter out;
  private final boolean interactive;
  private final String what;
  private final long startNanos = System.nanoTime();
  private long shownNanos = startNanos;

  SearchProgress(PrintWriter out, boolean interactive, String what) {
    this.out = out;
    this.interactive = interactive;
    this.what = what;
  }

  @Override
  public void searched(long states, int depth) {
    long now = System.nanoTime();
    if (now - shownNanos < (interactive ? REDRAW : LINE).toNanos()) {
      return;
    }
    shownNanos = now;
    String text =
        String.format(
            "%s: %,d states so far, depth %d, %,d states/s",
            what, states, depth, states * 1_000_000_000L / (now - startNanos));
    if (interactive) {
      out.print(CLEAR_LINE + text);
      out.flush();
    } else {
      out.println(text);
    }
  }

  /** Makes room for what comes next. */
  void clear() {
    if (interactive) {
      out.print(CLEAR_LINE);
      out.flush();
    }
  }
}
