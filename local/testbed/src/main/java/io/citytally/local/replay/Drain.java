package io.citytally.local.replay;

import io.citytally.local.cloud.LocalCloud;
import io.citytally.local.cloud.VoteStream.Marker;
import io.citytally.local.flink.RunningJob;
import io.citytally.local.lifecycle.FailureSignal;
import io.citytally.table.RejectedVotesTable;
import io.citytally.table.VotesTable;
import io.citytally.vote.Choice;
import io.citytally.vote.RejectedVote;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * Waits until all that was cast is counted and written, without knowing what the count should be.
 *
 * <p>An emulator does not tell how far behind a reader is. So the last record of every shard is one
 * that can't be counted, a marker. Once the job has rejected all of them, it has read all that came
 * before. Then two checkpoints with a window between them: the first one's barrier pushes what was
 * read as far as the windows, the window ends, and the second pushes what it gathered as far as the
 * writer. When nothing is left there, and the totals were the same a round before (a busy machine
 * may end a window late), they are final.
 */
public final class Drain {

  private static final Logger LOG = LoggerFactory.getLogger(Drain.class);

  private static final Duration STREAMING_TIMEOUT = Duration.ofMinutes(10);
  private static final Duration POLL = Duration.ofMillis(100);

  /**
   * The longest time without a write. After that the drain fails: what it waits for will never
   * come.
   */
  private static final Duration MAX_STILLNESS = Duration.ofMinutes(5);

  /** The least time between two readings of the tables: at each poll that would be too much. */
  private static final Duration LOOK_INTERVAL = Duration.ofSeconds(10);

  private final LocalCloud cloud;
  private final RunningJob job;
  private final FailureSignal alarm;
  private final Duration window;
  private final List<Marker> markers = new ArrayList<>();
  private Object written = List.of();
  private long changedNanos;
  private long lookedNanos;

  /**
   * @param window of the job
   */
  public Drain(LocalCloud cloud, RunningJob job, FailureSignal alarm, Duration window) {
    this.cloud = cloud;
    this.job = job;
    this.alarm = alarm;
    this.window = window;
  }

  /** Waits for these, too, at the ends of closed shards. */
  public synchronized void expect(List<Marker> more) {
    markers.addAll(more);
  }

  /**
   * Waits until the job has read everything that was cast before this call.
   *
   * @throws IllegalStateException if nothing is written any more, here as with the other methods
   */
  public void awaitRead() throws Exception {
    beginToWait();
    String id = UUID.randomUUID().toString();
    if (cloud.streaming().isPresent()) {
      cloud.streaming().get().awaitCaughtUp(STREAMING_TIMEOUT);
    }
    if (cloud.stream().isPresent()) {
      expect(cloud.stream().get().putMarkers(id));
      for (Marker marker : List.copyOf(markers)) {
        awaitRejected(
            vote ->
                vote.shard.equals(marker.shard())
                    && vote.position.startsWith(marker.sequenceNumber() + "-"),
            1);
      }
    } else {
      castMarker(id);
      awaitRejected(vote -> vote.payload.contains(id), 2);
    }
  }

  /**
   * The totals at rest, and the turnout and the history with them, after {@link #awaitRead}. The
   * job must not be crashed while this waits.
   *
   * @return the votes of each region and improvement, none of them 0
   */
  public Map<Choice, Long> awaitWritten() throws Exception {
    beginToWait();
    Object before = null;
    Map<Choice, Long> totals = cloud.counted();
    Object others = List.of(cloud.turnout(), cloud.history());
    while (!List.of(totals, others).equals(before)) {
      awaitHandedOver();
      while (job.present("keysOutstanding") > 0 || job.present("historyOutstanding") > 0) {
        pause("the writers have keys outstanding");
      }
      before = List.of(totals, others);
      totals = cloud.counted();
      others = List.of(cloud.turnout(), cloud.history());
    }
    return totals;
  }

  /** Waits until what was read has reached the writer, and a checkpoint holds that. */
  public void awaitHandedOver() throws Exception {
    beginToWait();
    checkpoint();
    while (job.present("sidesUndecided") > 0) {
      pause("sides of votes are undecided");
      checkpoint();
    }
    // The history is gathered for a window and throttled for as long.
    alarm.sleep(window.multipliedBy(2).plus(POLL));
    checkpoint();
  }

  /**
   * A vote without a region, cast and withdrawn: neither change can be counted. Its improvement is
   * its name, as a rejected record shows no id.
   */
  private void castMarker(String name) {
    Map<String, AttributeValue> key = VotesTable.keyOf(name);
    Map<String, AttributeValue> item = new HashMap<>(key);
    item.put(VotesTable.IMPROVEMENT, AttributeValue.fromS(name));
    cloud.dynamoDb().putItem(put -> put.tableName(VotesTable.DEFAULT_NAME).item(item));
    cloud.dynamoDb().deleteItem(delete -> delete.tableName(VotesTable.DEFAULT_NAME).key(key));
  }

  private void awaitRejected(Predicate<RejectedVote> isMarker, int count) throws Exception {
    while (true) {
      List<RejectedVote> found = cloud.rejectedVotes().stream().filter(isMarker).toList();
      if (found.size() == count) {
        found.forEach(this::forget);
        return;
      }
      pause("the job has not rejected the marker at the end of a shard");
    }
  }

  private void forget(RejectedVote marker) {
    cloud
        .dynamoDb()
        .deleteItem(
            delete ->
                delete
                    .tableName(RejectedVotesTable.DEFAULT_NAME)
                    .key(RejectedVotesTable.keyOf(marker.shard, marker.position)));
  }

  /** Right after a crash a checkpoint fails, since not all tasks are back. */
  private void checkpoint() throws Exception {
    while (true) {
      try {
        job.checkpoint();
        return;
      } catch (ExecutionException e) {
        LOG.info("No checkpoint yet", e);
        pause("no checkpoint completes: " + e.getMessage());
      }
    }
  }

  private void beginToWait() {
    changedNanos = System.nanoTime();
    lookedNanos = changedNanos;
  }

  /**
   * Fails if the job has, or writes nothing any more.
   *
   * @param awaited what holds it up
   */
  private void pause(String awaited) throws Exception {
    alarm.sleep(POLL);
    job.isRunning();
    long now = System.nanoTime();
    if (now - lookedNanos > LOOK_INTERVAL.toNanos()) {
      Object before = written;
      written = List.of(cloud.counted(), cloud.turnout(), cloud.rejectedVotes());
      lookedNanos = now;
      changedNanos = written.equals(before) ? changedNanos : now;
    }
    if (now - changedNanos > MAX_STILLNESS.toNanos()) {
      throw new IllegalStateException(
          "nothing has been written for %s, though %s".formatted(MAX_STILLNESS, awaited));
    }
  }
}
