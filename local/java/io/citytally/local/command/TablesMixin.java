package io.citytally.local.command;

import java.util.Optional;
import picocli.CommandLine.Option;

/**
 * Where the tables of a job are, and what they are called: for commands that mend what is in them.
 */
public final class TablesMixin {

  @Option(
      names = "--region",
      paramLabel = "REGION",
      description = "Works on AWS, in this region (default: the system that runs on this machine).")
  String region;

  @Option(
      names = "--rejected-table",
      paramLabel = "NAME",
      defaultValue = "rejected_votes",
      description = "The table of rejected votes (default: ${DEFAULT-VALUE}).")
  String rejectedTable;

  @Option(
      names = "--ballot-table",
      paramLabel = "NAME",
      defaultValue = "ballot",
      description = "The table of the ballot (default: ${DEFAULT-VALUE}).")
  String ballotTable;

  @Option(
      names = "--dynamodb-port",
      paramLabel = "PORT",
      defaultValue = "8000",
      description = "Port of the running system's DynamoDB (default: ${DEFAULT-VALUE}).")
  int dynamoDbPort;

  /** On AWS; none: this machine. */
  public Optional<String> region() {
    return Optional.ofNullable(region);
  }

  public String rejectedTable() {
    return rejectedTable;
  }

  public String ballotTable() {
    return ballotTable;
  }

  /**
   * On this machine.
   *
   * @throws picocli.CommandLine.ParameterException if there is no such port
   */
  public int dynamoDbPort(Bounds bounds) {
    bounds.within("--dynamodb-port", dynamoDbPort, 1, 65535);
    return dynamoDbPort;
  }
}
