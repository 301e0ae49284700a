package io.citytally.sink;

import io.citytally.dynamodb.DynamoDbEndpoint;
import io.citytally.metric.Metric;
import io.citytally.table.RecentVotesTable;
import io.citytally.vote.Choice;
import io.citytally.vote.RecentVotes;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.connector.sink2.StatefulSinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.util.function.SerializableSupplier;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * Puts the recent votes of each list over those before.
 *
 * <p>While a list is on its way, the newest of those that come after it waits, and takes its place
 * once its request has ended. So within one subtask an older list never overwrites a newer one, not
 * even after a retry or out of a snapshot; a sink of one subtask is what keeps the order. The
 * exception is a request that DynamoDB carries out after its answer has been given up.
 */
public final class RecentVotesSink extends KeyedSink<RecentVotes> {

  private static final long serialVersionUID = 1L;

  static final SimpleVersionedSerializer<RecentVotes> SERIALIZER =
      new SnapshotSerializer<>(RecentVotesSink::write, RecentVotesSink::read);

  private final SerializableSupplier<PutItems> dynamoDb;
  private final String tableName;
  private final int maxInFlightRequests;

  /**
   * @param tableName the table, of the shape of {@link RecentVotesTable}
   * @param maxInFlightRequests how many lists each subtask may be writing at a time, from 1
   */
  public RecentVotesSink(DynamoDbEndpoint endpoint, String tableName, int maxInFlightRequests) {
    this(
        () -> PutItems.of(endpoint.createClient(maxInFlightRequests)),
        tableName,
        maxInFlightRequests);
  }

  /**
   * @param dynamoDb makes the connection of each writer, which closes it
   * @param tableName the table, of the shape of {@link RecentVotesTable}
   * @param maxInFlightRequests how many lists each subtask may be writing at a time, from 1
   */
  public RecentVotesSink(
      SerializableSupplier<PutItems> dynamoDb, String tableName, int maxInFlightRequests) {
    this.dynamoDb = dynamoDb;
    this.tableName = tableName;
    this.maxInFlightRequests = maxInFlightRequests;
  }

  @Override
  public StatefulSinkWriter<RecentVotes, RecentVotes> restoreWriter(
      WriterInitContext context, Collection<RecentVotes> snapshot) throws IOException {
    return new Writer(context, snapshot, dynamoDb.get(), tableName, maxInFlightRequests);
  }

  @Override
  public SimpleVersionedSerializer<RecentVotes> getWriterStateSerializer() {
    return SERIALIZER;
  }

  private static void write(RecentVotes recent, DataOutput out) throws IOException {
    out.writeUTF(recent.list);
    out.writeInt(recent.votes.length);
    for (RecentVotes.Vote vote : recent.votes) {
      out.writeUTF(vote.choice.region);
      out.writeUTF(vote.choice.improvement);
      out.writeLong(vote.castAtMillis);
    }
  }

  private static RecentVotes read(DataInput in) throws IOException {
    String list = in.readUTF();
    List<RecentVotes.Vote> votes = new ArrayList<>();
    for (int left = in.readInt(); left > 0; left--) {
      Choice choice = new Choice(in.readUTF(), in.readUTF());
      votes.add(new RecentVotes.Vote(choice, in.readLong()));
    }
    return new RecentVotes(list, votes.toArray(new RecentVotes.Vote[0]));
  }

  private static final class Writer extends PutSinkWriter<String, RecentVotes> {

    Writer(
        WriterInitContext context,
        Collection<RecentVotes> snapshot,
        PutItems dynamoDb,
        String tableName,
        int maxInFlightRequests)
        throws IOException {
      super(
          context,
          dynamoDb,
          new Settings<>(
              SERIALIZER, tableName, Metric.RECENT_VOTES_OUTSTANDING, maxInFlightRequests),
          Metric.RECENT_VOTES_WRITES);
      restore(snapshot);
    }

    @Override
    String keyOf(RecentVotes recent) {
      return recent.list;
    }

    @Override
    String describe(RecentVotes recent) {
      return "list '" + recent.list + "'";
    }

    @Override
    Map<String, AttributeValue> itemOf(RecentVotes recent) {
      return RecentVotesTable.itemOf(recent);
    }
  }
}
