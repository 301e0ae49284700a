package io.citytally.sink;

import io.citytally.dynamodb.DynamoDbEndpoint;
import io.citytally.metric.Metric;
import io.citytally.table.HistoryTable;
import io.citytally.table.IdempotentAdd;
import io.citytally.table.TotalVotesTable;
import io.citytally.table.TurnoutTable;
import io.citytally.vote.Choice;
import io.citytally.vote.Tally;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Collection;
import org.apache.flink.api.connector.sink2.StatefulSinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.util.function.SerializableSupplier;

/**
 * Adds tallies to {@code total_votes}, those of ballots to {@code turnout}, or those of the course
 * of the vote to {@code vote_history}, exactly once each: see {@link IdempotentAdd} for why, and
 * {@link TallySinkWriter} for how.
 */
public final class TallySink extends KeyedSink<Tally> {

  private static final long serialVersionUID = 1L;

  static final SimpleVersionedSerializer<Tally> SERIALIZER =
      new SnapshotSerializer<>(TallySink::write, TallySink::read);

  private final SerializableSupplier<UpdateItems> dynamoDb;
  private final String tableName;
  private final int maxInFlightRequests;
  private final Metric writes;

  private TallySink(
      SerializableSupplier<UpdateItems> dynamoDb,
      String tableName,
      int maxInFlightRequests,
      Metric writes) {
    this.dynamoDb = dynamoDb;
    this.tableName = tableName;
    this.maxInFlightRequests = maxInFlightRequests;
    this.writes = writes;
  }

  /**
   * A sink of the tallies of choices, or of ballots.
   *
   * @param tableName the table, of the shape of {@link TotalVotesTable}, or of {@link TurnoutTable}
   *     for tallies of ballots
   * @param maxInFlightRequests how many items each subtask may be writing at a time, from 1
   */
  public TallySink(DynamoDbEndpoint endpoint, String tableName, int maxInFlightRequests) {
    this(connectionTo(endpoint, maxInFlightRequests), tableName, maxInFlightRequests);
  }

  /**
   * The same.
   *
   * @param dynamoDb makes the connection of each writer, which closes it
   */
  public TallySink(
      SerializableSupplier<UpdateItems> dynamoDb, String tableName, int maxInFlightRequests) {
    this(dynamoDb, tableName, maxInFlightRequests, Metric.TALLY_WRITES);
  }

  /**
   * A sink of the tallies of the course of the vote.
   *
   * @param tableName the table, of the shape of {@link HistoryTable}
   * @param maxInFlightRequests how many items each subtask may be writing at a time, from 1
   */
  public static TallySink ofHistory(
      DynamoDbEndpoint endpoint, String tableName, int maxInFlightRequests) {
    return ofHistory(connectionTo(endpoint, maxInFlightRequests), tableName, maxInFlightRequests);
  }

  /**
   * The same.
   *
   * @param dynamoDb makes the connection of each writer, which closes it
   */
  public static TallySink ofHistory(
      SerializableSupplier<UpdateItems> dynamoDb, String tableName, int maxInFlightRequests) {
    return new TallySink(dynamoDb, tableName, maxInFlightRequests, Metric.HISTORY_WRITES);
  }

  private static SerializableSupplier<UpdateItems> connectionTo(
      DynamoDbEndpoint endpoint, int maxInFlightRequests) {
    return () -> UpdateItems.of(endpoint.createClient(maxInFlightRequests));
  }

  @Override
  public StatefulSinkWriter<Tally, Tally> restoreWriter(
      WriterInitContext context, Collection<Tally> snapshot) throws IOException {
    return new TallySinkWriter(
        context, snapshot, dynamoDb.get(), tableName, maxInFlightRequests, writes);
  }

  @Override
  public SimpleVersionedSerializer<Tally> getWriterStateSerializer() {
    return SERIALIZER;
  }

  private static void write(Tally tally, DataOutput out) throws IOException {
    out.writeUTF(tally.key.region);
    out.writeUTF(tally.key.improvement);
    out.writeLong(tally.epoch);
    out.writeLong(tally.added);
    out.writeLong(tally.removed);
  }

  private static Tally read(DataInput in) throws IOException {
    Choice key = new Choice(in.readUTF(), in.readUTF());
    return new Tally(key, in.readLong(), in.readLong(), in.readLong());
  }
}
