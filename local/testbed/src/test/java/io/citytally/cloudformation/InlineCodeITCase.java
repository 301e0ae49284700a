package io.citytally.cloudformation;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The code that stands in the templates themselves, run by Node.js. */
class InlineCodeITCase {

  private static final String NEW_JAR = "job/new.jar";
  private static final String OLD_JAR = "job/old.jar";

  /** An application that goes through a number of states, and time that passes at once. */
  private static final String DRIVER =
      """
      const [type, states, jarKey, restoreType, snapshot] = process.argv.slice(2);
      const groups = window => [{ PropertyGroupId: 'citytally.count',
        PropertyMap: window === 'none' ? {} : { window, epoch: '1' } }];
      const calls = [];
      const left = states.split(',');
      const Module = require('node:module');
      const load = Module._load;
      Module._load = (name, ...rest) => name !== '@aws-sdk/client-kinesis-analytics-v2'
        ? load(name, ...rest)
        : { KinesisAnalyticsV2: class {
            async describeApplication({ ApplicationName }) {
              const [status, key, window] = (left.length > 1 ? left.shift() : left[0]).split(' ');
              return { ApplicationDetail: {
                ApplicationName, ApplicationStatus: status,
                ApplicationConfigurationDescription: {
                  ApplicationCodeConfigurationDescription: {
                    CodeContentDescription: { S3ApplicationCodeLocationDescription: {
                      FileKey: key ?? jarKey } } },
                  EnvironmentPropertyDescriptions: {
                    PropertyGroupDescriptions: groups(window ?? '1s') } } } };
            }
            async startApplication(request) {
              calls.push(request);
            }
          } };
      global.setTimeout = action => setImmediate(action);
      let answer;
      global.fetch = async (url, { method, body }) => {
        answer = { url, method, ...JSON.parse(body) };
        return { ok: true };
      };
      console.log = console.error = () => {};
      let millis = 900000;
      require('./index.js').handler(
        { RequestType: type, ResponseURL: 'https://answer.example.org', StackId: 's', RequestId: 'r',
          LogicalResourceId: 'JobStart',
          ResourceProperties: { ApplicationName: 'city', JarKey: jarKey, RestoreType: restoreType,
            PropertyGroups: groups('1s'), ...(snapshot && { SnapshotName: snapshot }) } },
        { getRemainingTimeInMillis: () => (millis -= 10000) },
      ).then(() => process.stdout.write(JSON.stringify({ answer, calls })));
      """;

  @TempDir Path directory;

  private final ObjectMapper json = new ObjectMapper();

  private JsonNode bringToRun(String type, String states, String... restore) throws IOException {
    Map<?, ?> code = (Map<?, ?>) Template.of("job").properties("JobStarter").get("Code");
    Files.writeString(directory.resolve("index.js"), code.get("ZipFile").toString());
    Files.writeString(directory.resolve("driver.js"), DRIVER);
    List<String> arguments = new ArrayList<>(List.of(type, states, NEW_JAR));
    arguments.addAll(
        restore.length == 0 ? List.of("RESTORE_FROM_LATEST_SNAPSHOT") : List.of(restore));
    Node.Outcome outcome = Node.run(directory, "driver.js", arguments);
    assertThat(outcome.status()).as(outcome.output()).isZero();
    return json.readTree(outcome.output());
  }

  @Test
  void startsAJobThatWasMadeOrStoppedAndWaitsUntilItRuns() throws IOException {
    JsonNode outcome = bringToRun("Create", "READY,STARTING,STARTING,RUNNING");

    assertThat(outcome.at("/answer/Status").asText()).isEqualTo("SUCCESS");
    assertThat(outcome.at("/answer/method").asText()).isEqualTo("PUT");
    assertThat(outcome.at("/answer/PhysicalResourceId").asText()).isEqualTo("city");
    assertThat(outcome.path("calls")).hasSize(1);
    assertThat(outcome.at("/calls/0/ApplicationName").asText()).isEqualTo("city");
    JsonNode restore = outcome.at("/calls/0/RunConfiguration/ApplicationRestoreConfiguration");
    assertThat(restore.toString())
        .isEqualTo("{\"ApplicationRestoreType\":\"RESTORE_FROM_LATEST_SNAPSHOT\"}");
  }

  @Test
  void startsFromTheSnapshotThatIsNamed() throws IOException {
    JsonNode outcome =
        bringToRun("Update", "READY,RUNNING", "RESTORE_FROM_CUSTOM_SNAPSHOT", "noon");

    assertThat(outcome.at("/calls/0/RunConfiguration/ApplicationRestoreConfiguration").toString())
        .contains("RESTORE_FROM_CUSTOM_SNAPSHOT", "noon");
  }

  @Test
  void leavesAJobAloneThatRuns() throws IOException {
    JsonNode outcome = bringToRun("Update", "UPDATING,AUTOSCALING,RUNNING");

    assertThat(outcome.at("/answer/Status").asText()).isEqualTo("SUCCESS");
    assertThat(outcome.path("calls")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "READY,STARTING,READY|does not start: it is READY",
        "STARTING|does not get to run: it is still STARTING",
        "DELETING|does not start: it is DELETING",
        "UPDATING,ROLLING_BACK,RUNNING " + OLD_JAR + "|did not start; the service went back",
        "READY " + OLD_JAR + "|did not start; the service went back",
        "UPDATING,RUNNING " + NEW_JAR + " 2s|count window = 1s; the service went back to 2s.",
        "READY " + NEW_JAR + " none|count window = 1s; the service went back to nothing.",
      })
  void failsTheDeploymentWhereTheNewJobDoesNotRun(String states, String reason) throws IOException {
    JsonNode outcome = bringToRun("Update", states);

    assertThat(outcome.at("/answer/Status").asText()).isEqualTo("FAILED");
    assertThat(outcome.at("/answer/Reason").asText()).contains(reason);
  }

  @Test
  void letsADeletionPass() throws IOException {
    JsonNode outcome = bringToRun("Delete", "RUNNING");

    assertThat(outcome.at("/answer/Status").asText()).isEqualTo("SUCCESS");
    assertThat(outcome.path("calls")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "/, /index.html",
    "/vote, /vote.html",
    "/wall, /wall.html",
    "/embed, /embed.html",
    "/regions/Old%20Town, /index.html",
    "/regions/St.%20Mary, /index.html",
    "/dashboard.js, /dashboard.js",
    "/votes, /votes",
  })
  void findsTheFileBehindAPagesAddress(String address, String file) throws IOException {
    String code = Template.of("web").properties("PageAddresses").get("FunctionCode").toString();
    Files.writeString(
        directory.resolve("function.js"),
        code + "process.stdout.write(handler({request: {uri: process.argv[2]}}).uri);");

    assertThat(Node.run(directory, "function.js", List.of(address)).output()).isEqualTo(file);
  }
}
