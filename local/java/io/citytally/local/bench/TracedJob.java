package io.citytally.local.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.citytally.VoteCountingPipeline;
import io.citytally.config.VoteCountingConfig;
import io.citytally.dynamodb.DynamoDbEndpoint;
import io.citytally.dynamodb.RecentVotesSink;
import io.citytally.dynamodb.RejectedVotesSink;
import io.citytally.dynamodb.TallySink;
import io.citytally.dynamodb.TotalVotesTable;
import io.citytally.dynamodb.UpdateItems;
import io.citytally.feed.Admission;
import io.citytally.feed.KinesisFeed;
import io.citytally.feed.RawRecord;
import io.citytally.feed.ShardConsumer;
import io.citytally.feed.VoteChangeDecoder;
import io.citytally.feed.VoteFeed;
import io.citytally.vote.TallyKey;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemResponse;

/**
 * The job between two onlookers: one sees each record as it comes out of the source, in the same
 * task; the other each write of a total, and its answer. All in between is as ever.
 */
final class TracedJob {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** By it the copies of operators and sinks that Flink makes find it. */
  private static volatile VoteTrace current;

  private TracedJob() {}

  /** The job that the configuration describes, without a ballot. */
  static VoteCountingPipeline pipeline(VoteCountingConfig config, VoteTrace trace) {
    current = trace;
    DynamoDbEndpoint dynamoDb =
        new DynamoDbEndpoint(
            config.region(), config.dynamoDbEndpoint(), DynamoDbEndpoint.Credentials.LOCAL);
    int requests = config.maxInFlightRequests();
    return new VoteCountingPipeline(
        new TracedFeed(config),
        Admission.ofAtMost(config.maxChoices()),
        config.window(),
        config.dedupeTtl(),
        config.dedupeTtl(),
        config.epoch(),
        config.recentSize(),
        new TallySink(
            () -> new TracedUpdates(dynamoDb.createClient(requests)),
            config.totalVotesTable(),
            requests),
        new RecentVotesSink(dynamoDb, config.recentVotesTable(), requests),
        new RejectedVotesSink(
            dynamoDb, config.rejectedVotesTable(), requests, config.rejectedTtl()));
  }

  /** Takes down that a change record has arrived. */
  private static RawRecord arrived(RawRecord record) throws IOException {
    JsonNode image = JSON.readTree(record.payload).path("dynamodb").path("NewImage");
    current.arrived(
        image.path("id").path("S").asText(),
        new TallyKey(
            image.path("region").path("S").asText(), image.path("improvement").path("S").asText()),
        record.arrivedAtMillis);
    return record;
  }

  private static final class TracedFeed implements VoteFeed {

    private final KinesisFeed feed;

    TracedFeed(VoteCountingConfig config) {
      feed =
          new KinesisFeed(
              config.streamName(),
              config.votesTable(),
              new ShardConsumer(
                  config.region(),
                  config.feedEndpoint(),
                  true,
                  config.initialPosition(),
                  config.pollInterval(),
                  config.shardDiscoveryInterval()));
    }

    @Override
    public SingleOutputStreamOperator<RawRecord> addTo(StreamExecutionEnvironment env) {
      SingleOutputStreamOperator<RawRecord> records = feed.addTo(env);
      return records.map(TracedJob::arrived, records.getType());
    }

    @Override
    public VoteChangeDecoder decoder() {
      return feed.decoder();
    }
  }

  private static final class TracedUpdates implements UpdateItems {

    private final DynamoDbAsyncClient client;

    TracedUpdates(DynamoDbAsyncClient client) {
      this.client = client;
    }

    @Override
    public CompletableFuture<UpdateItemResponse> updateItem(UpdateItemRequest request) {
      long sent = System.nanoTime();
      return client
          .updateItem(request)
          .whenComplete(
              (response, error) -> {
                if (error == null) {
                  current.written(
                      TotalVotesTable.keyOf(request.key()),
                      Integer.parseInt(request.expressionAttributeValues().get(":added").n()),
                      sent);
                }
              });
    }

    @Override
    public void close() {
      client.close();
    }
  }
}
