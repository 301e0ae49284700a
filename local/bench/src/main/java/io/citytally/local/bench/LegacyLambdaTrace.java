package io.citytally.local.bench;

import io.citytally.cli.aws.LocalAws;
import io.citytally.local.cloud.CastVote;
import io.citytally.local.cloud.LocalCloud;
import io.citytally.local.legacy.ChangeStream;
import io.citytally.local.legacy.EventSourceMapping;
import io.citytally.local.legacy.LegacyLambda;
import io.citytally.local.lifecycle.Closing;
import io.citytally.local.lifecycle.FailureSignal;
import io.citytally.sink.UpdateItems;
import io.citytally.table.TotalVotesTable;
import io.citytally.table.VotesTable;
import io.citytally.vote.Choice;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;

/** The Lambda before the job, on the stream of the votes table. */
final class LegacyLambdaTrace {

  private LegacyLambdaTrace() {}

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
    String streamArn =
        cloud
            .dynamoDb()
            .describeTable(table -> table.tableName(VotesTable.DEFAULT_NAME))
            .table()
            .latestStreamArn();
    ChangeStream stream =
        ChangeStream.of(closing.add(LocalAws.dynamoDbStreams(cloud.dynamoDbEndpoint())), streamArn);
    LegacyLambda lambda = new LegacyLambda(traced(tables, trace), TotalVotesTable.DEFAULT_NAME);
    closing.add(
        new EventSourceMapping(
                stream,
                batch -> {
                  // The stream is the table's own: a vote is in it when it is in the table.
                  batch.forEach(vote -> trace.arrived(vote.id(), vote.choice(), 0));
                  lambda.handle(batch.stream().map(CastVote::choice).toList());
                },
                alarm)
            .start());
  }

  private static UpdateItems traced(DynamoDbAsyncClient tables, VoteTrace trace) {
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
}
