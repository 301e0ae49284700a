package io.citytally.cli.aws;

import io.citytally.cli.command.Bounds;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of an operator's command that say where the tables are, and which is the ballot. */
public final class TargetMixin {

  @Option(
      names = "--region",
      paramLabel = "REGION",
      description = "Works on AWS, in this region (default: the system that runs on this machine).")
  @Nullable String region;

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

  public boolean isAws() {
    return region != null;
  }

  public String ballotTable() {
    return ballotTable;
  }

  /**
   * For a command that has no business with Kinesis.
   *
   * @throws picocli.CommandLine.ParameterException if there is no such port
   */
  public Target target(Bounds bounds) {
    return target(bounds, Target.ThisMachine.KINESIS_PORT);
  }

  /**
   * @param kinesisPort on this machine
   * @throws picocli.CommandLine.ParameterException if there is no such port
   */
  public Target target(Bounds bounds, int kinesisPort) {
    bounds.within("--dynamodb-port", dynamoDbPort, 1, 65535);
    bounds.within("--kinesis-port", kinesisPort, 1, 65535);
    return Optional.ofNullable(region)
        .<Target>map(Target.Aws::new)
        .orElseGet(() -> new Target.ThisMachine(dynamoDbPort, kinesisPort));
  }
}
