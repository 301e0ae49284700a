package io.citytally.local.legacy;

import io.citytally.local.cloud.CastVote;
import io.citytally.local.lifecycle.FailureSignal;
import io.citytally.local.lifecycle.Retry;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * What calls the {@link LegacyLambda} on AWS: reads each shard of a stream in batches, and the
 * children of a shard after it; hands a batch over again if the function fails; remembers how far
 * it has come (AWS Lambda Developer Guide, "Process DynamoDB records with Lambda" and "Process
 * Amazon Kinesis records with Lambda").
 *
 * <p>It fares better here than there: a record without a choice, which would hold its shard up
 * until it expires, is passed over, and no invocation times out.
 */
public final class EventSourceMapping implements AutoCloseable {

  /** The default for both kinds of stream. */
  private static final int BATCH = 100;

  /** As it asks a DynamoDB stream. */
  private static final long POLL_MILLIS = 250;

  private final ChangeStream stream;
  private final Consumer<List<CastVote>> function;
  private final FailureSignal alarm;
  private final ExecutorService threads =
      Executors.newCachedThreadPool(
          task -> {
            Thread thread = new Thread(task, "lambda");
            thread.setDaemon(true);
            return thread;
          });

  private final Set<String> finished = ConcurrentHashMap.newKeySet();
  private final Map<String, Long> foundEmptyAtNanos = new ConcurrentHashMap<>();
  private volatile long listedAtNanos = Long.MIN_VALUE;
  private volatile boolean paused;
  private volatile boolean closed;

  /**
   * @param function takes the new images of a batch; fails with {@link CompletionException} to get
   *     the batch again
   * @param alarm is raised if the stream can't be read
   */
  public EventSourceMapping(
      ChangeStream stream, Consumer<List<CastVote>> function, FailureSignal alarm) {
    this.stream = stream;
    this.function = function;
    this.alarm = alarm;
  }

  /** Begins with the oldest records. */
  public EventSourceMapping start() {
    run(this::followShards);
    return this;
  }

  private void run(Runnable work) {
    threads.execute(
        () -> {
          try {
            work.run();
          } catch (RuntimeException e) {
            if (!closed) {
              alarm.raise(e);
            }
          }
        });
  }

  private void followShards() {
    Set<String> followed = new HashSet<>();
    while (!closed) {
      long begun = System.nanoTime();
      List<ChangeStream.Shard> shards = Retry.with(stream::shards);
      for (ChangeStream.Shard shard : shards) {
        boolean parentRemains =
            shards.stream().map(ChangeStream.Shard::id).anyMatch(unfinishedParentOf(shard));
        if (!parentRemains && followed.add(shard.id())) {
          foundEmptyAtNanos.put(shard.id(), Long.MIN_VALUE);
          run(() -> read(shard.id()));
        }
      }
      if (followed.size() == shards.size()) {
        listedAtNanos = begun;
      }
      Retry.pause(POLL_MILLIS);
    }
  }

  private Predicate<String> unfinishedParentOf(ChangeStream.Shard shard) {
    return id -> shard.parents().contains(id) && !finished.contains(id);
  }

  private void read(String shard) {
    String iterator = Retry.with(() -> stream.oldest(shard));
    while (iterator != null && !closed) {
      long begun = System.nanoTime();
      String from = iterator;
      ChangeStream.Batch batch = Retry.with(() -> stream.read(from, BATCH));
      if (batch.isEmpty()) {
        foundEmptyAtNanos.put(shard, begun);
        Retry.pause(POLL_MILLIS);
      } else {
        handOver(batch.newImages());
      }
      while (paused && !closed) {
        Retry.pause(POLL_MILLIS);
      }
      iterator = batch.next();
    }
    finished.add(shard);
    foundEmptyAtNanos.remove(shard);
  }

  private void handOver(List<CastVote> batch) {
    while (!closed) {
      try {
        function.accept(batch);
        return;
      } catch (CompletionException e) {
        Retry.pause(POLL_MILLIS);
      }
    }
  }

  /** Whether no batch is handed over, after those that have begun. */
  public void setPaused(boolean paused) {
    this.paused = paused;
  }

  /**
   * Whether everything is handled that was on the stream at a moment of {@link System#nanoTime}.
   */
  public boolean hasReadAllOf(long nanos) {
    return listedAtNanos >= nanos
        && foundEmptyAtNanos.values().stream().allMatch(empty -> empty > nanos);
  }

  @Override
  public void close() {
    closed = true;
    threads.shutdownNow();
  }
}
