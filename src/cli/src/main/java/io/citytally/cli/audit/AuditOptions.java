package io.citytally.cli.audit;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/** How an audit is to go, checked. */
public final class AuditOptions {

  /** Which drift is to be taken out. */
  public enum Concern {
    EVERYTHING,
    /** The totals and turnouts, and not the course of the vote. */
    TOTALS,
    /** Only where the total lacks votes. */
    MISSING_VOTES
  }

  final Tables tables;
  final Optional<String> ballotTable;
  final Pace pace;
  final Duration settleHistory;
  final OptionalInt readCapacity;
  final Concern concern;
  final boolean dryRun;
  final boolean json;

  /**
   * @param ballotTable the ballot; none: the job has none
   * @param settleHistory longer than the job takes from a vote to its bucket of the history
   * @param readCapacity units in a second, at most; none: as many as it gets
   * @param concern what of the drift is to be taken out
   * @param dryRun whether nothing is to be changed
   * @param json whether the report is for a program
   */
  public AuditOptions(
      Tables tables,
      Optional<String> ballotTable,
      Pace pace,
      Duration settleHistory,
      OptionalInt readCapacity,
      Concern concern,
      boolean dryRun,
      boolean json) {
    this.tables = tables;
    this.ballotTable = ballotTable;
    this.pace = pace;
    this.settleHistory = settleHistory;
    this.readCapacity = readCapacity;
    this.concern = concern;
    this.dryRun = dryRun;
    this.json = json;
  }
}
