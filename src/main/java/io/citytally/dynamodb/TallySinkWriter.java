package io.citytally.dynamodb;

import io.citytally.vote.Tally;
import io.citytally.vote.TallyKey;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletionException;
import org.apache.flink.api.common.operators.MailboxExecutor;
import org.apache.flink.api.common.operators.ProcessingTimeService;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.connector.base.sink.writer.AsyncSinkWriter;
import org.apache.flink.connector.base.sink.writer.BufferedRequestState;
import org.apache.flink.connector.base.sink.writer.RequestEntryWrapper;
import org.apache.flink.connector.base.sink.writer.ResultHandler;
import org.apache.flink.connector.base.sink.writer.config.AsyncSinkWriterConfiguration;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MetricGroup;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;
import software.amazon.awssdk.services.dynamodb.model.TransactionConflictException;

/**
 * Writes each key's tally with one conditional {@code UpdateItem} at a time, until the item has
 * taken in all that was handed over.
 *
 * <p>A key is <i>outstanding</i> from the moment that a tally of it comes until its amount is known
 * to stand in the table. A tally that comes meanwhile is merged into the one that waits, so a key
 * has one entry in the buffer of {@link AsyncSinkWriter} or one request on its way, never both and
 * never two. Requests start as soon as there is room among {@code maxInFlightRequests}: nothing
 * waits in the buffer for company.
 *
 * <p>The writer believes each item to stand where it last saw it stand, and an item that it has
 * never seen to be unwritten. Beliefs need not be true: a wrong one, after a restart, a lost
 * answer, or a write of someone else, costs a failed condition, whose answer shows how the item
 * does stand. So they may be forgotten, too, and are kept for the last {@value #MAX_BELIEFS} keys
 * only. A conflict is settled by deciding again, for as long as it takes: another writer's success
 * is the only thing that can fail a condition, and the numbers of the item only grow towards this
 * writer's.
 *
 * <p><b>Snapshots</b> hold all outstanding tallies, those on their way as well, and so need not
 * wait for them as other sinks must, for which to send again is to write twice. While DynamoDB is
 * slow or away, checkpoints complete, and tallies gather by key.
 *
 * <p><b>Failures.</b> Throttling, trouble inside of DynamoDB and a broken or silent connection are
 * tried again after a pause that doubles from 100 ms to 10 s (the SDK has by then tried on its
 * own), for ever: each key in trouble keeps its place among {@code maxInFlightRequests}, so they
 * slow down as a whole, and once {@value #MAX_BUFFERED_REQUESTS} more keys wait, the stream is held
 * back. Such a write may have taken effect nevertheless: the next condition tells. All else, such
 * as a missing table, fails the job with a message that names table and key.
 *
 * <p>All of this happens on the task's thread: the answers of DynamoDB, which come in threads of
 * the SDK, are handed to the task's mailbox. So there is no lock and nothing volatile here.
 */
final class TallySinkWriter extends AsyncSinkWriter<Tally, TallyEntry> {

  static final int MAX_BATCH_SIZE = 1;
  static final int MAX_BUFFERED_REQUESTS = 10_000;
  static final long MAX_SIZE_IN_BYTES = 16 * 1024;

  /** At the end of this time Flink waits until the buffer is empty, for which there's no reason. */
  static final Duration MAX_TIME_IN_BUFFER = Duration.ofDays(1);

  static final int MAX_BELIEFS = 100_000;

  private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

  private static final Logger LOG = LoggerFactory.getLogger(TallySinkWriter.class);

  private final MailboxExecutor mailbox;
  private final ProcessingTimeService time;
  private final UpdateItems dynamoDb;
  private final String tableName;

  private final Map<TallyKey, Outstanding> outstanding = new HashMap<>();
  private final Map<TallyKey, Standing> beliefs = new LeastRecentlyUsed<>(MAX_BELIEFS);
  private final Queue<Tally> restored = new ArrayDeque<>();

  private final Counter tallyWrites;
  private final Counter conditionalConflicts;
  private final Counter writesSkipped;
  private final Counter sendErrors;
  private long changesWritten;
  private long failuresInARow;

