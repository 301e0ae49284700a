package io.citytally.local.bench;

import io.citytally.cli.target.LocalAws;
import io.citytally.local.cloud.LocalCloud;
import io.citytally.local.legacy.LegacyLambda;
import io.citytally.local.lifecycle.Closing;
import io.citytally.local.lifecycle.FailureSignal;
import io.citytally.local.lifecycle.Retry;
import io.citytally.sink.UpdateItems;
import io.citytally.table.TotalVotesTable;
import io.citytally.table.VotesTable;
import io.citytally.vote.Choice;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.Record;
import software.amazon.awssdk.services.dynamodb.model.ShardIteratorType;
import software.amazon.awssdk.services.dynamodb.streams.DynamoDbStreamsClient;

/**
 * The Lambda before the job, on the stream of the votes table, as what calls it on AWS does: that
 * asks four times a second, and for up to 100 records (AWS Lambda Developer Guide, "Process
 * DynamoDB records with Lambda").
 */
final class LegacyLambdaTrace {

  private static final int BATCH = 100;
  private static final long POLL_MILLIS = 250;

  private final DynamoDbStreamsClient streams;
  private final String streamArn;
  private final LegacyLambda lambda;
  private final VoteTrace trace;
  private volatile boolean closed;

  private LegacyLambdaTrace(
      DynamoDbStreamsClient streams,
      String streamArn,
      DynamoDbAsyncClient tables,
      VoteTrace trace) {
    this.streams = streams;
    this.streamArn = streamArn;
    this.trace = trace;
    this.lambda = new LegacyLambda(traced(tables), TotalVotesTable.DEFAULT_NAME);
  }

  /**
   * @param closing gets what is to be closed
   * @param alarm is raised if it can't go on
   */
  static void start(
      Closing closing,
      LocalCloud cloud,
      DynamoDbAsyncClient tables,
      VoteTrace trace,
      FailureSignal alarm)
      throws Exception {
    LegacyLambdaTrace lambda =
        new LegacyLambdaTrace(
            closing.add(LocalAws.dynamoDbStreams(cloud.dynamoDbEndpoint())),
            cloud
                .dynamoDb()
                .describeTable(table -> table.tableName(VotesTable.DEFAULT_NAME))
                .table()
                .latestStreamArn(),
            tables,
            trace);
    Thread thread = new Thread(() -> lambda.run(alarm), "lambda");
    thread.setDaemon(true);
    closing.add(
        () -> {
          lambda.closed = true;
          thread.join();
        });
    thread.start();
  }

  private UpdateItems traced(DynamoDbAsyncClient tables) {
    return request -> {
      long sent = System.nanoTime();
      Choice choice = TotalVotesTable.keyOf(request.key());
      return tables
          .updateItem(request)
          .whenComplete(
              (response, error) -> {
                if (error == null) {
                  trace.written(choice, trace.written(choice) + 1, sent);
                }
              });
    };
  }

  private void run(FailureSignal alarm) {
    try {
      String iterator = oldest();
      while (!closed) {
        String from = iterator;
        var response =
            Retry.with(() -> streams.getRecords(get -> get.shardIterator(from).limit(BATCH)));
        iterator = response.nextShardIterator();
        if (response.records().isEmpty()) {
          Retry.pause(POLL_MILLIS);
        } else {
          lambda.handle(arrived(response.records()));
        }
      }
    } catch (RuntimeException e) {
      alarm.raise(e);
    }
  }

  private String oldest() {
    String shard =
        streams
            .describeStream(describe -> describe.streamArn(streamArn))
            .streamDescription()
            .shards()
            .get(0)
            .shardId();
    return streams
        .getShardIterator(
            get ->
                get.streamArn(streamArn)
                    .shardId(shard)
                    .shardIteratorType(ShardIteratorType.TRIM_HORIZON))
        .shardIterator();
  }

  private List<Choice> arrived(List<Record> records) {
    List<Choice> choices = new ArrayList<>();
    for (Record each : records) {
      Map<String, AttributeValue> image = each.dynamodb().newImage();
      Choice choice = new Choice(image.get("region").s(), image.get("improvement").s());
      // The stream is the table's own: a vote is in it when it is in the table.
      trace.arrived(image.get("id").s(), choice, 0);
      choices.add(choice);
    }
    return choices;
  }
}
