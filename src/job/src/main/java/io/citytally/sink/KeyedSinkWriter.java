package io.citytally.sink;

import io.citytally.dynamodb.Failures;
import io.citytally.metric.Metric;
import io.citytally.vote.Backlog;
import io.citytally.vote.Backoff;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import org.apache.flink.api.common.operators.MailboxExecutor;
import org.apache.flink.api.common.operators.ProcessingTimeService;
import org.apache.flink.api.connector.sink2.StatefulSinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.metrics.Counter;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes each item with one request at a time, until it holds what was handed over: the part that
 * the sinks have in common.
 *
 * <p>A key is <i>outstanding</i> from the moment that an element of it comes until that is known to
 * stand in the table. An element that comes in that time is merged with the outstanding one, and
 * written when the request that is on its way has ended. So what comes later is never overtaken by
 * what came before, and a busy key takes no more room than a quiet one.
 *
 * <p>All of this happens on the task's thread: the answers of DynamoDB, which come in threads of
 * the SDK, are handed to the task's mailbox. So there is no lock and nothing volatile here.
 *
 * @param <K> the key of an item
 * @param <T> what is written; one that was handed over doesn't change any more
 */
abstract class KeyedSinkWriter<K, T> implements StatefulSinkWriter<T, T> {

  /*
   * Failures. Throttling, trouble inside of DynamoDB and a broken or silent connection are tried
   * again after a pause that doubles from 100 ms to 10 s (the SDK has by then tried on its own),
   * without end: each key in trouble keeps its place among the requests in flight, so they slow
   * down as a whole. Such a write may have taken effect nevertheless, so writing an element twice
   * must be harmless. All else, such as a missing table or a right that the job's role lacks, fails
   * the job with a message that names table and key.
   *
   * Back pressure. Once Backlog.MAX_ELEMENTS keys are outstanding, or elements of Backlog.MAX_BYTES
   * bytes in all, the stream is held back until some of them are written. So memory and snapshots
   * stay bounded, however much comes and however long DynamoDB is away.
   *
   * Snapshots hold all outstanding elements, including those on their way. So a snapshot does not
   * wait for answers. Other sinks must wait, because for them sending again means writing twice.
   * While DynamoDB is slow or away, checkpoints complete until the stream is held back.
   *
   * Why none of Flink's own. AsyncSinkBase gathers batches, limits their rate and sends again what
   * it is told to, at once. Only its bounds would be useful here. We would have to stop its buffer
   * from waiting, from sending a key twice and from timing out. The connector's DynamoDbSink, built
   * on it, ends the job on a refused connection, so that the job restarts for as long as DynamoDB
   * is away, and tries again without pause where the job lacks a right.
   */

  private static final Logger LOG = LoggerFactory.getLogger(KeyedSinkWriter.class);

  /** What a writer is told of its table. */
  static final class Settings<T> {

    private final SimpleVersionedSerializer<T> serializer;
    private final String tableName;
    private final Metric outstanding;
    private final int maxInFlightRequests;

    /**
     * @param serializer of the snapshots, by which the elements' size is measured, too
     * @param outstanding the gauge that shows how many keys wait to be written
     * @param maxInFlightRequests how many items may be written at a time, from 1
     */
    Settings(
        SimpleVersionedSerializer<T> serializer,
        String tableName,
        Metric outstanding,
        int maxInFlightRequests) {
      this.serializer = serializer;
      this.tableName = tableName;
      this.outstanding = outstanding;
      this.maxInFlightRequests = maxInFlightRequests;
    }
  }

  private final MailboxExecutor mailbox;
  private final ProcessingTimeService time;
  private final Counter sends;
  private final Counter sendErrors;
  private final Settings<T> settings;

  private final Map<K, Outstanding<T>> outstanding = new HashMap<>();
  private final Queue<Outstanding<T>> waiting = new ArrayDeque<>();
  private long outstandingBytes;
  private int inFlight;
  private long failuresInARow;

  /**
   * @param context the task, in whose group the metrics are registered
   */
  KeyedSinkWriter(WriterInitContext context, Settings<T> settings) {
    this.mailbox = context.getMailboxExecutor();
    this.time = context.getProcessingTimeService();
    this.settings = settings;

    settings.outstanding.showIn(context.metricGroup(), outstanding::size);
    sends = context.metricGroup().getNumRecordsSendCounter();
    sendErrors = context.metricGroup().getNumRecordsSendErrorsCounter();
  }

  /** Returns the key of the element's item, which has one request on its way at a time. */
  abstract K keyOf(T element);

  /** What is to be written when {@code later} comes while {@code earlier} is outstanding. */
  abstract T merge(T earlier, T later);

  /** The request that brings the item to the element; nothing if the item is known to be there. */
  abstract Optional<Attempt> attempt(T element);

  /** The element's key in words, attribute by attribute. */
  abstract String describe(T element);

  /** What must be so for a write to succeed, as the end of a sentence. */
  abstract String prerequisites();

  /** Counts elements that need no write of their own. */
  void skipped(int elements) {}

