package io.citytally.local.command;

import io.citytally.local.cloud.PortSettings;
import java.util.HashSet;
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
    Set<Integer> taken = new HashSet<>();
    return new PortSettings(
        checked("--http-port", http, taken, job),
        checked("--dynamodb-port", dynamodb, taken, job),
        checked("--kinesis-port", kinesis, taken, job),
        checked("--flink-port", flink, taken, job));
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
