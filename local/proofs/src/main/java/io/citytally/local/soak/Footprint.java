package io.citytally.local.soak;

import com.sun.management.UnixOperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * What the virtual machine of the system takes up at a moment. The emulators have their own
 * processes.
 *
 * @param at since the start
 * @param heapBytes live objects: what is left after a full collection
 * @param threads that are alive
 * @param openFiles files and sockets that are open; 0 where the platform doesn't tell
 * @param residentBytes of the process in memory, RocksDB's included; 0 where the platform doesn't
 *     tell
 * @param checkpoint how long a checkpoint took
 * @param votes recorded since the start
 */
record Footprint(
    Duration at,
    long heapBytes,
    long threads,
    long openFiles,
    long residentBytes,
    Duration checkpoint,
    long votes) {

  private static final Path LINUX_PROCESS = Path.of("/proc/self/status");
  private static final String RESIDENT = "VmRSS:";

  static Footprint measure(Duration at, Duration checkpoint, long votes) {
    System.gc();
    MemoryUsage heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
    return new Footprint(
        at,
        heap.getUsed(),
        ManagementFactory.getThreadMXBean().getThreadCount(),
        countOpenFiles(),
        readResidentBytes(),
        checkpoint,
        votes);
  }

  private static long countOpenFiles() {
    return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
        ? unix.getOpenFileDescriptorCount()
        : 0;
  }

  private static long readResidentBytes() {
    if (!Files.isReadable(LINUX_PROCESS)) {
      return 0;
    }
    try {
      return Files.readAllLines(LINUX_PROCESS).stream()
          .filter(line -> line.startsWith(RESIDENT))
          .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024)
          .findFirst()
          .orElse(0);
    } catch (IOException e) {
      return 0;
    }
  }
}
