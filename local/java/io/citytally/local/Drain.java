package io.citytally.local;

import io.citytally.dynamodb.RejectedVotesTable;
import io.citytally.dynamodb.VotesTable;
import io.citytally.local.VoteStream.Marker;
import io.citytally.vote.TallyKey;
import java.time.Duration;
import java.util.ArrayList;
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
 * writer. When the totals then stand still, the writer, too, has nothing left.
 */
final class Drain {

  private static final Logger LOG = LoggerFactory.getLogger(Drain.class);

  private static final Duration RELAY_PATIENCE = Duration.ofMinutes(10);
  private static final Duration POLL = Duration.ofMillis(100);

  private final LocalSystem system;
  private final Duration window;
  private final List<Marker> markers = new ArrayList<>();

  /**
   * @param window of the job
   */
  Drain(LocalSystem system, Duration window) {
    this.system = system;
    this.window = window;
  }

  /** Also waits for these, at the ends of closed shards. */
  synchronized void expect(List<Marker> more) {
    markers.addAll(more);
  }

  /** Waits until the job has read everything that was cast before this call. */
  void awaitRead() throws Exception {
    String id = UUID.randomUUID().toString();
    if (system.relay().isPresent()) {
      system.relay().get().awaitCaughtUp(RELAY_PATIENCE);
    }
    if (system.stream().isPresent()) {
      expect(system.stream().get().putMarkers(id));
      for (Marker marker : List.copyOf(markers)) {
        awaitRejected(
            item ->
                item.get(RejectedVotesTable.SHARD).s().equals(marker.shard())
                    && item.get(RejectedVotesTable.POSITION)
                        .s()
                        .startsWith(marker.sequenceNumber() + "-"),
            1);
      }
    } else {
      castMarker(id);
      awaitRejected(item -> item.get(RejectedVotesTable.PAYLOAD).s().contains(id), 2);
    }
  }

  /**
   * The totals at rest, after {@link #awaitRead}. The job must not be crashed meanwhile.
   *
   * @return the votes of each region and improvement
   */
  Map<TallyKey, Long> awaitWritten() throws Exception {
    Map<TallyKey, Long> before = null;
    Map<TallyKey, Long> totals = system.totals();
    while (!totals.equals(before)) {
      checkpoint();
      system.sleep(window.plus(POLL));
      checkpoint();
      before = totals;
      totals = system.totals();
    }
    return totals;
  }

  /** A vote without a choice, cast and withdrawn: neither change can be counted. */
  private void castMarker(String id) {
    Map<String, AttributeValue> key = Map.of("id", AttributeValue.fromS(id));
    system.dynamoDb().putItem(put -> put.tableName(VotesTable.DEFAULT_NAME).item(key));
    system.dynamoDb().deleteItem(delete -> delete.tableName(VotesTable.DEFAULT_NAME).key(key));
  }

  private void awaitRejected(Predicate<Map<String, AttributeValue>> isMarker, int count)
      throws Exception {
    while (true) {
      List<Map<String, AttributeValue>> found =
          system.rejectedVotes().stream().filter(isMarker).toList();
      if (found.size() == count) {
        found.forEach(this::forget);
        return;
      }
      system.sleep(POLL);
    }
  }

  private void forget(Map<String, AttributeValue> item) {
    system
        .dynamoDb()
        .deleteItem(
            delete ->
                delete
                    .tableName(RejectedVotesTable.DEFAULT_NAME)
                    .key(
                        RejectedVotesTable.keyOf(
                            item.get(RejectedVotesTable.SHARD).s(),
                            item.get(RejectedVotesTable.POSITION).s())));
  }

  /** Right after a crash a checkpoint fails, since not all tasks are back. */
  private void checkpoint() throws Exception {
    while (true) {
      try {
        system.flink().checkpoint();
        return;
      } catch (ExecutionException e) {
        LOG.info("No checkpoint yet", e);
        system.sleep(POLL);
      }
    }
  }
}
