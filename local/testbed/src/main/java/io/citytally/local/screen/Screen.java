package io.citytally.local.screen;

import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows how a command stands, again and again, until it is closed: on a terminal as a picture that
 * is drawn over the one before, elsewhere as a line now and then.
 */
public final class Screen implements AutoCloseable {

  /** What is to be seen. */
  public interface Picture {

    /** Lines of at most {@code columns}, and no more of them than {@code rows}. */
    List<String> draw(int columns, int rows);

    /** The same in one line. */
    String line();
  }

  private static final Logger LOG = LoggerFactory.getLogger(Screen.class);

  private static final String ESCAPE = "\u001b[";
  private static final String CLEAR_ALL = ESCAPE + "2J" + ESCAPE + "H";
  private static final String CLEAR_LINE = ESCAPE + "K";
  private static final String CLEAR_BELOW = ESCAPE + "J";

  private final PrintStream out;
  private final Supplier<Terminal> terminal;
  private final Supplier<Picture> picture;
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "screen");
            thread.setDaemon(true);
            return thread;
          });
  private int drawnLines;
  private int drawnColumns;
  private boolean closed;

  /**
   * @param picture asked each time for what is to be seen then
   */
  public Screen(PrintStream out, Supplier<Terminal> terminal, Supplier<Picture> picture) {
    this.out = out;
    this.terminal = terminal;
    this.picture = picture;
  }

  /**
   * Shows the first picture now, the others at these distances.
   *
   * @param redraw on a terminal
   * @param line elsewhere
   */
  public Screen start(Duration redraw, Duration line) {
    long millis = (terminal.get().interactive() ? redraw : line).toMillis();
    clock.scheduleWithFixedDelay(this::showOrLog, 0, millis, TimeUnit.MILLISECONDS);
    return this;
  }

  /** The numbers come from a database that may be away for a moment: the next try may find it. */
  private void showOrLog() {
    try {
      show();
    } catch (RuntimeException e) {
      LOG.warn("Can't show how it stands", e);
    }
  }

  /** Shows the picture as it is now. */
  public synchronized void show() {
    if (closed) {
      return;
    }
    Terminal now = terminal.get();
    if (!now.interactive()) {
      out.println(picture.get().line());
      return;
    }
    // The last line stays free: a line break in it would scroll the first one out of reach.
    List<String> lines = picture.get().draw(now.columns(), now.rows() - 1);
    StringBuilder text = new StringBuilder();
    if (drawnLines > 0 && drawnColumns != now.columns()) {
      text.append(CLEAR_ALL);
    } else if (drawnLines > 0) {
      text.append(ESCAPE).append(drawnLines).append('A');
    }
    for (String line : lines) {
      text.append(line).append(CLEAR_LINE).append('\n');
    }
    out.print(text.append(CLEAR_BELOW));
    out.flush();
    drawnLines = lines.size();
    drawnColumns = now.columns();
  }

  /** Prints lines that stay, above the picture. */
  synchronized void print(List<String> lines) {
    if (drawnLines > 0) {
      out.print("\r" + ESCAPE + drawnLines + "A" + CLEAR_BELOW);
      drawnLines = 0;
    }
    lines.forEach(out::println);
    out.flush();
  }

  /** Shows the last picture, which stays. */
  @Override
  public void close() {
    clock.shutdownNow();
    showOrLog();
    synchronized (this) {
      closed = true;
    }
  }
}
