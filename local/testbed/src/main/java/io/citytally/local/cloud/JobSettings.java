package io.citytally.local.cloud;

import io.citytally.vote.SourceKind;
import java.time.Duration;

/**
 * How the job is to run, checked.
 *
 * @param window the longest time that a counted vote waits to be written
 * @param recentSize how many of the newest votes are kept for each source
 * @param dedupeTtl how long a change is remembered, to know a second delivery; longer than the 24
 *     hours for which the stream keeps it
 * @param epoch raised by hand when the job starts again without its state
 * @param shards of the Kinesis stream; without a meaning for {@link SourceKind#DYNAMODB_STREAMS}
 * @param hasBallot whether only what is on the ballot counts; else anything does, up to {@code
 *     max.choices}
 */
public record JobSettings(
    SourceKind source,
    Duration window,
    int recentSize,
    Duration dedupeTtl,
    long epoch,
    int parallelism,
    int shards,
    boolean hasBallot) {

  /** With a ballot. */
  public JobSettings(
      SourceKind source,
      Duration window,
      int recentSize,
      Duration dedupeTtl,
      long epoch,
      int parallelism,
      int shards) {
    this(source, window, recentSize, dedupeTtl, epoch, parallelism, shards, true);
  }

  /** The same without a ballot. */
  public JobSettings withoutBallot() {
    return new JobSettings(
        source, window, recentSize, dedupeTtl, epoch, parallelism, shards, false);
  }
}
