package io.citytally.local.cloud;

import io.citytally.local.cloud.RelayJournal.Position;
import io.citytally.local.lifecycle.CannotStartException;
import io.citytally.local.lifecycle.Patience;
import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.DescribeStreamResponse;
import software.amazon.awssdk.services.dynamodb.model.ExpiredIteratorException;
import software.amazon.awssdk.services.dynamodb.model.GetRecordsResponse;
import software.amazon.awssdk.services.dynamodb.model.Record;
import software.amazon.awssdk.services.dynamodb.model.Shard;
import software.amazon.awssdk.services.dynamodb.model.ShardIteratorType;
import software.amazon.awssdk.services.dynamodb.model.StreamRecord;
import software.amazon.awssdk.services.dynamodb.model.TrimmedDataAccessException;
import software.amazon.awssdk.services.dynamodb.streams.DynamoDbStreamsClient;

/**
 * Stands in for Kinesis Data Streams for DynamoDB, which has no emulator: reads a table's own
 * stream and writes each change to Kinesis.
 *
 * <p>A change gets a time of creation here, since DynamoDB Local cuts its own to the minute, and by
 * that time, among others, the job tells a change from a second delivery. So a change must never
 * get two. Before a batch goes to Kinesis, the journal holds which records it has and which times
 * they get; a relay that starts again after a crash puts that batch once more, with the same times,
 * which makes it a second delivery like any other.
 */
public final class StreamRelay implements AutoCloseable {

  private static final int BATCH = 1_000;
  private static final long IDLE_MILLIS = 50;
  private static final Duration LIST_SHARDS_EVERY = Duration.ofSeconds(1);
  private static final Duration LONGEST_CLOSE = Duration.ofSeconds(10);

  private final DynamoDbStreamsClient streams;
  private final String tableName;
  private final String streamArn;
  private final VoteStream votes;
  private final RelayJournal journal;
  private final CreationClock clock;
  private final Consumer<Throwable> onFailure;
  private final Thread thread;

  private final Map<String, String> iterators = new HashMap<>();
  private List<Shard> shards = List.of();
  private long shardsListedAt;

  private volatile boolean closing;
  private volatile long relayed;
  private volatile boolean caughtUp;

  // Guarded by this.
  private long pass;
  private long idlePass;
  private Throwable failure;

  private StreamRelay(
      DynamoDbClient dynamoDb,
      DynamoDbStreamsClient streams,
      String tableName,
      VoteStream votes,
      RelayJournal journal,
      Consumer<Throwable> onFailure) {
    this.streams = streams;
    this.tableName = tableName;
    this.votes = votes;
    this.journal = journal;
    this.onFailure = onFailure;
    this.streamArn =
        dynamoDb.describeTable(request -> request.tableName(tableName)).table().latestStreamArn();
    if (streamArn == null) {
      throw new CannotStartException("the table " + tableName + " has no stream");
    }
    journal.follow(streamArn);
    this.clock = new CreationClock(journal.lastMicros());
    this.thread = new Thread(this::run, "stream-relay");
    thread.setDaemon(true);
    thread.start();
  }

  /**
   * Starts a relay that begins with the stream's oldest record.
   *
   * @param votes stays the caller's to close, as do the clients
   * @param onFailure is told, on the relay's thread, when it has to give up
   */
  public static StreamRelay start(
      DynamoDbClient dynamoDb,
      DynamoDbStreamsClient streams,
      String tableName,
      VoteStream votes,
      Consumer<Throwable> onFailure) {
    return new StreamRelay(dynamoDb, streams, tableName, votes, RelayJournal.inMemory(), onFailure);
  }

  /**
   * Starts a relay that goes on where the one before with the same journal ended, even by a crash.
   *
   * @param journal a file, in the directory that also keeps the table
   * @param votes as above
   * @param onFailure as above
   */
  public static StreamRelay resume(
      DynamoDbClient dynamoDb,
      DynamoDbStreamsClient streams,
      String tableName,
      VoteStream votes,
      Path journal,
      Consumer<Throwable> onFailure) {
    return new StreamRelay(
        dynamoDb, streams, tableName, votes, RelayJournal.in(journal), onFailure);
  }

  /** The changes that this relay has handed to the stream. */
  public long relayed() {
    return relayed;
  }

  /** Whether its last look found nothing new. */
  public boolean isCaughtUp() {
    return caughtUp;
  }

  /**
   * Returns once every change that was made before the call is handed to the stream.
   *
   * @throws TimeoutException if that takes longer
   * @throws IllegalStateException if the relay has given up
   */
  public synchronized void awaitCaughtUp(Duration timeout)
      throws InterruptedException, TimeoutException {
    long end = System.nanoTime() + timeout.toNanos();
    long nextPass = pass + 1;
    while (idlePass < nextPass) {
      if (failure != null) {
        throw new IllegalStateException("the relay has given up", failure);
      }
      long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
      if (left <= 0) {
        throw new TimeoutException("the relay has not caught up within " + timeout);
      }
      wait(left);
    }
  }

