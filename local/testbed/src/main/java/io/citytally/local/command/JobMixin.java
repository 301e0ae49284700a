package io.citytally.local.command;

import io.citytally.cli.command.Bounds;
import io.citytally.local.cloud.JobSettings;
import io.citytally.vote.SourceKind;
import java.time.Duration;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options of the job, the same for each command that starts it. */
public final class JobMixin {

  @Spec(Spec.Target.MIXEE)
  CommandSpec command;

  @Option(
      names = "--source",
      paramLabel = "SOURCE",
      defaultValue = "kinesis",
      converter = SourceKindConverter.class,
      description = "Where the job reads: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  SourceKind source;

  @Option(
      names = "--window",
      paramLabel = "TIME",
      defaultValue = "1s",
      description =
          "Votes for one improvement within this time are written together, 10ms to 1h (default:"
              + " ${DEFAULT-VALUE}).")
  Duration window;

  @Option(
      names = "--recent-size",
      paramLabel = "N",
      defaultValue = "20",
      description = "How many recent votes are kept, 1 to 100 (default: ${DEFAULT-VALUE}).")
  int recentSize;

  @Option(
      names = "--dedupe-ttl",
      paramLabel = "TIME",
      defaultValue = "25h",
      description =
          "How long a change of a vote is remembered, so that it counts once: at least 25h, because"
              + " the stream keeps it for 24h (default: ${DEFAULT-VALUE}).")
  Duration dedupeTtl;

  @Option(
      names = "--epoch",
      paramLabel = "N",
      defaultValue = "1",
      description =
          "The epoch, from 1. Raise it if the job starts without its former state, on top of former"
              + " totals (default: ${DEFAULT-VALUE}).")
  long epoch;

  @Option(
      names = "--parallelism",
      paramLabel = "N",
      defaultValue = "2",
      description = "Parallel instances of each step, 1 to 32 (default: ${DEFAULT-VALUE}).")
  int parallelism;

  @Option(
      names = "--shards",
      paramLabel = "N",
      description = "Shards of the Kinesis stream at the start, 1 to 64 (default: 2).")
  Integer shards;

  /**
   * @throws ParameterException if a value is out of bounds
   */
  public JobSettings settings() {
    within("--window", window, Duration.ofMillis(10), Duration.ofHours(1));
    within("--recent-size", recentSize, 1, 100);
    within("--dedupe-ttl", dedupeTtl, Duration.ofHours(25), Duration.ofDays(3650));
    within("--epoch", epoch, 1, Long.MAX_VALUE);
    within("--parallelism", parallelism, 1, 32);
    if (shards != null) {
      withoutKinesis("--shards", "there is no Kinesis stream then");
      within("--shards", shards, 1, 64);
    }
    return new JobSettings(
        source, window, recentSize, dedupeTtl, epoch, parallelism, shards == null ? 2 : shards);
  }

  boolean readsKinesis() {
    return source == SourceKind.KINESIS;
  }

  /** Refuses an option that has no meaning for the votes table's own stream. */
  public void withoutKinesis(String option, String reason) {
    if (source == SourceKind.DYNAMODB_STREAMS) {
      throw refusal(option + " does not go with --source dynamodb-streams: " + reason);
    }
  }

  public void within(String option, Duration value, Duration least, Duration most) {
    new Bounds(command).within(option, value, least, most);
  }

  public void within(String option, long value, long least, long most) {
    new Bounds(command).within(option, value, least, most);
  }

  public ParameterException refusal(String reason) {
    return new Bounds(command).refusal(reason);
  }
}
