package io.citytally.local.chaos;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * What is left in a virtual machine after a full collection, by its histogram.
 *
 * @param bytes of all objects
 * @param jobClassLoaders of jobs that run, and of those that have ended and are still held
 */
record LiveObjects(long bytes, long jobClassLoaders) {

  private static final String JOB_CLASS_LOADER = "org.apache.flink.util.ChildFirstClassLoader";

  /**
   * @throws IOException if the process is gone, or is no virtual machine
   */
  static LiveObjects of(ProcessHandle process) throws IOException {
    Process jcmd =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                Long.toString(process.pid()),
                "GC.class_histogram")
            .redirectErrorStream(true)
            .start();
    // Each line has a rank, a number of instances, their bytes and a class; the last is the total.
    List<String[]> rows;
    try (BufferedReader lines = jcmd.inputReader()) {
      rows = lines.lines().map(line -> line.trim().split("\\s+")).toList();
    }
    return new LiveObjects(
        rows.stream()
            .filter(row -> row[0].equals("Total"))
            .mapToLong(row -> Long.parseLong(row[2]))
            .findFirst()
            .orElseThrow(
                () -> new IOException("process " + process.pid() + " does not answer jcmd")),
        rows.stream()
            .filter(row -> row.length > 3 && row[3].equals(JOB_CLASS_LOADER))
            .mapToLong(row -> Long.parseLong(row[1]))
            .sum());
  }
}
