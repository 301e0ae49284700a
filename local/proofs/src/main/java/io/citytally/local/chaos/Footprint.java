package io.citytally.local.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * What the processes of the system take up at a moment, all of them together.
 *
 * @param at since the start
 * @param heapBytes live objects of the virtual machines: what is left after a full collection
 * @param threads that are alive; 0 where the platform doesn't tell, as with files and memory
 * @param openFiles files and sockets that are open
 * @param residentBytes in memory, RocksDB's included
 * @param checkpoint how long the newest checkpoint took
 * @param votes cast, changed and withdrawn since the start
 */
record Footprint(
    Duration at,
    long heapBytes,
    long threads,
    long openFiles,
    long residentBytes,
    Duration checkpoint,
    long votes) {

  private static final long KILO = 1024;

  /**
   * @throws IOException if a process is gone
   */
  static Footprint measure(
      Duration at, Duration checkpoint, long votes, List<ProcessHandle> processes)
      throws IOException {
    long heapBytes = 0;
    long threads = 0;
    long openFiles = 0;
    long residentBytes = 0;
    for (ProcessHandle process : processes) {
      Path linux = Path.of("/proc", Long.toString(process.pid()));
      if (runs(process, "java")) {
        heapBytes += LiveObjects.of(process).bytes();
      }
      if (Files.isDirectory(linux)) {
        threads += status(linux, "Threads:");
        residentBytes += status(linux, "VmRSS:") * KILO;
        try (Stream<Path> files = Files.list(linux.resolve("fd"))) {
          openFiles += files.count();
        }
      }
    }
    return new Footprint(at, heapBytes, threads, openFiles, residentBytes, checkpoint, votes);
  }

  static boolean runs(ProcessHandle process, String program) {
    return process.info().command().filter(command -> command.endsWith("/" + program)).isPresent();
  }

  private static long status(Path linux, String key) throws IOException {
    return Files.readAllLines(linux.resolve("status")).stream()
        .filter(line -> line.startsWith(key))
        .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
        .findFirst()
        .orElseThrow(() -> new IOException(linux + " is not alive"));
  }
}
