package io.citytally.local.viewers;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class FrameTraceTest {

  private static final String OTHER = "{\"name\": \"BeginFrame\", \"ph\": \"I\", \"ts\": 1}";

  private static FrameTrace traceOf(String... frames) {
    String events = Stream.concat(Stream.of(OTHER), Stream.of(frames)).collect(joining(","));
    return FrameTrace.parse(
        ("{\"traceEvents\": [" + events + "]}").getBytes(StandardCharsets.UTF_8));
  }

  /** A frame that the compositor submits some time after it began. */
  private static String frame(long number, boolean moves, String state, long millis) {
    long begin = number * 16_667;
    String report =
        """
        {"frame_reporter": {"frame_sequence": %d, "has_compositor_animation": %b, "state": "%s"}}
        """
            .formatted(number, moves, state);
    return String.join(
        ",",
        event("PipelineReporter", "b", begin, report),
        event("SubmitToReceiveCompositorFrame", "b", begin + millis * 1000, "{}"),
        event("SubmitToReceiveCompositorFrame", "e", begin + millis * 1000, "{}"),
        event("PipelineReporter", "e", begin + millis * 1000 + 1, "{}"));
  }

  private static String frame(long number, boolean moves, String state) {
    return frame(number, moves, state, 30);
  }

  private static String event(String name, String phase, long micros, String arguments) {
    return """
        {"name": "%s", "ph": "%s", "ts": %d, "pid": 7, "id2": {"local": "0x1"}, "args": %s}
        """
        .formatted(name, phase, micros, arguments);
  }

  @Test
  void countsTheFramesInWhichSomethingMoves() {
    FrameTrace trace =
        traceOf(
            frame(10, true, "STATE_PRESENTED_ALL"),
            frame(20, true, "STATE_PRESENTED_PARTIAL"),
            frame(30, true, "STATE_DROPPED"),
            frame(40, false, "STATE_DROPPED"),
            frame(50, true, "STATE_NO_UPDATE_DESIRED"),
            frame(60, true, "STATE_PRESENTED_ALL"));

    assertThat(trace).isEqualTo(new FrameTrace(3, 1));
    assertThat(trace.framesPerSecond()).isEqualTo(45);
  }

  @Test
  void countsAFrameOnceThatTheThreadOfThePageWasLateFor() {
    FrameTrace trace =
        traceOf(
            frame(10, true, "STATE_PRESENTED_PARTIAL"),
            frame(10, true, "STATE_DROPPED"),
            frame(20, true, "STATE_DROPPED"));

    assertThat(trace).isEqualTo(new FrameTrace(1, 1));
  }

  @Test
  void leavesOutAFrameThatIsDroppedBecauseNoPixelHasChanged() {
    FrameTrace trace =
        traceOf(
            frame(10, true, "STATE_PRESENTED_ALL"),
            frame(20, true, "STATE_DROPPED", 2),
            frame(30, true, "STATE_DROPPED", 17));

    assertThat(trace).isEqualTo(new FrameTrace(1, 1));
  }

  @Test
  void knowsThatNothingMoved() {
    FrameTrace trace = traceOf(frame(10, false, "STATE_PRESENTED_ALL"));

    assertThat(trace.hasMoved()).isFalse();
  }

  @Test
  void refusesATraceThatDoesNotTellOfFrames() {
    assertThatThrownBy(() -> traceOf()).hasMessageContaining("does not tell of frames");
  }
}
