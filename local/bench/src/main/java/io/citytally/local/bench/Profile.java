package io.citytally.local.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordedThread;
import jdk.jfr.consumer.RecordingFile;

/**
 * Where a job's threads spend their time, by samples of the JDK's flight recorder.
 *
 * <p>What RocksDB's own threads do, and those that collect garbage or compile, is not in it.
 */
final class Profile implements AutoCloseable {

  private static final Duration PERIOD = Duration.ofMillis(10);
  private static final String IN_JAVA = "jdk.ExecutionSample";
  private static final String IN_NATIVE_CODE = "jdk.NativeMethodSample";

  /** What a thread may be at; the first that fits any of its frames, from the innermost out. */
  enum Part {
    STATE_READ("state: reading RocksDB", "org.rocksdb.RocksDB.get"),
    STATE_WRITTEN("state: writing RocksDB", "org.rocksdb.RocksDB.put", "org.rocksdb.RocksDB.write"),
    CHECKPOINTS(
        "checkpoints", "org.rocksdb.Checkpoint", "SubtaskCheckpointCoordinatorImpl", "snapshot"),
    POLLED("polling: HTTP, CBOR, signatures", "kinesis.shaded."),
    MADE("making the votes", "io.citytally.local.bench.Synthetic"),
    DECODED("decoding", "io.citytally.source.", "com.fasterxml.jackson."),
    SHUFFLED(
        "shuffles: writing, reading",
        "RecordWriter",
        "DeserializationDelegate",
        "StreamElementSerializer",
        "network.partition"),
    RECENT("recent votes", "Newest", "GatheredChanges"),
    COUNTED("filter, windows", "io.citytally.count."),
    REST("the rest of Flink", "");

    final String title;
    private final String[] frames;

    Part(String title, String... frames) {
      this.title = title;
      this.frames = frames;
    }

    private boolean fits(String frame) {
      for (String each : frames) {
        if (frame.contains(each)) {
          return true;
        }
      }
      return false;
    }
  }

  private final Recording recording = new Recording();

  /** Starts to take samples. */
  Profile() {
    recording.enable(IN_JAVA).withPeriod(PERIOD);
    recording.enable(IN_NATIVE_CODE).withPeriod(PERIOD);
    recording.start();
  }

  /** What share of the tasks' time went where, each from 0 to 1. */
  Map<Part, Double> shares() throws IOException {
    recording.stop();
    Path file = Files.createTempFile("citytally-profile-", ".jfr");
    try {
      recording.dump(file);
      return shares(file);
    } finally {
      Files.delete(file);
    }
  }

  private static Map<Part, Double> shares(Path file) throws IOException {
    Map<Part, Double> counts = new EnumMap<>(Part.class);
    double all = 0;
    for (RecordedEvent event : RecordingFile.readAllEvents(file)) {
      if (isOfATask(event) && isAtWork(event)) {
        counts.merge(part(event.getStackTrace().getFrames()), 1.0, Double::sum);
        all++;
      }
    }
    double samples = all;
    counts.replaceAll((part, count) -> count / samples);
    return counts;
  }

  /**
   * Flink names a task's thread after its operators, and which of how many it is; the connector
   * names the threads that poll after the task's.
   */
  private static boolean isOfATask(RecordedEvent event) {
    RecordedThread thread = event.getThread("sampledThread");
    return event.getStackTrace() != null
        && thread != null
        && thread.getJavaName() != null
        && thread.getJavaName().matches(".*\\(\\d+/\\d+\\)(#\\d+)?(-thread-\\d+)?");
  }

  /** Native code that isn't RocksDB's is a thread that waits. */
  private static boolean isAtWork(RecordedEvent event) {
    return event.getEventType().getName().equals(IN_JAVA)
        || name(event.getStackTrace().getFrames().get(0)).startsWith("org.rocksdb.");
  }

  private static Part part(List<RecordedFrame> frames) {
    for (RecordedFrame frame : frames) {
      String name = name(frame);
      for (Part part : Part.values()) {
        if (part != Part.REST && part.fits(name)) {
          return part;
        }
      }
    }
    return Part.REST;
  }

  private static String name(RecordedFrame frame) {
    return frame.getMethod().getType().getName() + "." + frame.getMethod().getName();
  }

  /**
   * Shows profiles side by side, without the parts that none of them has.
   *
   * @param profiles shares by what was profiled
   */
  static void table(Map<String, Map<Part, Double>> profiles, BenchReport report) {
    List<String> header = new ArrayList<>(List.of(""));
    header.addAll(profiles.keySet());
    List<List<String>> rows = new ArrayList<>();
    for (Part part : Part.values()) {
      List<String> row = new ArrayList<>(List.of(part.title));
      profiles.values().forEach(shares -> row.add(percent(shares.getOrDefault(part, 0.0))));
      if (profiles.values().stream().anyMatch(shares -> shares.containsKey(part))) {
        rows.add(row);
      }
    }
    report.table(header, rows);
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.0f %%", 100 * share);
  }

  @Override
  public void close() {
    recording.close();
  }
}
