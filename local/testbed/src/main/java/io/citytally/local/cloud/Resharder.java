package io.citytally.local.cloud;

import io.citytally.local.cloud.VoteStream.Marker;
import io.citytally.local.lifecycle.Retry;
import java.math.BigInteger;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.Shard;
import software.amazon.awssdk.services.kinesis.model.StreamStatus;

/**
 * Splits and merges the shards of a stream that is being written. Each shard that is closed ends in
 * a {@link Marker}, so that one can tell when it has been read to its end.
 */
public final class Resharder {

  private static final long POLL_MILLIS = 25;
  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  private final KinesisClient kinesis;
  private final VoteStream votes;
  private final Random random;

  /**
   * @param kinesis stays the caller's to close
   * @param seed of the choice of shards
   */
  public Resharder(KinesisClient kinesis, VoteStream votes, long seed) {
    this.kinesis = kinesis;
    this.votes = votes;
    this.random = new Random(seed);
  }

  /**
   * Splits one open shard in the middle.
   *
   * @param id of the marker
   * @return the marker at the end of the closed shard
   */
  public List<Marker> split(String id) {
    return votes.whilePaused(
        () -> {
          List<Shard> open = votes.openShards();
          Shard shard = open.get(random.nextInt(open.size()));
          List<Marker> markers = votes.mark(List.of(shard), id);
          BigInteger middle = start(shard).add(end(shard)).shiftRight(1);
          Retry.with(
              () ->
                  kinesis.splitShard(
                      request ->
                          request
                              .streamName(votes.name())
                              .shardToSplit(shard.shardId())
                              .newStartingHashKey(middle.toString())));
          awaitActive();
          return markers;
        });
  }

  /**
   * Merges two adjacent open shards.
   *
   * @param id of the markers
   * @return the markers at the ends of the closed shards; none if only one shard is open
   */
  public List<Marker> merge(String id) {
    return votes.whilePaused(
        () -> {
          List<Shard> open =
              votes.openShards().stream().sorted(Comparator.comparing(Resharder::start)).toList();
          if (open.size() < 2) {
            return List.of();
          }
          int left = random.nextInt(open.size() - 1);
          List<Shard> pair = open.subList(left, left + 2);
          List<Marker> markers = votes.mark(pair, id);
          Retry.with(
              () ->
                  kinesis.mergeShards(
                      request ->
                          request
                              .streamName(votes.name())
                              .shardToMerge(pair.get(0).shardId())
                              .adjacentShardToMerge(pair.get(1).shardId())));
          awaitActive();
          return markers;
        });
  }

  private void awaitActive() {
    long end = System.nanoTime() + TIMEOUT.toNanos();
    while (Retry.with(
                () -> kinesis.describeStreamSummary(request -> request.streamName(votes.name())))
            .streamDescriptionSummary()
            .streamStatus()
        != StreamStatus.ACTIVE) {
      if (System.nanoTime() > end) {
        throw new IllegalStateException(
            "the shards of the stream " + votes.name() + " have not changed within " + TIMEOUT);
      }
      Retry.pause(POLL_MILLIS);
    }
  }

  private static BigInteger start(Shard shard) {
    return new BigInteger(shard.hashKeyRange().startingHashKey());
  }

  private static BigInteger end(Shard shard) {
    return new BigInteger(shard.hashKeyRange().endingHashKey());
  }
}
