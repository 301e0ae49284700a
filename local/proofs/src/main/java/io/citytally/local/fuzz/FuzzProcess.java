package io.citytally.local.fuzz;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Jazzer with one target, in a virtual machine of its own: a limited one, so that an input which
 * takes too much memory or time is found, and one that may end as it likes.
 *
 * <p>Jazzer instruments the project's own classes, so that libFuzzer sees which branches an input
 * takes and what it is compared with; an input that finds something new goes to the corpus, from
 * which later ones are made (libFuzzer's and Jazzer's documentation).
 */
final class FuzzProcess implements AutoCloseable {

  /** The limit of the heap, of the direct buffers and of the classes, each. */
  private static final int MAX_MEGABYTES = 512;

  private static final Duration MAX_INPUT_TIME = Duration.ofSeconds(10);
  private static final int MAX_INPUT_BYTES = 16_384;

  private static final Pattern PULSE = Pattern.compile("#([0-9]+)\\s+[A-Z]+\\s+cov: ([0-9]+) .*");
  private static final Pattern EXECUTED =
      Pattern.compile("stat::number_of_executed_units:\\s+([0-9]+)");
  private static final Pattern FINDING =
      Pattern.compile("== Java (?:Exception|Assertion Error): (.*)|==[0-9]+== ERROR: (.*)");
  private static final Pattern ARTIFACT = Pattern.compile(".*Test unit written to (.*)");

  private final FuzzJob job;
  private final Path directory;
  private final long inputs;
  private final Optional<Duration> duration;
  private final long seed;

  private volatile long startNanos;
  private volatile long endNanos;
  private Process process;
  private boolean closed;
  private volatile long executed;
  private volatile long branches;
  private volatile boolean hasEnded;
  private volatile Optional<String> failure = Optional.empty();
  private volatile Optional<Path> badInput = Optional.empty();

  /**
   * @param directory the parent of the jobs' directories; a run goes on from what an earlier one
   *     has found there
   */
  FuzzProcess(FuzzJob job, Path directory, long inputs, Optional<Duration> duration, long seed) {
    this.job = job;
    this.directory = directory.resolve(job.name()).toAbsolutePath();
    this.inputs = inputs;
    this.duration = duration;
    this.seed = seed;
  }

  /** Runs it to its end, or until it is closed. */
  void run() throws Exception {
    Path corpus = Files.createDirectories(directory.resolve("corpus"));
    Path seeds = Files.createDirectories(directory.resolve("seeds"));
    try (FuzzTarget target = FuzzJob.make(job.target())) {
      write(seeds, target.seeds());
      Files.write(directory.resolve("words"), dictionary(target.words()));
    }
    if (!start(corpus, seeds)) {
      return;
    }
    Path log = directory.resolve("fuzz.log");
    try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
        PrintWriter copy = new PrintWriter(Files.newBufferedWriter(log))) {
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        copy.println(line);
        take(line);
      }
    }
    int status = process.waitFor();
    endNanos = System.nanoTime();
    if (isClosed()) {
      return;
    }
    hasEnded = true;
    if (status != 0 && failure.isEmpty()) {
      failure = Optional.of("ended with status " + status + ", see " + log);
    }
  }

  private static void write(Path seeds, List<byte[]> inputs) throws IOException {
    try (DirectoryStream<Path> old = Files.newDirectoryStream(seeds)) {
      for (Path file : old) {
        Files.delete(file);
      }
    }
    for (int i = 0; i < inputs.size(); i++) {
      Files.write(seeds.resolve("seed-" + i), inputs.get(i));
    }
  }

  /** In libFuzzer's form: each word in quotes, what is not plain as bytes. */
  private static List<String> dictionary(List<String> words) {
    return words.stream()
        .map(
            word -> {
              StringBuilder line = new StringBuilder("\"");
              for (byte each : word.getBytes(StandardCharsets.UTF_8)) {
                boolean plain = each > ' ' && each < 0x7F && each != '"' && each != '\\';
                line.append(plain ? String.valueOf((char) each) : "\\x%02X".formatted(each));
              }
              return line.append('"').toString();
            })
        .collect(Collectors.toList());
  }

  /** Whether it is to run at all. */
  private synchronized boolean start(Path corpus, Path seeds) throws IOException {
    if (closed) {
      return false;
    }
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx" + MAX_MEGABYTES + "m");
    command.add("-XX:MaxDirectMemorySize=" + MAX_MEGABYTES + "m");
    command.add("-XX:MaxMetaspaceSize=" + MAX_MEGABYTES + "m");
    command.add("-XX:+UseSerialGC");
    command.add("-Dlog4j2.level=OFF");
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add("com.code_intelligence.jazzer.Jazzer");
    command.add("--target_class=" + JazzerDriver.class.getName());
    command.add("--target_args=" + job.target().getName());
    command.add("--instrumentation_includes=io.citytally.**");
    command.add("--instrumentation_excludes=" + JazzerDriver.class.getPackageName() + ".*");
    command.add("--custom_hook_includes=io.citytally.**");
    command.add("--reproducer_path=" + directory);
    command.add("-artifact_prefix=" + directory + "/");
    command.add("-dict=" + directory.resolve("words"));
    command.add("-runs=" + inputs);
    duration.ifPresent(time -> command.add("-max_total_time=" + Math.max(1, time.toSeconds())));
    command.add("-seed=" + seed);
    command.add("-max_len=" + MAX_INPUT_BYTES);
    command.add("-timeout=" + MAX_INPUT_TIME.toSeconds());
    // libFuzzer's own limit looks at the peak of the process, which starts with the memory of the
    // one that started it (getrusage(2)): the virtual machine's limits are the ones that tell.
    command.add("-rss_limit_mb=0");
    command.add("-print_final_stats=1");
    command.add(corpus.toString());
    command.add(seeds.toString());
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    // What is set where it runs must not decide what is found.
    builder.environment().remove("AWS_REGION");
    startNanos = System.nanoTime();
    process = builder.start();
    process.getOutputStream().close();
    return true;
  }

  private void take(String line) {
    Matcher pulse = PULSE.matcher(line);
    if (pulse.matches()) {
      executed = Long.parseLong(pulse.group(1));
      branches = Long.parseLong(pulse.group(2));
    }
    Matcher total = EXECUTED.matcher(line);
    if (total.matches()) {
      executed = Long.parseLong(total.group(1));
    }
    Matcher finding = FINDING.matcher(line);
    if (finding.matches() && failure.isEmpty()) {
      failure = Optional.of(finding.group(1) == null ? finding.group(2) : finding.group(1));
    }
    Matcher artifact = ARTIFACT.matcher(line);
    if (artifact.matches()) {
      badInput = Optional.of(Path.of(artifact.group(1)));
    }
  }

  /** As it is now. */
  FuzzedTarget result() {
    long until = endNanos == 0 ? System.nanoTime() : endNanos;
    return new FuzzedTarget(
        job.name(),
        executed,
        Duration.ofNanos(startNanos == 0 ? 0 : until - startNanos),
        branches,
        hasEnded,
        failure,
        badInput);
  }

  private synchronized boolean isClosed() {
    return closed;
  }

  /** Ends it where it is. */
  @Override
  public synchronized void close() throws InterruptedException {
    closed = true;
    if (process != null) {
      process.destroy();
      if (!process.waitFor(5, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    }
  }
}