  TallySinkWriter(
      WriterInitContext context,
      Collection<BufferedRequestState<TallyEntry>> states,
      UpdateItems dynamoDb,
      String tableName,
      int maxInFlightRequests) {
    super(
        (tally, ignored) -> new TallyEntry(tally),
        context,
        AsyncSinkWriterConfiguration.builder()
            .setMaxBatchSize(MAX_BATCH_SIZE)
            .setMaxBatchSizeInBytes(MAX_SIZE_IN_BYTES)
            .setMaxInFlightRequests(maxInFlightRequests)
            .setMaxBufferedRequests(MAX_BUFFERED_REQUESTS)
            .setMaxTimeInBufferMS(MAX_TIME_IN_BUFFER.toMillis())
            .setMaxRecordSizeInBytes(MAX_SIZE_IN_BYTES)
            .build(),
        Collections.emptyList());
    this.mailbox = context.getMailboxExecutor();
    this.time = context.getProcessingTimeService();
    this.dynamoDb = dynamoDb;
    this.tableName = tableName;

    MetricGroup metrics = context.metricGroup().addGroup("kinesisanalytics");
    this.tallyWrites = metrics.counter("tallyWrites");
    this.conditionalConflicts = metrics.counter("conditionalConflicts");
    this.writesSkipped = metrics.counter("writesSkipped");
    this.sendErrors = context.metricGroup().getNumRecordsSendErrorsCounter();
    metrics.<Double, Gauge<Double>>gauge("votesPerWrite", this::votesPerWrite);
    metrics.<Integer, Gauge<Integer>>gauge("keysOutstanding", outstanding::size);

    restore(states);
  }

  /**
   * A snapshot of several writers, or of another parallelism, may hold a key more than once. The
   * writes wait for the mailbox, for the buffer may be too small for all, and a constructor can't
   * wait; until then the tallies count as outstanding.
   */
  private void restore(Collection<BufferedRequestState<TallyEntry>> states) {
    for (BufferedRequestState<TallyEntry> state : states) {
      for (RequestEntryWrapper<TallyEntry> entry : state.getBufferedRequestEntries()) {
        Tally tally = entry.getRequestEntry().tally();
        if (gather(tally)) {
          restored.add(tally);
        }
      }
    }
    mailbox.execute(this::writeRestored, "Write the tallies of the snapshot");
  }

  private void writeRestored() throws IOException, InterruptedException {
    while (!restored.isEmpty()) {
      super.write(restored.remove(), null);
    }
  }

  @Override
  public void write(Tally tally, Context context) throws IOException, InterruptedException {
    if (gather(tally)) {
      super.write(tally, context);
    }
  }

  /**
   * Whether the key has become outstanding just now. Of two epochs it would fail to merge, but
   * there is only one in a job: that of its snapshot, if there is one.
   */
  private boolean gather(Tally tally) {
    Outstanding known = outstanding.get(tally.key);
    if (known == null) {
      Standing belief = beliefs.getOrDefault(tally.key, Standing.NEVER_WRITTEN);
      outstanding.put(tally.key, new Outstanding(PendingTally.of(tally, belief)));
      return true;
    }
    known.gather(tally);
    return false;
  }

  @Override
  protected void submitRequestEntries(
      List<TallyEntry> entries, ResultHandler<TallyEntry> resultHandler) {
    Outstanding submitted = outstanding.get(entries.get(0).tally().key);
    if (submitted == null) {
      // Flink gave up waiting and hands the entry over once more, but the answer came after all.
      resultHandler.complete();
      return;
    }
    submitted.handlers.add(resultHandler);
    if (submitted.handlers.size() == 1) {
      proceed(submitted);
    }
  }

  private void proceed(Outstanding next) {
    Tally tally = next.pending.tally();
    Decision decision = next.pending.next();
    switch (decision.kind()) {
      case NOTHING_TO_ADD:
        writesSkipped.inc(next.gathered);
        outstanding.remove(tally.key);
        next.handlers.forEach(ResultHandler::complete);
        break;
      case WRITE:
        send(next, decision);
        break;
      case OUTDATED:
        throw new OutdatedEpochException(
            tableName, tally.key, decision.expected().epoch(), tally.epoch);
      default:
        throw new AssertionError(decision);
    }
  }

  private void send(Outstanding next, Decision decision) {
    int tallies = next.gathered;
    dynamoDb
        .updateItem(TotalVotesTable.update(tableName, next.key(), decision))
        .whenComplete(
            (response, error) ->
                mailbox.execute(
                    () -> answered(next, decision, tallies, error),
                    "Take in the answer of DynamoDB"));
  }

  private void answered(Outstanding sent, Decision decision, int tallies, Throwable error) {
    Throwable cause = error instanceof CompletionException ? error.getCause() : error;
    if (cause == null) {
      written(sent, decision, tallies);
    } else if (cause instanceof ConditionalCheckFailedException) {
      conflict(sent, decision, (ConditionalCheckFailedException) cause);
    } else if (mayPass(cause)) {
      failed(sent, cause);
    } else {
      throw new IllegalStateException(
          String.format(
              "DynamoDB refuses to write the item (region '%s', improvement '%s') of table '%s',"
                  + " and trying again can't help: %s. Check that the table is there with the right"
                  + " keys, that the job's role may UpdateItem on it, and that %s is a number.",
              sent.key().region,
              sent.key().improvement,
              tableName,
              cause.getMessage(),
              TotalVotesTable.TOTAL_VOTES),
          cause);
    }
  }

