package io.citytally.local.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.citytally.cli.aws.LocalAws;
import io.citytally.local.cloud.Ports;
import io.citytally.local.election.DefaultBallot;
import io.citytally.table.TotalVotesTable;
import io.citytally.vote.Choice;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/**
 * How long a person waits who types {@code local/citytally run}, for the pages and for the first
 * vote to be counted, and what the system then takes of the machine. Everything is fetched and
 * built already.
 */
final class Start implements Benchmark {

  private static final int RUNS = 5;
  private static final Duration TIMEOUT = Duration.ofMinutes(2);
  private static final Duration SETTLING = Duration.ofSeconds(5);
  private static final long POLL_MILLIS = 20;
  private static final String RESIDENT = "VmRSS:";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final List<String> command;

  /** Starts it as a person does. */
  Start() {
    this(List.of());
  }

  /**
   * @param command runs {@code citytally}; the script {@code local/citytally} if empty
   */
  Start(List<String> command) {
    this.command = command;
  }

  @Override
  public String name() {
    return "start";
  }

  /** What came of one start. Processor time and memory are those of all its processes. */
  private record Run(
      double pagesSeconds,
      double countedSeconds,
      double processorSeconds,
      double residentMegabytes,
      double heapMegabytes) {}

  @Override
  public void run(BenchOptions options, BenchReport report) throws Exception {
    report.section(
        "The start",
        "From `local/citytally run --voters 0`, with everything fetched and built, until the pages are",
        "there, and until a vote that is cast there at once stands in its total; the processor time of",
        "all processes by then; and %d s later the memory of all of them, and what of it is live heap."
            .formatted(SETTLING.toSeconds()),
        "");
    List<Run> runs = new ArrayList<>();
    for (int i = 0; i < (options.quick() ? 1 : RUNS); i++) {
      runs.add(start(options));
      report.progress("counted after %.1f s".formatted(runs.get(i).countedSeconds));
    }
    Samples counted = samples(runs.stream().map(Run::countedSeconds));
    Samples resident = samples(runs.stream().map(Run::residentMegabytes));
    report.table(
        List.of("of " + runs.size(), "median", "spread"),
        List.of(
            row("pages, s", samples(runs.stream().map(Run::pagesSeconds))),
            row("first vote counted, s", counted),
            row("processor time, s", samples(runs.stream().map(Run::processorSeconds))),
            row("memory, MB", resident),
            row("live heap, MB", samples(runs.stream().map(Run::heapMegabytes)))));
    report.headline(
        "start: first vote counted after %.1f s, %.0f MB of memory"
            .formatted(counted.median(), resident.median()));
  }

  private static Samples samples(Stream<Double> values) {
    return new Samples(values.mapToDouble(Double::doubleValue).toArray());
  }

  private static List<String> row(String name, Samples samples) {
    return List.of(name, "%.1f".formatted(samples.median()), samples.spread());
  }

  private Run start(BenchOptions options) throws Exception {
    int http = Ports.free();
    int dynamoDb = Ports.free();
    List<String> line = new ArrayList<>(command);
    if (command.isEmpty()) {
      line.add(options.home().resolve("local").resolve("citytally").toAbsolutePath().toString());
    }
    line.addAll(
        List.of(
            "run",
            "--voters",
            "0",
            "--http-port",
            Integer.toString(http),
            "--dynamodb-port",
            Integer.toString(dynamoDb)));
    Path said = Files.createDirectories(options.report()).resolve("start.log");
    long begun = System.nanoTime();
    Process process =
        new ProcessBuilder(line)
            .directory(options.home().toFile())
            .redirectErrorStream(true)
            .redirectOutput(said.toFile())
            .start();
    try {
      return measure(process, begun, said, http, dynamoDb);
    } finally {
      process.destroy();
      if (!process.waitFor(TIMEOUT.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    }
  }

  private static Run measure(Process process, long begun, Path said, int http, int dynamoDb)
      throws Exception {
    Choice choice = DefaultBallot.titles().keySet().iterator().next();
    HttpRequest vote = vote(http, choice);
    HttpClient client = HttpClient.newHttpClient();
    await(process, said, () -> client.send(vote, BodyHandlers.discarding()).statusCode() == 200);
    double pages = secondsSince(begun);
    try (DynamoDbClient tables = LocalAws.dynamoDb(URI.create("http://127.0.0.1:" + dynamoDb))) {
      await(process, said, () -> isCounted(tables, choice));
    }
    double counted = secondsSince(begun);
    double processor = processorSeconds(process);
    TimeUnit.NANOSECONDS.sleep(SETTLING.toNanos());
    return new Run(
        pages, counted, processor, residentMegabytes(process), liveHeapMegabytes(process));
  }

  private static HttpRequest vote(int port, Choice choice) throws IOException {
    String body =
        JSON.writeValueAsString(
            Map.of("region", choice.region, "improvements", List.of(choice.improvement)));
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/api/votes/mine"))
        .header("Content-Type", "application/json")
        .header("Citytally-Capability", "0123456789abcdef".repeat(2))
        .PUT(BodyPublishers.ofString(body))
        .build();
  }

  private static boolean isCounted(DynamoDbClient tables, Choice choice) {
    return tables
        .getItem(
            get -> get.tableName(TotalVotesTable.DEFAULT_NAME).key(TotalVotesTable.keyOf(choice)))
        .hasItem();
  }

  private static void await(Process process, Path said, Callable<Boolean> condition)
      throws Exception {
    long start = System.nanoTime();
    while (!holds(condition)) {
      if (!process.isAlive() || System.nanoTime() - start > TIMEOUT.toNanos()) {
        throw new IllegalStateException(
            "the system does not start; it said: " + Files.readString(said));
      }
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
    }
  }

  /** Nobody answers until somebody listens. */
  private static boolean holds(Callable<Boolean> condition) throws Exception {
    try {
      return condition.call();
    } catch (IOException e) {
      return false;
    }
  }

  private static double secondsSince(long begun) {
    return (System.nanoTime() - begun) / 1e9;
  }

  private static Stream<ProcessHandle> all(Process process) {
    return Stream.concat(Stream.of(process.toHandle()), process.descendants());
  }

  private static double processorSeconds(Process process) {
    return all(process)
        .mapToDouble(
            each -> each.info().totalCpuDuration().orElse(Duration.ZERO).toMillis() / 1_000.0)
        .sum();
  }

  /** 0 where the platform doesn't tell. */
  private static double residentMegabytes(Process process) throws IOException {
    double kilobytes = 0;
    for (ProcessHandle each : all(process).toList()) {
      Path status = Path.of("/proc", Long.toString(each.pid()), "status");
      if (Files.isReadable(status)) {
        kilobytes +=
            Files.readAllLines(status).stream()
                .filter(line -> line.startsWith(RESIDENT))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                .sum();
      }
    }
    return kilobytes / 1_024;
  }

  /** As the last line of the histogram has it, for which all that is not live is collected. */
  private static double liveHeapMegabytes(Process process) throws Exception {
    Process histogram =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                Long.toString(process.pid()),
                "GC.class_histogram")
            .redirectErrorStream(true)
            .start();
    String[] lines =
        new String(histogram.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
            .strip()
            .split("\n");
    String[] total = lines[lines.length - 1].strip().split("\\s+");
    return Long.parseLong(total[total.length - 1]) / (double) (1 << 20);
  }
}
