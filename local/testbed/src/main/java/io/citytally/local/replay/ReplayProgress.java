package io.citytally.local.replay;

import static io.citytally.cli.command.DisplayText.cut;
import static io.citytally.cli.command.DisplayText.number;
import static io.citytally.cli.command.DisplayText.rate;
import static io.citytally.cli.command.DisplayText.time;

import io.citytally.local.screen.Screen;
import java.time.Duration;
import java.util.List;

/**
 * How far a replay is. One bar shows two things: what is counted, solid, and what is cast but not
 * counted yet, in grey. It is drawn here, because a library's progress bar shows one thing only,
 * and no crashes.
 *
 * @param votes to be cast in all
 * @param cast so far
 * @param counted so far; after a crash the job catches up, so it may stand still for a moment
 * @param countedPerSecond at present
 */
record ReplayProgress(long votes, long cast, long counted, double countedPerSecond, int crashes)
    implements Screen.Picture {

  private static final int MAX_BAR_COLUMNS = 40;

  @Override
  public List<String> draw(int columns, int rows) {
    int barColumns = Math.min(MAX_BAR_COLUMNS, columns - 10);
    String text = percent() + (barColumns > 0 ? " " + bar(barColumns) : "");
    return List.of(
        cut(text + "  " + remaining(), columns),
        cut(
            number(counted)
                + " of "
                + number(votes)
                + " votes counted, "
                + number(cast)
                + " cast, "
                + rate(countedPerSecond)
                + crashText(),
            columns));
  }

  @Override
  public String line() {
    return percent().trim()
        + ", "
        + number(counted)
        + " of "
        + number(votes)
        + " votes counted, "
        + number(cast)
        + " cast, "
        + rate(countedPerSecond)
        + ", "
        + remaining()
        + crashText();
  }

  /** Rounded down: only what is done is 100 %. */
  private String percent() {
    return String.format("%3d %%", votes == 0 ? 100 : Math.min(counted, votes) * 100 / votes);
  }

  private String bar(int columns) {
    int solid = columnsOf(counted, columns);
    int grey = Math.max(solid, columnsOf(cast, columns));
    return "█".repeat(solid) + "▒".repeat(grey - solid) + "░".repeat(columns - grey);
  }

  private int columnsOf(long part, int columns) {
    return votes == 0 ? columns : (int) (Math.min(Math.max(part, 0), votes) * columns / votes);
  }

  private String remaining() {
    if (counted >= votes) {
      return "done";
    }
    if (countedPerSecond < 0.01) {
      return "time left unknown";
    }
    return time(Duration.ofSeconds((long) Math.ceil((votes - counted) / countedPerSecond)))
        + " left";
  }

  private String crashText() {
    return crashes == 0 ? "" : ", " + number(crashes) + (crashes == 1 ? " crash" : " crashes");
  }
}
