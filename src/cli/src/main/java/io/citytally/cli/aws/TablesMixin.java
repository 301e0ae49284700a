package io.citytally.cli.aws;

import io.citytally.cli.command.Bounds;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Where the tables of a job are and what they are called, for commands that mend their content. */
public final class TablesMixin {

  @Mixin TargetMixin target;

  @Option(
      names = "--rejected-table",
      paramLabel = "NAME",
      defaultValue = "rejected_votes",
      description = "The table of rejected votes (default: ${DEFAULT-VALUE}).")
  String rejectedTable;

  public boolean isAws() {
    return target.isAws();
  }

  public String rejectedTable() {
    return rejectedTable;
  }

  public String ballotTable() {
    return target.ballotTable();
  }

  /**
   * For a command that has no business with Kinesis.
   *
   * @throws picocli.CommandLine.ParameterException if there is no such port
   */
  public Target target(Bounds bounds) {
    return target.target(bounds);
  }

  /**
   * @param kinesisPort on this machine
   * @throws picocli.CommandLine.ParameterException if there is no such port
   */
  public Target target(Bounds bounds, int kinesisPort) {
    return target.target(bounds, kinesisPort);
  }
}
