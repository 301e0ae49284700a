package io.citytally.local.viewers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.sun.net.httpserver.HttpServer;
import io.citytally.cli.Citytally;
import io.citytally.cli.aws.LocalAws;
import io.citytally.local.cloud.Ports;
import io.citytally.local.lifecycle.Closing;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.Shard;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;

/** A page from elsewhere, in the browser of someone who runs the system, and every port of it. */
class ForeignPageITCase {

  private static final Duration TIMEOUT = Duration.ofMinutes(2);
  private static final int SOCKET_TIMEOUT_MILLIS = 3000;
  private static final Pattern IDENTITY =
      Pattern.compile("Identity provider is at http://127.0.0.1:(\\d+)");

  private static final String FOREIGN_HOST = "elsewhere.example";
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * The foreign host leads to this machine, as it does after DNS rebinding; and no browser's own
   * protection of local networks, which not all of them have, hides that ours is missing.
   */
  private static final String[] SWITCHES = {
    "--host-resolver-rules=MAP " + FOREIGN_HOST + " 127.0.0.1",
    "--disable-features=BlockInsecurePrivateNetworkRequests,LocalNetworkAccessChecks,"
        + "PrivateNetworkAccessSendPreflights,PrivateNetworkAccessRespectPreflightResults"
  };

  private final Closing closing = new Closing();
  private final HttpClient client = HttpClient.newHttpClient();
  private final int http = Ports.free();
  private final int dynamoDb = Ports.free();
  private final int kinesis = Ports.free();
  private final int flink = Ports.free();

  @TempDir Path temporary;
  @TempDir Path attacker;

