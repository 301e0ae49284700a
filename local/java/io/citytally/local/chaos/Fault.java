package io.citytally.local.chaos;

/** What a campaign does to the system; each of them has a name on the command line. */
enum Fault {
  TASK_MANAGERS("task-managers", "task managers killed"),
  JOB_MANAGERS("job-managers", "job managers lost"),
  RESTORES("restores", "restores from a savepoint"),
  OLD_SAVEPOINTS("old-savepoints", "restores from an old savepoint"),
  RESIZES("resizes", "restores with another parallelism and window"),
  ZOMBIES("zombies", "zombies"),
  RESHARDINGS("reshardings", "shards split or merged during a restore"),
  KINESIS_KILLS("kinesis-kills", "times Kinesis killed"),
  DYNAMODB_OUTAGES("dynamodb-outages", "times DynamoDB away"),
  DYNAMODB_RESTARTS("dynamodb-restarts", "times DynamoDB restarted"),
  WRITES("writes", "writes disturbed"),
  DUPLICATES("duplicates", "changes delivered twice"),
  MINDS("minds", "minds changed");

  private final String label;
  private final String plural;

  Fault(String label, String plural) {
    this.label = label;
    this.plural = plural;
  }

  /** What the closing line says after a number of them. */
  String plural() {
    return plural;
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
