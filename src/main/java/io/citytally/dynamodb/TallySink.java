package io.citytally.dynamodb;

import io.citytally.vote.Tally;
import java.util.Collection;
import java.util.Collections;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.connector.base.sink.AsyncSinkBase;
import org.apache.flink.connector.base.sink.writer.BufferedRequestState;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.util.function.SerializableSupplier;

/**
 * Adds tallies to {@code total_votes}, exactly once each: see {@link IdempotentAdd} for why, and
 * {@link TallySinkWriter} for how.
 */
@SuppressWarnings("deprecation") // AsyncSinkBase itself is built on what Flink 1.20 deprecates.
public final class TallySink extends AsyncSinkBase<Tally, TallyEntry> {

  private final SerializableSupplier<UpdateItems> dynamoDb;
  private final String tableName;

  /**
   * @param tableName the table, of the shape of {@link TotalVotesTable}
   * @param maxInFlightRequests how many items each subtask may be writing at a time, from 1
   */
  public TallySink(DynamoDbEndpoint endpoint, String tableName, int maxInFlightRequests) {
    this(
        () -> UpdateItems.of(endpoint.createClient(maxInFlightRequests)),
        tableName,
        maxInFlightRequests);
  }

  /**
   * @param dynamoDb makes the connection of each writer, which closes it
   * @param tableName the table, of the shape of {@link TotalVotesTable}
   * @param maxInFlightRequests how many items each subtask may be writing at a time, from 1
   */
  public TallySink(
      SerializableSupplier<UpdateItems> dynamoDb, String tableName, int maxInFlightRequests) {
    super(
        (tally, context) -> new TallyEntry(tally),
        TallySinkWriter.MAX_BATCH_SIZE,
        maxInFlightRequests,
        TallySinkWriter.MAX_BUFFERED_REQUESTS,
        TallySinkWriter.MAX_SIZE_IN_BYTES,
        TallySinkWriter.MAX_TIME_IN_BUFFER.toMillis(),
        TallySinkWriter.MAX_SIZE_IN_BYTES);
    this.dynamoDb = dynamoDb;
    this.tableName = tableName;
  }

  @Override
  public StatefulSinkWriter<Tally, BufferedRequestState<TallyEntry>> createWriter(
      WriterInitContext context) {
    return restoreWriter(context, Collections.emptyList());
  }

  @Override
  public StatefulSinkWriter<Tally, BufferedRequestState<TallyEntry>> restoreWriter(
      WriterInitContext context, Collection<BufferedRequestState<TallyEntry>> states) {
    return new TallySinkWriter(
        context, states, dynamoDb.get(), tableName, getMaxInFlightRequests());
  }

  /** Not called by Flink 1.20. */
  @Override
  @Deprecated
  public StatefulSinkWriter<Tally, BufferedRequestState<TallyEntry>> createWriter(
      InitContext context) {
    throw new UnsupportedOperationException("Flink 1.20 asks with a WriterInitContext");
  }

  @Override
  public SimpleVersionedSerializer<BufferedRequestState<TallyEntry>> getWriterStateSerializer() {
    return new TallyStateSerializer();
  }
}
