package io.citytally.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.citytally.local.legacy.LegacyLambda;
import io.citytally.local.memory.InMemoryDynamoDb;
import io.citytally.metric.Metric;
import io.citytally.vote.Choice;
import io.citytally.vote.Tally;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;

/** What Citytally is there to mend. */
class LegacyLambdaTest {

  private static final Choice KEY = new Choice("Centre", "A bridge");

  private final InMemoryDynamoDb table = new InMemoryDynamoDb();
  private final InMemoryConnection connection = new InMemoryConnection(table);

  @Test
  void theLambdaCountsVotesTwiceWhenABatchIsRetried() {
    List<Choice> batch = Collections.nCopies(10, KEY);
    LegacyLambda lambda = new LegacyLambda(losingOneAnswerAfter(6), "total_votes");

    Throwable failure = catchThrowable(() -> lambda.handle(batch));
    lambda.handle(batch);

    assertThat(failure).hasRootCauseInstanceOf(ApiCallTimeoutException.class);
    assertThat(total()).isEqualTo(17);
  }

  @Test
  void theTallyOfTheSameVotesIsExactThroughTheSameFailureAndRetry() throws Exception {
    UpdateItems dynamoDb = losingOneAnswerAfter(6);

    for (int attempt = 1; attempt <= 2; attempt++) {
      SinkWriterTestContext flink = new SinkWriterTestContext();
      TallySinkWriter writer =
          new TallySinkWriter(flink, List.of(), dynamoDb, "total_votes", 100, Metric.TALLY_WRITES);
      for (int votes = 1; votes <= 10; votes++) {
        writer.write(new Tally(KEY, 1, votes, 0), null);
        flink.runMailbox();
      }
      flink.passMillis(100);
    }

    assertThat(total()).isEqualTo(10);
  }

  private UpdateItems losingOneAnswerAfter(int answers) {
    table.answerAtOnce(true);
    return request -> {
      if (table.requests() != answers) {
        return connection.updateItem(request);
      }
      connection.updateItem(request);
      return CompletableFuture.failedFuture(ApiCallTimeoutException.create(1));
    };
  }

  private long total() {
    return table.totals().get(KEY);
  }
}
