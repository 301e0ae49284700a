package io.citytally.local.viewers;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Browser.StartTracingOptions;
import com.microsoft.playwright.Page;
import java.io.ByteArrayInputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The frames in which something moved on a page, from Chrome's own trace.
 *
 * <p>Chrome's compositor moves what an animation moves, in a thread of its own. So a movement may
 * go on smoothly while the page's thread is busy, which a script can't see.
 *
 * @param shown frames that came to the screen
 * @param dropped frames that came too late for it
 */
record FrameTrace(int shown, int dropped) {

  /** The category of the events in which Chrome reports what became of a frame. */
  private static final List<String> CATEGORIES = List.of("cc,benchmark");

  private static final String REPORT = "PipelineReporter";
  private static final String SUBMISSION = "SubmitToReceiveCompositorFrame";
  private static final String DROPPED = "STATE_DROPPED";
  private static final String UNCHANGED = "STATE_NO_UPDATE_DESIRED";

  private static final int FULL_RATE = 60;
  private static final long FRAME_MICROS = 1_000_000 / FULL_RATE;

  /** Traces a page for some time. */
  static FrameTrace of(Page page, Duration duration) {
    Browser browser = page.context().browser();
    browser.startTracing(page, new StartTracingOptions().setCategories(CATEGORIES));
    page.waitForTimeout(duration.toMillis());
    return parse(browser.stopTracing());
  }

  /**
   * Reads a trace in Chrome's JSON format.
   *
   * @throws IllegalStateException if the trace does not tell of frames
   */
  static FrameTrace parse(byte[] trace) {
    List<JsonObject> events =
        JsonParser.parseReader(
                new InputStreamReader(new ByteArrayInputStream(trace), StandardCharsets.UTF_8))
            .getAsJsonObject()
            .getAsJsonArray("traceEvents")
            .asList()
            .stream()
            .map(JsonElement::getAsJsonObject)
            .filter(event -> event.has("id2"))
            .sorted(Comparator.comparingLong(FrameTrace::micros))
            .toList();
    List<Frame> frames = new ArrayList<>();
    Map<String, Frame> open = new HashMap<>();
    for (JsonObject event : events) {
      String name = event.get("name").getAsString();
      boolean begins = event.get("ph").getAsString().equals("b");
      String id = event.get("pid") + "/" + event.get("id2");
      if (name.equals(REPORT) && begins) {
        Frame frame =
            new Frame(
                micros(event), event.getAsJsonObject("args").getAsJsonObject("frame_reporter"));
        frames.add(frame);
        open.put(id, frame);
      } else if (name.equals(SUBMISSION) && begins && open.containsKey(id)) {
        open.get(id).submittedAt(micros(event));
      } else if (name.equals(REPORT)) {
        open.remove(id);
      }
    }
    if (frames.isEmpty()) {
      throw new IllegalStateException("Chrome's trace does not tell of frames");
    }
    // A frame has two reports if the page's thread contributed to it too late.
    Map<Long, Boolean> isShown = new HashMap<>();
    frames.stream()
        .filter(Frame::moves)
        .forEach(frame -> isShown.merge(frame.number(), frame.isShown(), Boolean::logicalOr));
    int shown = (int) isShown.values().stream().filter(Boolean::booleanValue).count();
    return new FrameTrace(shown, isShown.size() - shown);
  }

  private static long micros(JsonObject event) {
    return event.get("ts").getAsLong();
  }

  /** Whether anything moved. */
  boolean hasMoved() {
    return shown + dropped > 0;
  }

  /** Frames in a second while something moved. */
  double framesPerSecond() {
    return (double) FULL_RATE * shown / (shown + dropped);
  }

  /** What Chrome reports of a frame. */
  private static final class Frame {

    private final long beginMicros;
    private final JsonObject report;
    private boolean inTime;

    Frame(long beginMicros, JsonObject report) {
      this.beginMicros = beginMicros;
      this.report = report;
    }

    void submittedAt(long micros) {
      inTime = micros - beginMicros <= FRAME_MICROS;
    }

    long number() {
      return report.get("frame_sequence").getAsLong();
    }

    boolean isShown() {
      return !state().equals(DROPPED);
    }

    /**
     * Whether the frame moves anything. The end of a slow movement has frames in which no pixel
     * changes: the compositor submits them in time, and they are dropped unseen.
     */
    boolean moves() {
      return report.get("has_compositor_animation").getAsBoolean()
          && !state().equals(UNCHANGED)
          && (isShown() || !inTime);
    }

    private String state() {
      return report.get("state").getAsString();
    }
  }
}
