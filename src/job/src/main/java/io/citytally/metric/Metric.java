package io.citytally.metric;

import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MetricGroup;

/**
 * Every metric of the job. Stages register from this list, and tests compare it with the operator's
 * guide and with the alarms and the dashboard: a new metric fails them until it stands there, too.
 */
public enum Metric {
  CHANGES_COUNTED(
      "changesCounted", Kind.COUNTER, "Changes of votes that were counted, withdrawals included."),
  DUPLICATES_DROPPED(
      "duplicatesDropped", Kind.COUNTER, "Changes that were delivered again and dropped."),
  VOTES_UNCHANGED(
      "votesUnchanged", Kind.COUNTER, "Records of a vote that keeps its choice; nothing to count."),
  VOTES_REJECTED(
      "votesRejected",
      Kind.COUNTER,
      "Records that can't be counted, and refused choices. Each is in the table of rejected votes."),
  SIDES_UNDECIDED(
      "sidesUndecided", Kind.GAUGE, "Sides of changes that wait for the ballot or for a total."),
  REPLAY_AGE(
      "replayAgeMillis", Kind.GAUGE, "Age of the oldest record that a restart would read again."),
  LAG(
      "lagMillis",
      Kind.GAUGE,
      "Age of the last record when it was read; while it is held back, its age. 0 if none has come"
          + " for a minute."),
  TALLY_WRITES("tallyWrites", Kind.COUNTER, "Writes to the tables of totals and of turnout."),
  HISTORY_WRITES("historyWrites", Kind.COUNTER, "Writes to the table of the course of the vote."),
  CONDITIONAL_CONFLICTS(
      "conditionalConflicts",
      Kind.COUNTER,
      "Writes of totals whose condition failed, because another writer had been there."),
  WRITES_SKIPPED(
      "writesSkipped",
      Kind.COUNTER,
      "Totals that needed no write of their own: the item had them, or another write carried them."),
  CHANGES_PER_WRITE("changesPerWrite", Kind.GAUGE, "Changes that one write of a total carries."),
  CHOICES_AHEAD(
      "choicesAhead",
      Kind.GAUGE,
      "Choices, and turnouts, whose item has taken in more than this job has counted."),
  KEYS_OUTSTANDING("keysOutstanding", Kind.GAUGE, "Totals and turnouts that wait to be written."),
  HISTORY_OUTSTANDING(
      "historyOutstanding", Kind.GAUGE, "Buckets of the history that wait to be written."),
  RECENT_VOTES_WRITES("recentVotesWrites", Kind.COUNTER, "Writes to the table of recent votes."),
  RECENT_VOTES_OUTSTANDING(
      "recentVotesOutstanding", Kind.GAUGE, "Lists of recent votes that wait to be written."),
  REJECTED_VOTES_WRITES(
      "rejectedVotesWrites", Kind.COUNTER, "Writes to the table of rejected votes."),
  REJECTED_VOTES_OUTSTANDING(
      "rejectedVotesOutstanding", Kind.GAUGE, "Rejected votes that wait to be written.");

  /** Managed Flink reports to CloudWatch what is in this group. */
  public static final String GROUP = "kinesisanalytics";

  /** Whether a metric only grows or shows a present value. */
  public enum Kind {
    COUNTER,
    GAUGE
  }

  private final String label;
  private final Kind kind;
  private final String meaning;

  Metric(String label, Kind kind, String meaning) {
    this.label = label;
    this.kind = kind;
    this.meaning = meaning;
  }

  /** Its name in Flink and CloudWatch. */
  public String label() {
    return label;
  }

  public Kind kind() {
    return kind;
  }

  /** What it shows, as a sentence for the operator's guide. */
  public String meaning() {
    return meaning;
  }

  /**
   * Registers this counter.
   *
   * @param operator the operator's own group
   * @throws IllegalStateException if this is a gauge
   */
  public Counter counterOf(MetricGroup operator) {
    require(Kind.COUNTER);
    return operator.addGroup(GROUP).counter(label);
  }

  /**
   * Registers this gauge.
   *
   * @param operator the operator's own group
   * @param gauge read by Flink's reporters, from threads of their own
   * @throws IllegalStateException if this is a counter
   */
  public <T> void showIn(MetricGroup operator, Gauge<T> gauge) {
    require(Kind.GAUGE);
    operator.addGroup(GROUP).gauge(label, gauge);
  }

  private void require(Kind wanted) {
    if (kind != wanted) {
      throw new IllegalStateException(label + " is a " + kind + ", not a " + wanted);
    }
  }
}
