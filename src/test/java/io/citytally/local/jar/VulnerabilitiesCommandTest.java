package io.citytally.local.jar;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Against a stand-in for OSV. */
class VulnerabilitiesCommandTest {

  private static final String BILL =
      "{'components': [{'name': 'alone', 'purl': 'pkg:maven/g/alone@1'},"
          + " {'name': 'connector', 'purl': 'pkg:maven/g/connector@2', 'components':"
          + " [{'name': 'swallowed', 'purl': 'pkg:maven/g/swallowed@3'}]}]}";

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final List<String> asked = new ArrayList<>();

  /** What OSV answers, in the order asked. */
  private final List<String> answers = new ArrayList<>();

  private HttpServer osv;
  private int status = 200;

  @TempDir private Path directory;

  @BeforeEach
  void start() throws IOException {
    osv = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    osv.createContext("/", this::answer);
    osv.start();
  }

  @AfterEach
  void stop() {
    osv.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
    asked.add(exchange.getRequestURI() + " " + body.replace('"', '\''));
    byte[] answer = answers.remove(0).replace('\'', '"').getBytes(UTF_8);
    exchange.sendResponseHeaders(status, answer.length);
    exchange.getResponseBody().write(answer);
    exchange.close();
  }

  private int execute(String... options) throws IOException {
    Path jar = directory.resolve("citytally.jar");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(jar))) {
      zip.putNextEntry(new ZipEntry("META-INF/sbom/citytally.cdx.json"));
      zip.write(BILL.replace('\'', '"').getBytes(UTF_8));
    }
    return new CommandLine(new VulnerabilitiesCommand())
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .setExecutionExceptionHandler(
            (e, command, parsed) -> {
              command.getErr().println(e.getMessage());
              return 1;
            })
        .execute(
            Stream.concat(
                    Stream.of(
                        "--jar",
                        jar.toString(),
                        "--osv",
                        "http://127.0.0.1:" + osv.getAddress().getPort()),
                    Stream.of(options))
                .toArray(String[]::new));
  }

  @Test
  void asksForAllThatIsInTheJarAndForWhatIsWithinThat() throws IOException {
    answers.add("{'results': [{}, {}, {}]}");

    assertThat(execute()).isZero();

    assertThat(asked)
        .containsExactly(
            "/v1/querybatch {'queries':[{'package':{'purl':'pkg:maven/g/alone@1'}},"
                + "{'package':{'purl':'pkg:maven/g/connector@2'}},"
                + "{'package':{'purl':'pkg:maven/g/swallowed@3'}}]}");
    assertThat(out.toString().strip())
        .isEqualTo("3 components, 0 known vulnerabilities in 0 of them");
  }

  @Test
  void tellsWhatIsKnownAndWhereItIs() throws IOException {
    answers.add("{'results': [{}, {}, {'vulns': [{'id': 'GHSA-1'}]}]}");
    answers.add("{'summary': 'Rapid reset', 'aliases': ['CVE-2']}");

    assertThat(execute()).isEqualTo(3);

    assertThat(asked.get(1)).startsWith("/v1/vulns/GHSA-1");
    assertThat(out.toString().lines())
        .containsExactly(
            "g/swallowed@3, within connector",
            "    GHSA-1: Rapid reset (CVE-2)",
            "3 components, 1 known vulnerabilities in 1 of them");
  }

  @Test
  void asksForFurtherPages() throws IOException {
    answers.add("{'results': [{'vulns': [{'id': 'GHSA-1'}], 'next_page_token': 'more'}, {}, {}]}");
    answers.add("{'vulns': [{'id': 'GHSA-2'}]}");
    answers.add("{'summary': 'one'}");
    answers.add("{'summary': 'two'}");

    assertThat(execute()).isEqualTo(3);

    assertThat(asked.get(1))
        .isEqualTo("/v1/query {'page_token':'more','package':{'purl':'pkg:maven/g/alone@1'}}");
    assertThat(out.toString()).contains("GHSA-1: one", "GHSA-2: two", "2 known vulnerabilities");
  }

  @Test
  void passesWhatWasAcceptedAndTellsWhatIsNotThereAnyMore() throws IOException {
    answers.add("{'results': [{'vulns': [{'id': 'GHSA-1'}]}, {}, {}]}");

    assertThat(execute("--accept", "GHSA-1", "--accept", "GHSA-9")).isZero();

    assertThat(out.toString().lines())
        .containsExactly(
            "accepted, but not there: GHSA-9",
            "3 components, 0 known vulnerabilities in 0 of them, and 1 accepted");
  }

  @Test
  void saysThatNothingWasCheckedWhereItCannotAsk() throws IOException {
    osv.stop(0);
    assertThat(execute()).isEqualTo(1);
    assertThat(err.toString()).contains("not checked: OSV can't be asked at http://127.0.0.1:");
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void takesNoHalfAnswerAndNoErrorForHealth() throws IOException {
    answers.add("{'results': [{}]}");
    assertThat(execute()).isEqualTo(1);
    assertThat(err.toString()).contains("answers 1 of 3 questions");

    status = 503;
    answers.add("{}");
    assertThat(execute()).isEqualTo(1);
    assertThat(err.toString()).contains("/v1/querybatch answers 503");
  }
}