  private void written(Outstanding sent, Decision decision, int tallies) {
    tallyWrites.inc();
    writesSkipped.inc(tallies - 1L);
    changesWritten += decision.changes();
    failuresInARow = 0;
    sent.gathered -= tallies;
    sent.pause = FIRST_PAUSE;
    goOn(sent, sent.pending.written(decision));
  }

  private void conflict(
      Outstanding sent, Decision decision, ConditionalCheckFailedException failure) {
    conditionalConflicts.inc();
    Standing seen = TotalVotesTable.standingOf(failure.item());
    if (decision.allows(seen)) {
      throw new IllegalStateException(
          String.format(
              "DynamoDB answers that the item (region '%s', improvement '%s') of table '%s' is not"
                  + " at (%s), and shows that it is. Does this endpoint know"
                  + " ReturnValuesOnConditionCheckFailure?",
              sent.key().region, sent.key().improvement, tableName, decision.expected()),
          failure);
    }
    goOn(sent, sent.pending.refused(seen));
  }

  private void goOn(Outstanding answered, PendingTally pending) {
    answered.pending = pending;
    beliefs.put(answered.key(), pending.belief());
    proceed(answered);
  }

  private void failed(Outstanding sent, Throwable cause) {
    sendErrors.inc();
    failuresInARow++;
    if (Long.bitCount(failuresInARow) == 1) {
      LOG.warn(
          "Table {} could not be written {} times in a row; trying again. Outstanding keys: {}",
          tableName,
          failuresInARow,
          outstanding.size(),
          cause);
    }
    time.registerTimer(
        time.getCurrentProcessingTime() + sent.pause.toMillis(), now -> proceed(sent));
    Duration doubled = sent.pause.multipliedBy(2);
    sent.pause = doubled.compareTo(LONGEST_PAUSE) < 0 ? doubled : LONGEST_PAUSE;
  }

  /**
   * Whether the same request may succeed later, as the SDK and DynamoDB's developer guide have it
   * ("Error handling with DynamoDB"). A transaction of someone else on the item passes, too.
   */
  private static boolean mayPass(Throwable cause) {
    if (cause instanceof DynamoDbException) {
      DynamoDbException answer = (DynamoDbException) cause;
      return answer.statusCode() >= 500
          || answer.isThrottlingException()
          || answer.isClockSkewException()
          || answer instanceof TransactionConflictException;
    }
    return cause instanceof SdkClientException
        || cause instanceof SdkException && ((SdkException) cause).retryable();
  }

  /** At the end of the input waits until nothing is outstanding; for a snapshot, for nothing. */
  @Override
  public void flush(boolean endOfInput) throws InterruptedException {
    if (endOfInput) {
      try {
        writeRestored();
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
      super.flush(true);
    }
  }

  @Override
  public List<BufferedRequestState<TallyEntry>> snapshotState(long checkpointId) {
    List<RequestEntryWrapper<TallyEntry>> entries = new ArrayList<>(outstanding.size());
    for (Outstanding each : outstanding.values()) {
      TallyEntry entry = new TallyEntry(each.pending.tally());
      entries.add(new RequestEntryWrapper<>(entry, entry.sizeInBytes()));
    }
    return Collections.singletonList(new BufferedRequestState<>(entries));
  }

  @Override
  protected long getSizeInBytes(TallyEntry entry) {
    return entry.sizeInBytes();
  }

  private double votesPerWrite() {
    long writes = tallyWrites.getCount();
    return writes == 0 ? 0 : (double) changesWritten / writes;
  }

  @Override
  public void close() {
    dynamoDb.close();
  }

  /** A key whose amount is not yet known to stand in the table. */
  private static final class Outstanding {

    /** What the item is to take in. */
    private PendingTally pending;

    /** How many tallies were gathered here and not yet written. */
    private int gathered = 1;

    /** Those of the entry, if it has left the buffer: more than one only if Flink timed out. */
    private final List<ResultHandler<TallyEntry>> handlers = new ArrayList<>(1);

    /** How long to wait after the next failure. */
    private Duration pause = FIRST_PAUSE;

    Outstanding(PendingTally pending) {
      this.pending = pending;
    }

    TallyKey key() {
      return pending.tally().key;
    }

    void gather(Tally more) {
      pending = pending.gather(more);
      gathered++;
    }
  }

  /** Forgets what was not asked for the longest. */
  private static final class LeastRecentlyUsed<K, V> extends LinkedHashMap<K, V> {

    private static final long serialVersionUID = 1L;

    private final int maxSize;

    LeastRecentlyUsed(int maxSize) {
      super(16, 0.75f, true);
      this.maxSize = maxSize;
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
      return size() > maxSize;
    }
  }
}
