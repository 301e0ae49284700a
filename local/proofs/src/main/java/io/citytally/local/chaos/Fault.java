package io.citytally.local.chaos;

import io.citytally.cli.command.DisplayText;

/** What a campaign does to the system; each of them has a name on the command line. */
enum Fault {
  TASK_MANAGERS("task-managers", "task manager killed", "task managers killed"),
  JOB_MANAGERS("job-managers", "job manager lost", "job managers lost"),
  RESTORES("restores", "restore from a savepoint", "restores from a savepoint"),
  OLD_SAVEPOINTS(
      "old-savepoints", "restore from an old savepoint", "restores from an old savepoint"),
  RESIZES(
      "resizes",
      "restore with another parallelism and window",
      "restores with another parallelism and window"),
  ZOMBIES("zombies", "zombie", "zombies"),
  RESHARDINGS(
      "reshardings",
      "shard split or merged during a restore",
      "shards split or merged during a restore"),
  KINESIS_KILLS("kinesis-kills", "time Kinesis killed", "times Kinesis killed"),
  DYNAMODB_OUTAGES("dynamodb-outages", "time DynamoDB away", "times DynamoDB away"),
  DYNAMODB_RESTARTS("dynamodb-restarts", "time DynamoDB restarted", "times DynamoDB restarted"),
  WRITES("writes", "write disturbed", "writes disturbed"),
  DUPLICATES("duplicates", "change delivered twice", "changes delivered twice"),
  MINDS("minds", "mind changed", "minds changed");

  private final String label;
  private final String singular;
  private final String plural;

  Fault(String label, String singular, String plural) {
    this.label = label;
    this.singular = singular;
    this.plural = plural;
  }

  /** What happens, without a number. */
  String plural() {
    return plural;
  }

  /** So many of them. */
  String count(long times) {
    return DisplayText.number(times) + " " + (times == 1 ? singular : plural);
  }

  /** Whether it happens at one moment, rather than all the time. */
  boolean isEvent() {
    return this != WRITES && this != DUPLICATES && this != MINDS;
  }

  /** Its name on the command line. */
  @Override
  public String toString() {
    return label;
  }
}
