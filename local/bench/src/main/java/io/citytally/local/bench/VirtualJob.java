package io.citytally.local.bench;

import io.citytally.CountingSettings;
import io.citytally.CountingSinks;
import io.citytally.VoteCountingPipeline;
import io.citytally.WriteWindows;
import io.citytally.local.cloud.ChangeRecord;
import io.citytally.local.simulation.Subtask;
import io.citytally.local.simulation.SubtaskState;
import io.citytally.local.simulation.Topology;
import io.citytally.local.simulation.Topology.Edge;
import io.citytally.local.simulation.Topology.Operator;
import io.citytally.sink.RecentVotesSink;
import io.citytally.sink.RejectedVotesSink;
import io.citytally.sink.TallySink;
import io.citytally.source.Admission;
import io.citytally.source.RawRecord;
import io.citytally.source.kinesis.KinesisVoteSource;
import io.citytally.source.kinesis.ShardConsumer;
import io.citytally.table.RecentVotesTable;
import io.citytally.table.RejectedVotesTable;
import io.citytally.table.TotalVotesTable;
import io.citytally.table.VotesTable;
import io.citytally.vote.TotalsReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.ListIterator;
import java.util.Map;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.util.OutputTag;

/**
 * The whole job, operator by operator as it runs on AWS, on one thread and in virtual time: so what
 * it writes, and when, is the same on every machine, and a day of votes takes seconds.
 */
final class VirtualJob implements AutoCloseable {

  private static final Duration TIME_TO_LIVE = Duration.ofHours(25);
  private static final int RECENT_SIZE = 20;
  private static final int MAX_CHOICES = 1_000_000;
  private static final int MAX_IN_FLIGHT_REQUESTS = 100;

  private final Topology topology;
  private final CountedTables tables;
  private final Map<Integer, Subtask> subtasks = new HashMap<>();
  private long now;
  private long votes;

  VirtualJob(Duration window, CountedTables tables) throws Exception {
    this.tables = tables;
    topology = Topology.of(pipeline(window), 1);
    start(Map.of());
  }

  private static VoteCountingPipeline pipeline(Duration window) {
    ShardConsumer unused =
        new ShardConsumer(
            "eu-west-1", null, true, null, Duration.ofSeconds(1), Duration.ofSeconds(1));
    return new VoteCountingPipeline(
        new KinesisVoteSource("votes", VotesTable.DEFAULT_NAME, unused, TIME_TO_LIVE),
        Admission.ofAtMost(MAX_CHOICES, TotalsReader.NONE),
        new CountingSettings(1, WriteWindows.of(window), TIME_TO_LIVE, TIME_TO_LIVE, RECENT_SIZE),
        new CountingSinks(
            new TallySink(
                CountedTables::connectToUpdate,
                TotalVotesTable.DEFAULT_NAME,
                MAX_IN_FLIGHT_REQUESTS),
            // What is measured are writes per vote for a choice.
            new DiscardingSink<>(),
            new DiscardingSink<>(),
            new RecentVotesSink(
                CountedTables::connectToPut, RecentVotesTable.DEFAULT_NAME, MAX_IN_FLIGHT_REQUESTS),
            new RejectedVotesSink(
                CountedTables::connectToPut,
                RejectedVotesTable.DEFAULT_NAME,
                MAX_IN_FLIGHT_REQUESTS,
                TIME_TO_LIVE)));
  }

  private void start(Map<Integer, List<SubtaskState>> restored) throws Exception {
    for (Operator operator : topology.operators()) {
      if (!operator.isSource()) {
        subtasks.put(
            operator.index(), new Subtask(operator, 0, restored.get(operator.index()), now));
      }
    }
  }

  /** Gives the job each vote when it is due, the first no earlier than now; and waits no longer. */
  void count(VoteArrivals arrivals) throws Exception {
    long start = now;
    for (int i = 0; i < arrivals.count(); i++) {
      runUntil(start + arrivals.millisOf(i));
      tables.expect(arrivals.choiceOf(i));
      ChangeRecord change =
          ChangeRecord.cast(
              VotesTable.DEFAULT_NAME,
              "vote-" + votes,
              arrivals.choiceOf(i).improvement,
              arrivals.choiceOf(i).region,
              now * 1_000 + votes % 1_000);
      send(
          topology.operators().get(0),
          null,
          new RawRecord(change.toJson(), "shard", Long.toString(votes), now));
      votes++;
    }
  }

  /** Lets time pass until nothing is left to do. */
  void rest() throws Exception {
    for (long next = next(); next != Long.MAX_VALUE; next = next()) {
      runUntil(next);
    }
  }

  /** Ends the job with a snapshot, and starts it from that. */
  void restart() throws Exception {
    Map<Integer, List<SubtaskState>> snapshot = new HashMap<>();
    for (Subtask each : inOrder()) {
      each.prepareSnapshotPreBarrier(1);
      drain(each);
    }
    for (Subtask each : inOrder()) {
      snapshot.put(each.operator().index(), List.of(each.snapshot(1, now)));
    }
    close();
    start(snapshot);
    advanceTo(now);
  }

  private void runUntil(long millis) throws Exception {
    for (long next = next(); next <= millis; next = next()) {
      advanceTo(next);
    }
    advanceTo(millis);
  }

  private long next() {
    long next = tables.nextAnswer().orElse(Long.MAX_VALUE);
    for (Subtask each : subtasks.values()) {
      next = Math.min(next, each.nextTimer().orElse(Long.MAX_VALUE));
    }
    return next;
  }

  /**
   * Moves all operators on to a time, the last one first: so an operator is there before others
   * send to it.
   */
  private void advanceTo(long millis) throws Exception {
    now = millis;
    tables.advanceTo(millis);
    List<Subtask> inOrder = inOrder();
    for (ListIterator<Subtask> last = inOrder.listIterator(inOrder.size()); last.hasPrevious(); ) {
      Subtask each = last.previous();
      each.readMail();
      each.advanceTo(millis);
      drain(each);
    }
  }

  private List<Subtask> inOrder() {
    List<Subtask> inOrder = new ArrayList<>();
    for (Operator operator : topology.operators()) {
      if (!operator.isSource()) {
        inOrder.add(subtasks.get(operator.index()));
      }
    }
    return inOrder;
  }

  private void send(Operator from, OutputTag<?> tag, Object element) throws Exception {
    for (Edge edge : from.outputs()) {
      if (tag == null ? edge.tag() == null : tag.equals(edge.tag())) {
        Subtask target = subtasks.get(edge.target());
        target.process(target.operator().input().copy(element));
        drain(target);
      }
    }
  }

  private void drain(Subtask subtask) throws Exception {
    for (Subtask.Sent next = subtask.poll(); next != null; next = subtask.poll()) {
      send(subtask.operator(), next.tag(), next.element());
    }
  }

  @Override
  public void close() throws Exception {
    for (Subtask each : subtasks.values()) {
      each.close();
    }
    subtasks.clear();
  }
}