  /** Finishes what it has begun, and ends. */
  @Override
  public void close() {
    closing = true;
    try {
      thread.join(LONGEST_CLOSE.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    thread.interrupt();
  }

  private void run() {
    try {
      while (!closing) {
        beginPass();
        boolean found = pass();
        if (!found) {
          endIdlePass();
          Patience.pause(IDLE_MILLIS);
        }
      }
    } catch (Throwable e) {
      if (!closing) {
        fail(e);
        onFailure.accept(e);
      }
    }
  }

  private synchronized void beginPass() {
    pass++;
  }

  private synchronized void endIdlePass() {
    caughtUp = true;
    idlePass = pass;
    notifyAll();
  }

  private synchronized void fail(Throwable e) {
    failure = e;
    notifyAll();
  }

  /** Relays what each shard has to give now; whether there was anything. */
  private boolean pass() {
    listShards();
    boolean found = false;
    for (Shard shard : shards) {
      Position position = journal.position(shard.shardId());
      if (!position.finished && parentIsFinished(shard)) {
        found |= read(shard.shardId(), position);
      }
    }
    return found;
  }

  private void listShards() {
    if (!shards.isEmpty() && System.nanoTime() - shardsListedAt < LIST_SHARDS_EVERY.toNanos()) {
      return;
    }
    shardsListedAt = System.nanoTime();
    DescribeStreamResponse response =
        Patience.with(() -> streams.describeStream(request -> request.streamArn(streamArn)));
    shards = response.streamDescription().shards();
  }

  /** A vote's changes go to the child shard once the parent is closed. */
  private boolean parentIsFinished(Shard shard) {
    return shards.stream()
        .filter(candidate -> candidate.shardId().equals(shard.parentShardId()))
        .allMatch(parent -> journal.position(parent.shardId()).finished);
  }

  private boolean read(String shard, Position position) {
    String iterator = iterators.computeIfAbsent(shard, this::oldest);
    GetRecordsResponse response;
    try {
      response =
          Patience.with(
              () -> streams.getRecords(request -> request.shardIterator(iterator).limit(BATCH)));
    } catch (ExpiredIteratorException | TrimmedDataAccessException e) {
      // DynamoDB Local gives the latter for an iterator that is older than the first record.
      iterators.remove(shard);
      return true;
    }
    relay(position, response.records());
    if (response.nextShardIterator() == null) {
      position.finished = true;
      journal.save(clock.last());
      shards = List.of();
      return true;
    }
    iterators.put(shard, response.nextShardIterator());
    return !response.records().isEmpty();
  }

  private String oldest(String shard) {
    return Patience.with(
            () ->
                streams.getShardIterator(
                    request ->
                        request
                            .streamArn(streamArn)
                            .shardId(shard)
                            .shardIteratorType(ShardIteratorType.TRIM_HORIZON)))
        .shardIterator();
  }

  private void relay(Position position, List<Record> records) {
    List<Record> left =
        records.subList(countThrough(position.relayedThrough, records), records.size());
    while (!left.isEmpty()) {
      caughtUp = false;
      if (position.datedThrough == null) {
        position.datedThrough = sequenceNumber(left.get(left.size() - 1));
        position.firstMicros = clock.next(left.size());
        journal.save(clock.last());
      }
      int dated = countThrough(position.datedThrough, left);
      for (int i = 0; i < dated; i++) {
        votes.put(change(left.get(i), position.firstMicros + i));
      }
      if (journal.isDurable()) {
        votes.flush();
      } else {
        votes.send();
      }
      if (dated > 0) {
        position.relayedThrough = sequenceNumber(left.get(dated - 1));
        position.firstMicros += dated;
      }
      if (dated < left.size() || position.datedThrough.equals(position.relayedThrough)) {
        position.datedThrough = null;
      }
      journal.save(clock.last());
      relayed += dated;
      left = left.subList(dated, left.size());
    }
  }

  /** How many of a shard's records are not after a sequence number, which rises within a shard. */
  private static int countThrough(String sequenceNumber, List<Record> records) {
    if (sequenceNumber == null) {
      return 0;
    }
    BigInteger last = new BigInteger(sequenceNumber);
    int count = 0;
    while (count < records.size()
        && new BigInteger(sequenceNumber(records.get(count))).compareTo(last) <= 0) {
      count++;
    }
    return count;
  }

  private static String sequenceNumber(Record record) {
    return record.dynamodb().sequenceNumber();
  }

  private ChangeRecord change(Record record, long createdAtMicros) {
    StreamRecord change = record.dynamodb();
    return new ChangeRecord(
        record.eventID(),
        record.eventNameAsString(),
        tableName,
        createdAtMicros,
        change.keys(),
        change.hasNewImage() ? change.newImage() : null,
        change.hasOldImage() ? change.oldImage() : null,
        Optional.ofNullable(change.sizeBytes()).orElse(0L));
  }
}
