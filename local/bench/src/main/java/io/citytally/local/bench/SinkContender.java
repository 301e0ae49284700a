package io.citytally.local.bench;

import io.citytally.dynamodb.DynamoDbEndpoint;
import io.citytally.sink.TallySink;
import io.citytally.sink.UpdateItems;
import io.citytally.table.TotalVotesTable;
import io.citytally.vote.Choice;
import io.citytally.vote.Tally;
import java.net.URI;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemResponse;

/**
 * The sink of totals alone, with the SDK's own client: each number of the source is a total of
 * another choice, so a write of its own.
 *
 * @param port where a {@link SyntheticDynamoDb} answers
 * @param maxInFlightRequests how many writes may be under way
 */
record SinkContender(int port, int maxInFlightRequests) implements Contender {

  @Override
  public String name() {
    return "the sink";
  }

  @Override
  public void addTo(StreamExecutionEnvironment env, SyntheticSource source) {
    DynamoDbEndpoint endpoint =
        new DynamoDbEndpoint(
            "us-east-1",
            URI.create("http://127.0.0.1:" + port),
            DynamoDbEndpoint.Credentials.LOCAL);
    String courseId = source.courseId();
    int concurrency = maxInFlightRequests;
    env.fromSequence(0, source.count() - 1)
        .map(new ToTally(courseId))
        .returns(TypeInformation.of(Tally.class))
        .sinkTo(
            new TallySink(
                () -> new Told(endpoint.createClient(concurrency), Measurement.of(courseId)),
                TotalVotesTable.DEFAULT_NAME,
                concurrency));
  }

  private static final class ToTally extends RichMapFunction<Long, Tally> {

    private static final long serialVersionUID = 1L;

    private final String courseId;

    private transient Measurement course;

    ToTally(String courseId) {
      this.courseId = courseId;
    }

    @Override
    public void open(OpenContext context) {
      course = Measurement.of(courseId);
      course.sent(0);
    }

    @Override
    public Tally map(Long number) {
      course.sent(1);
      return new Tally(new Choice("District " + number % 20, "Improvement " + number), 1, 1, 0);
    }
  }

  /** The client, which tells the {@link Measurement} of each write that was answered. */
  private record Told(DynamoDbAsyncClient client, Measurement course) implements UpdateItems {

    @Override
    public CompletableFuture<UpdateItemResponse> updateItem(UpdateItemRequest request) {
      return client
          .updateItem(request)
          .whenComplete(
              (response, error) -> {
                if (error == null) {
                  course.wrote(request.key(), 1);
                }
              });
    }

    @Override
    public void close() {
      client.close();
    }
  }
}
