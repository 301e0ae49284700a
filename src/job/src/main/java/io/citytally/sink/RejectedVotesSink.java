package io.citytally.sink;

import io.citytally.dynamodb.DynamoDbEndpoint;
import io.citytally.metric.Metric;
import io.citytally.table.RejectedVotesTable;
import io.citytally.vote.Choice;
import io.citytally.vote.RejectedVote;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import org.apache.flink.api.connector.sink2.StatefulSinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.util.function.SerializableSupplier;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * Puts each rejected record under its place in the stream, where a replay puts it again.
 *
 * <p>More of them than DynamoDB takes hold the stream back, good votes included: none is dropped.
 */
public final class RejectedVotesSink extends KeyedSink<RejectedVote> {

  private static final long serialVersionUID = 1L;

  static final SimpleVersionedSerializer<RejectedVote> SERIALIZER =
      new SnapshotSerializer<>(RejectedVotesSink::write, RejectedVotesSink::read);

  private final SerializableSupplier<PutItems> dynamoDb;
  private final String tableName;
  private final int maxInFlightRequests;
  private final Duration timeToLive;

  /**
   * @param tableName the table, of the shape of {@link RejectedVotesTable}
   * @param maxInFlightRequests how many items each subtask may be writing at a time, from 1
   * @param timeToLive how long an item is kept after the record's arrival, at least
   */
  public RejectedVotesSink(
      DynamoDbEndpoint endpoint, String tableName, int maxInFlightRequests, Duration timeToLive) {
    this(
        () -> PutItems.of(endpoint.createClient(maxInFlightRequests)),
        tableName,
        maxInFlightRequests,
        timeToLive);
  }

  /**
   * @param dynamoDb makes the connection of each writer, which closes it
   * @param tableName the table, of the shape of {@link RejectedVotesTable}
   * @param maxInFlightRequests how many items each subtask may be writing at a time, from 1
   * @param timeToLive how long an item is kept after the record's arrival, at least
   */
  public RejectedVotesSink(
      SerializableSupplier<PutItems> dynamoDb,
      String tableName,
      int maxInFlightRequests,
      Duration timeToLive) {
    this.dynamoDb = dynamoDb;
    this.tableName = tableName;
    this.maxInFlightRequests = maxInFlightRequests;
    this.timeToLive = timeToLive;
  }

  @Override
  public StatefulSinkWriter<RejectedVote, RejectedVote> restoreWriter(
      WriterInitContext context, Collection<RejectedVote> snapshot) throws IOException {
    return new Writer(
        context, snapshot, dynamoDb.get(), tableName, maxInFlightRequests, timeToLive);
  }

  @Override
  public SimpleVersionedSerializer<RejectedVote> getWriterStateSerializer() {
    return SERIALIZER;
  }

  private static void write(RejectedVote vote, DataOutput out) throws IOException {
    out.writeUTF(vote.shard);
    out.writeUTF(vote.position);
    out.writeUTF(vote.reason);
    out.writeUTF(vote.payload);
    out.writeLong(vote.arrivedAtMillis);
    out.writeBoolean(vote.choice != null);
    if (vote.choice != null) {
      out.writeUTF(vote.choice.region);
      out.writeUTF(vote.choice.improvement);
      out.writeUTF(vote.recast);
    }
  }

  private static RejectedVote read(DataInput in) throws IOException {
    String shard = in.readUTF();
    String position = in.readUTF();
    String reason = in.readUTF();
    String payload = in.readUTF();
    long arrivedAtMillis = in.readLong();
    if (!in.readBoolean()) {
      return new RejectedVote(shard, position, reason, payload, arrivedAtMillis);
    }
    Choice choice = new Choice(in.readUTF(), in.readUTF());
    return new RejectedVote(
        shard, position, reason, payload, arrivedAtMillis, choice, in.readUTF());
  }

  private static final class Writer extends PutSinkWriter<Map.Entry<String, String>, RejectedVote> {

    private final Duration timeToLive;

    Writer(
        WriterInitContext context,
        Collection<RejectedVote> snapshot,
        PutItems dynamoDb,
        String tableName,
        int maxInFlightRequests,
        Duration timeToLive)
        throws IOException {
      super(
          context,
          dynamoDb,
          new Settings<>(
              SERIALIZER, tableName, Metric.REJECTED_VOTES_OUTSTANDING, maxInFlightRequests),
          Metric.REJECTED_VOTES_WRITES);
      this.timeToLive = timeToLive;
      restore(snapshot);
    }

    @Override
    Map.Entry<String, String> keyOf(RejectedVote vote) {
      return Map.entry(vote.shard, vote.position);
    }

    @Override
    String describe(RejectedVote vote) {
      return String.format("shard '%s', position '%s'", vote.shard, vote.position);
    }

    @Override
    Map<String, AttributeValue> itemOf(RejectedVote vote) {
      return RejectedVotesTable.itemOf(vote, timeToLive);
    }
  }
}
