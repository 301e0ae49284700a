package io.citytally.local.viewers;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * How the results were on a phone.
 *
 * @param pageBytes over the wire until all of the page is shown: the page itself, with all headers
 * @param answerBytes the same of what the API answers: it is as long as the ballot
 * @param requests that brought them
 * @param paintMillis from the beginning to the first contentful paint
 * @param totalMillis from the beginning to the first number
 * @param rows of the ranking that was watched
 * @param top of the page
 * @param middle of the ranking
 * @param heapBytesBefore of the page's JavaScript when the watch began, without garbage
 * @param heapBytesAfter when it ended
 */
record PageSpeedReport(
    long pageBytes,
    long answerBytes,
    int requests,
    double paintMillis,
    double totalMillis,
    int rows,
    Frames top,
    Frames middle,
    long heapBytesBefore,
    long heapBytesAfter) {

  private static final double SECOND_MILLIS = 1000;

  /**
   * How evenly a part of the page moved.
   *
   * @param moving the frames that came to the screen while something moved
   * @param gapsMillis between the frames that the page's thread could draw
   * @param workMillis for which the page's main thread worked while it was watched, on a phone's
   *     processor: scripts, styles and layout
   */
  record Frames(FrameTrace moving, double[] gapsMillis, double workMillis) {

    /** Frames in a second that the page's thread could draw, over the whole watch. */
    double drawnPerSecond() {
      return gapsMillis.length * SECOND_MILLIS / Arrays.stream(gapsMillis).sum();
    }

    /** For how long the page's main thread works for a frame, on average. */
    double workPerFrameMillis() {
      return workMillis / gapsMillis.length;
    }

    /** The gap that one frame in a hundred exceeds, in milliseconds. */
    double longGapMillis() {
      double[] sorted = gapsMillis.clone();
      Arrays.sort(sorted);
      return sorted[(int) (sorted.length * 0.99)];
    }

    @Override
    public String toString() {
      String moved =
          moving.hasMoved()
              ? say("%.1f frames a second while something moves", moving.framesPerSecond())
              : "nothing moved";
      return say(
          "%s; the page's thread can draw %.1f, one in a hundred after more than %.0f ms, and"
              + " works %.1f ms for each, of %.1f",
          moved, drawnPerSecond(), longGapMillis(), workPerFrameMillis(), SECOND_MILLIS / 60);
    }
  }

  List<String> lines() {
    return List.of(
        say(
            "Over the wire: %.1f KB of the page and %.1f KB of answers, in %d requests",
            pageBytes / 1000.0, answerBytes / 1000.0, requests),
        say(
            "First contentful paint after %.0f ms, the first number after %.0f ms",
            paintMillis, totalMillis),
        say("%d improvements, at the top of the page: %s", rows, top),
        say("In the middle of the ranking: %s", middle),
        say(
            "JavaScript's heap: %.1f MB, at the end %.1f MB",
            heapBytesBefore / 1e6, heapBytesAfter / 1e6));
  }

  private static String say(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
