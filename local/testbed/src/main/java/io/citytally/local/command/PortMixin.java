package io.citytally.local.command;

import io.citytally.local.cloud.PortSettings;
import java.net.URI;
import java.util.HashSet;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import picocli.CommandLine.Option;

/** The options that fix ports, the same for each command that listens. */
public final class PortMixin {

  @Option(
      names = "--http-port",
      paramLabel = "PORT",
      description = "Port of the web pages (default: 8080, or a free one).")
  Integer http;

  @Option(
      names = "--dynamodb-port",
      paramLabel = "PORT",
      description = "Port of DynamoDB (default: 8000, or a free one).")
  Integer dynamodb;

  @Option(
      names = "--dynamodb",
      paramLabel = "URL",
      description = {
        "Uses the DynamoDB API at this address instead of the emulator; see docs/dynamodb.md.",
        "It needs --source dynamodb-streams: changes elsewhere can't reach this machine's Kinesis."
      })
  URI otherDynamoDb;

  @Option(
      names = "--kinesis-port",
      paramLabel = "PORT",
      description = "Port of Kinesis (default: 4567, or a free one).")
  Integer kinesis;

  @Option(
      names = "--flink-port",
      paramLabel = "PORT",
      description = "Port of Flink's web UI (default: 8081, or a free one).")
  Integer flink;

  /**
   * @param job tells how to refuse
   */
  public PortSettings settings(JobMixin job) {
    if (kinesis != null) {
      job.withoutKinesis("--kinesis-port", "there is no Kinesis then");
    }
    if (otherDynamoDb != null) {
      checkOtherDynamoDb(job);
    }
    Set<Integer> taken = new HashSet<>();
    return new PortSettings(
        checked("--http-port", http, taken, job),
        checked("--dynamodb-port", dynamodb, taken, job),
        checked("--kinesis-port", kinesis, taken, job),
        checked("--flink-port", flink, taken, job),
        Optional.ofNullable(otherDynamoDb));
  }

  private void checkOtherDynamoDb(JobMixin job) {
    if (dynamodb != null) {
      throw job.refusal("--dynamodb-port is the emulator's: leave it out with --dynamodb");
    }
    if (job.readsKinesis()) {
      throw job.refusal("--dynamodb needs --source dynamodb-streams");
    }
    if (!"http".equals(otherDynamoDb.getScheme()) && !"https".equals(otherDynamoDb.getScheme())) {
      throw job.refusal(
          "--dynamodb: '" + otherDynamoDb + "' is not an address such as http://127.0.0.1:8000");
    }
  }

  private static OptionalInt checked(
      String option, Integer port, Set<Integer> taken, JobMixin job) {
    if (port == null) {
      return OptionalInt.empty();
    }
    job.within(option, port, 1, 65535);
    if (!taken.add(port)) {
      throw job.refusal(option + " is " + port + ", which another option has taken already");
    }
    return OptionalInt.of(port);
  }
}