  /** One request to write an element. All but its answer is on the task's thread. */
  interface Attempt {

    CompletableFuture<?> send();

    /** It took effect. */
    default void succeeded() {}

    /** Whether the writer goes on at once after this failure. Otherwise it pauses first. */
    default boolean learnsFrom(Throwable failure) {
      return false;
    }
  }

  final String tableName() {
    return settings.tableName;
  }

  /**
   * Takes over what was outstanding in a snapshot; for the constructors to end with. A snapshot of
   * several writers, or of another parallelism, may hold a key more than once, and more than this
   * writer would take at a time.
   */
  final void restore(Collection<T> snapshot) throws IOException {
    for (T element : snapshot) {
      add(element);
    }
    mailbox.execute(this::sendWaiting, "Write what was outstanding in the snapshot");
  }

  @Override
  public void write(T element, Context context) throws IOException, InterruptedException {
    while (Backlog.isFull(outstanding.size(), outstandingBytes)) {
      mailbox.yield();
    }
    add(element);
    sendWaiting();
  }

  private void add(T element) throws IOException {
    Outstanding<T> known = outstanding.get(keyOf(element));
    if (known == null) {
      known = new Outstanding<>(element);
      outstanding.put(keyOf(element), known);
      waiting.add(known);
    } else {
      known.element = merge(known.element, element);
    }
    known.gathered++;
    outstandingBytes -= known.bytes;
    known.bytes = settings.serializer.serialize(known.element).length;
    outstandingBytes += known.bytes;
  }

  private void sendWaiting() {
    while (inFlight < settings.maxInFlightRequests && !waiting.isEmpty()) {
      inFlight++;
      proceed(waiting.remove());
    }
  }

  private void proceed(Outstanding<T> next) {
    Optional<Attempt> attempt = attempt(next.element);
    if (attempt.isPresent()) {
      send(next, attempt.get());
    } else {
      skipped(next.gathered);
      done(next);
    }
  }

  private void send(Outstanding<T> next, Attempt attempt) {
    int gathered = next.gathered;
    attempt
        .send()
        .whenComplete(
            (response, error) ->
                mailbox.execute(
                    () -> answered(next, attempt, gathered, error),
                    "Take in the answer of DynamoDB"));
  }

  private void answered(
      Outstanding<T> sent, Attempt attempt, int gathered, @Nullable Throwable error) {
    if (error == null) {
      attempt.succeeded();
      succeeded(sent, gathered);
      return;
    }
    Throwable cause = Failures.causeOf(error);
    if (attempt.learnsFrom(cause)) {
      proceed(sent);
    } else if (Failures.mayPass(cause)) {
      failed(sent, cause);
    } else {
      throw new IllegalStateException(
          String.format(
              "DynamoDB refuses to write the item (%s) of table '%s', and trying again can't help:"
                  + " %s. Check that the table is there with the right keys, %s.",
              describe(sent.element), settings.tableName, cause.getMessage(), prerequisites()),
          cause);
    }
  }

  private void succeeded(Outstanding<T> sent, int gathered) {
    sends.inc();
    skipped(gathered - 1);
    failuresInARow = 0;
    sent.backoff.reset();
    sent.gathered -= gathered;
    if (sent.gathered == 0) {
      done(sent);
    } else {
      proceed(sent);
    }
  }

  private void failed(Outstanding<T> sent, Throwable cause) {
    sendErrors.inc();
    failuresInARow++;
    if (Long.bitCount(failuresInARow) == 1) {
      LOG.warn(
          "Table {} could not be written {} times in a row; trying again. Outstanding keys: {}",
          settings.tableName,
          failuresInARow,
          outstanding.size(),
          cause);
    }
    time.registerTimer(
        time.getCurrentProcessingTime() + sent.backoff.next().toMillis(), now -> proceed(sent));
  }

  private void done(Outstanding<T> written) {
    outstanding.remove(keyOf(written.element));
    outstandingBytes -= written.bytes;
    inFlight--;
    try {
      mailbox.execute(this::sendWaiting, "Take the place that is free");
    } catch (RejectedExecutionException e) {
      // The answer came after the savepoint that the job stops with. What waits is in it.
      LOG.debug("Table {}: no further writes, the task ends", settings.tableName, e);
    }
  }

  /** At the end of the input, waits until nothing is outstanding. For a snapshot, does not wait. */
  @Override
  public void flush(boolean endOfInput) throws InterruptedException {
    while (endOfInput && !outstanding.isEmpty()) {
      mailbox.yield();
    }
  }

  @Override
  public List<T> snapshotState(long checkpointId) {
    List<T> elements = new ArrayList<>(outstanding.size());
    for (Outstanding<T> each : outstanding.values()) {
      elements.add(each.element);
    }
    return elements;
  }

  /** What is not yet known to stand in the table, of one key. */
  private static final class Outstanding<T> {

    private T element;
    private int bytes;

    /** How many elements were gathered here and not yet written. */
    private int gathered;

    private final Backoff backoff = new Backoff();

    Outstanding(T element) {
      this.element = element;
    }
  }
}
