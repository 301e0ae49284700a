package io.citytally.cli.cost;

/** What is paid for, in the order in which a vote meets it. */
public enum BillPart {
  VOTES("votes"),
  VOTES_STORED("votes stored"),
  CHANGE_CAPTURE("change capture"),
  KINESIS("Kinesis"),
  STREAM_READS("stream reads"),
  MANAGED_FLINK("Managed Flink"),
  STATE("state, snapshots"),
  LAMBDA("Lambda"),
  TOTAL_VOTES("total votes"),
  TURNOUT("turnout"),
  HISTORY("history"),
  RECENT_VOTES("recent votes"),
  RESULTS_READ("results read"),
  CLOUDFRONT("CloudFront"),
  WAF("WAF");

  private final String label;

  BillPart(String label) {
    this.label = label;
  }

  /** As it stands in a table. */
  public String label() {
    return label;
  }
}