  @AfterEach
  void stop() throws Exception {
    closing.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"run --sign-in", "cluster"})
  void neitherChangesNorReadsAnything(String command) throws Exception {
    Optional<Path> executable = Chrome.find();
    assumeTrue(executable.isPresent(), Chrome.MISSING);
    Process system = start(command);
    Chrome chrome = closing.add(Chrome.start(executable.get(), SWITCHES));
    URI page = serveForeignPage();
    String jar = Base64.getEncoder().encodeToString(attackingJar());
    String job = awaitJob(system);
    String jars = get("/jars");

    Map<Integer, String> ports = ListeningPorts.of(system.toHandle());
    Set<Integer> speakingHttp = new ConcurrentSkipListSet<>();
    List<String> read = new ArrayList<>(rawRequests(ports.keySet(), speakingHttp));
    List<String> done = new ArrayList<>();
    BrowserContext browser = foreignContext(chrome, ports.keySet(), done);
    List<Page> attacking = new ArrayList<>();
    attacking.add(
        attack(browser, page.toString(), "127.0.0.1", ports.keySet(), speakingHttp, job, jar));
    for (int port : ports.keySet()) {
      String rebound = "http://" + FOREIGN_HOST + ":" + port + "/attack";
      attacking.add(attack(browser, rebound, FOREIGN_HOST, Set.of(port), speakingHttp, job, jar));
    }
    attacking.forEach(each -> read.addAll(readBy(each)));

    assertThat(speakingHttp).contains(http, dynamoDb, kinesis, flink);
    assertThat(speakingHttp).containsAll(identityPorts(command));
    assertThat(ports.values()).allMatch(address -> address.endsWith("0100007F"), "is loopback");
    assertThat(read).as("what the page read").isEmpty();
    assertThat(done).as("requests that were not refused").isEmpty();
    assertThat(runningJobs()).containsExactly(job);
    assertThat(get("/jars")).isEqualTo(jars);
    assertNothingWasWritten();
    try (Stream<Path> files = Files.walk(temporary)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .doesNotContain("attacked")
          .noneMatch(name -> name.endsWith("attack.jar"));
    }
  }

  private Process start(String command) throws Exception {
    Path log = temporary.resolve("system.log");
    List<String> arguments =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-opens=java.base/java.util=ALL-UNNAMED",
                "-Xmx1g",
                "-Djava.io.tmpdir=" + temporary,
                "-Dlog4j2.configurationFile=local/log4j2-local.properties",
                "-Dcitytally.log=" + temporary.resolve("citytally.log"),
                "-Dcitytally.home=" + Path.of("").toAbsolutePath(),
                "-cp",
                System.getProperty("java.class.path"),
                Citytally.class.getName()));
    arguments.addAll(List.of(command.split(" ")));
    arguments.addAll(
        List.of(
            "--voters=0",
            "--http-port=" + http,
            "--dynamodb-port=" + dynamoDb,
            "--kinesis-port=" + kinesis,
            "--flink-port=" + flink));
    Process process =
        new ProcessBuilder(arguments)
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    closing.add(
        () -> {
          process.destroy();
          if (!process.waitFor(TIMEOUT.toSeconds(), TimeUnit.SECONDS)) {
            process.destroyForcibly();
          }
        });
    return process;
  }

  private String awaitJob(Process system) {
    await()
        .atMost(TIMEOUT)
        .ignoreExceptionsInstanceOf(IOException.class)
        .until(
            () -> {
              assertThat(system.isAlive())
                  .as(() -> "the system: " + read(temporary.resolve("system.log")))
                  .isTrue();
              return runningJobs().size() == 1 && isAnnounced();
            });
    return runningJobs().get(0);
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }

  /** The last thing that starts. */
  private boolean isAnnounced() {
    return read(temporary.resolve("system.log")).contains("Flink UI");
  }

  private List<String> runningJobs() {
    List<String> running = new ArrayList<>();
    try {
      for (JsonNode job : JSON.readTree(get("/jobs")).path("jobs")) {
        if (job.path("status").asText().equals("RUNNING")) {
          running.add(job.path("id").asText());
        }
      }
    } catch (Exception e) {
      return List.of();
    }
    return running;
  }

  private String get(String path) throws Exception {
    return client
        .send(
            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + flink + path)).build(),
            HttpResponse.BodyHandlers.ofString())
        .body();
  }

  private URI serveForeignPage() throws Exception {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          try (exchange) {
            exchange.getResponseHeaders().set("Content-Type", "text/html");
            exchange.sendResponseHeaders(200, 0);
            exchange
                .getResponseBody()
                .write("<!doctype html><body>".getBytes(StandardCharsets.UTF_8));
          }
        });
    server.start();
    closing.add(() -> server.stop(0));
    return URI.create("http://" + FOREIGN_HOST + ":" + server.getAddress().getPort() + "/");
  }

  /** The identity provider, of a system that has one. */
  private List<Integer> identityPorts(String command) {
    Matcher port = IDENTITY.matcher(read(temporary.resolve("system.log")));
    boolean isThere = port.find();
    assertThat(isThere).isEqualTo(command.contains("--sign-in"));
    return isThere ? List.of(Integer.parseInt(port.group(1))) : List.of();
  }

  /**
   * @param done is told each request that a port has not refused, although it was no plain GET
   */
  private BrowserContext foreignContext(Chrome chrome, Set<Integer> ports, List<String> done) {
    BrowserContext context = chrome.browser().newContext();
    context.setDefaultTimeout(TIMEOUT.toMillis());
    context.route(
        url -> url.startsWith("http://" + FOREIGN_HOST + ":") && url.endsWith("/attack"),
        route ->
            route.fulfill(
                new Route.FulfillOptions().setContentType("text/html").setBody("<!doctype html>")));
    context.onResponse(
        response -> {
          String request = response.request().method() + " " + response.url();
          int port = URI.create(response.url()).getPort();
          boolean changes =
              !request.startsWith("GET ") || port == flink && request.contains("yarn-cancel");
          if (changes && ports.contains(port) && response.status() != 403) {
            done.add(request + ": " + response.status());
          }
        });
    return context;
  }

  /** Begins to attack these ports of the host, from a page at this address. */
  private static Page attack(
      BrowserContext browser,
      String address,
      String host,
      Set<Integer> ports,
      Set<Integer> speakingHttp,
      String job,
      String jar)
      throws IOException {
    Page page = browser.newPage();
    page.navigate(address);
    page.evaluate(
        """
        ({ targets, job, jar }) => {
          const attack = %s
          window.read = Promise.all(targets.map((each) => attack({ ...each, job, jar })))
        }
        """
            .formatted(script()),
        Map.of(
            "job",
            job,
            "jar",
            jar,
            "targets",
            ports.stream()
                .map(
                    port ->
                        Map.of(
                            "target",
                            "http://" + host + ":" + port,
                            "speaksHttp",
                            speakingHttp.contains(port)))
                .toList()));
    return page;
  }

  private static String script() throws IOException {
    try (InputStream in = ForeignPageITCase.class.getResourceAsStream("attack.js")) {
      // In parentheses, the function is a value.
      return "(" + new String(in.readAllBytes(), StandardCharsets.UTF_8) + ")";
    }
  }

  /** Waits until the page has tried everything, and returns what it could read. */
  @SuppressWarnings("unchecked")
  private static List<String> readBy(Page page) {
    List<String> read = (List<String>) page.evaluate("window.read.then((each) => each.flat())");
    return read.stream().map(line -> page.url() + " " + line).toList();
  }

  /** Leaves a file where it is run. */
  private byte[] attackingJar() throws IOException {
    Path source =
        Files.writeString(
            attacker.resolve("Attack.java"),
            """
            public class Attack {
              public static void main(String[] args) throws Exception {
                new java.io.File(System.getProperty("java.io.tmpdir"), "attacked").createNewFile();
              }
            }
            """);
    assertThat(ToolProvider.getSystemJavaCompiler().run(null, null, null, source.toString()))
        .isZero();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JarOutputStream jar = new JarOutputStream(bytes)) {
      jar.putNextEntry(new JarEntry("Attack.class"));
      jar.write(Files.readAllBytes(attacker.resolve("Attack.class")));
    }
    return bytes.toByteArray();
  }

  /**
   * @param speakingHttp gets the ports that do
   */
  private static List<String> rawRequests(Set<Integer> ports, Set<Integer> speakingHttp)
      throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(ports.size());
    try {
      List<Future<List<String>>> requests = new ArrayList<>();
      for (int port : ports) {
        requests.add(threads.submit(() -> rawRequests(port, speakingHttp)));
      }
      List<String> answers = new ArrayList<>();
      for (Future<List<String>> each : requests) {
        answers.addAll(each.get());
      }
      return answers;
    } finally {
      threads.shutdownNow();
    }
  }

  /** What a rebound page or a program sends that names another host, header by header. */
  private static List<String> rawRequests(int port, Set<Integer> speakingHttp) throws IOException {
    List<String> answers = new ArrayList<>();
    if (!answerTo(port, "GET / HTTP/1.1\r\nHost: 127.0.0.1:" + port + "\r\n\r\n")
        .startsWith("HTTP/")) {
      // Flink's own protocols: such a port hangs up, or waits for more.
      return answers;
    }
    speakingHttp.add(port);
    for (String host : List.of(FOREIGN_HOST + ":" + port, "127.0.0.1.nip.io", "")) {
      for (String request : List.of("GET / ", "GET /jobs ", "GET /api/results ", "POST / ")) {
        String answer =
            answerTo(
                port,
                request
                    + "HTTP/1.1\r\n"
                    + (host.isEmpty() ? "" : "Host: " + host + "\r\n")
                    + "Content-Length: 0\r\nConnection: close\r\n\r\n");
        if (answer.startsWith("HTTP/") && !answer.matches("(?s)HTTP/1.1 40[03] .*")) {
          answers.add(port + ", Host '" + host + "', " + request + ": " + answer);
        }
      }
    }
    return answers;
  }

  private static String answerTo(int port, String request) throws IOException {
    try (Socket socket = new Socket("127.0.0.1", port)) {
      socket.setSoTimeout(SOCKET_TIMEOUT_MILLIS);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      byte[] start = new byte[200];
      int bytes = socket.getInputStream().read(start);
      return new String(start, 0, Math.max(0, bytes), StandardCharsets.UTF_8);
    } catch (SocketException | SocketTimeoutException e) {
      return "";
    }
  }

  private void assertNothingWasWritten() {
    try (DynamoDbClient tables = LocalAws.dynamoDb(URI.create("http://127.0.0.1:" + dynamoDb));
        KinesisClient streams = LocalAws.kinesis(URI.create("http://127.0.0.1:" + kinesis))) {
      assertThat(tables.scan(scan -> scan.tableName("votes")).items()).isEmpty();
      for (Shard shard : streams.listShards(list -> list.streamName("votes")).shards()) {
        String iterator =
            streams
                .getShardIterator(
                    get ->
                        get.streamName("votes")
                            .shardId(shard.shardId())
                            .shardIteratorType(ShardIteratorType.TRIM_HORIZON))
                .shardIterator();
        assertThat(streams.getRecords(get -> get.shardIterator(iterator)).records())
            .extracting(record -> record.data().asUtf8String())
            .noneMatch(data -> data.contains("attack"));
      }
    }
  }
}
