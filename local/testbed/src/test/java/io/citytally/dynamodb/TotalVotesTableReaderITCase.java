package io.citytally.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;

import io.citytally.table.TotalVotesTable;
import io.citytally.vote.Choice;
import io.citytally.vote.UnavailableException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.util.InstantiationUtil;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

class TotalVotesTableReaderITCase {

  private static final Duration TIMEOUT = Duration.ofSeconds(30);
  private static final Choice PARK = new Choice("North", "park");

  @RegisterExtension static final LocalDynamoDbExtension DYNAMODB = new LocalDynamoDbExtension();

  @Test
  void knowsWhetherThereIsATotalWhoeverWroteIt() throws Exception {
    DYNAMODB.createTable("some", TotalVotesTable.REGION, TotalVotesTable.IMPROVEMENT);
    Map<String, AttributeValue> item = new HashMap<>(TotalVotesTable.keyOf(PARK));
    item.put(TotalVotesTable.TOTAL_VOTES, AttributeValue.fromN("0"));
    DYNAMODB.put("some", item);

    try (TotalVotesTableReader reader = reader("some")) {
      assertThat(reader.hasTotal(PARK)).succeedsWithin(TIMEOUT).isEqualTo(true);
      assertThat(reader.hasTotal(new Choice("North", "pool")))
          .succeedsWithin(TIMEOUT)
          .isEqualTo(false);
    }
  }

  @Test
  void saysWhatToCheckIfTheTableIsMissing() throws Exception {
    try (TotalVotesTableReader reader = reader("none")) {
      assertThat(reader.hasTotal(PARK))
          .failsWithin(TIMEOUT)
          .withThrowableThat()
          .withCauseInstanceOf(IllegalStateException.class)
          .withMessageContaining("(region 'North', improvement 'park') of table 'none'")
          .withMessageContaining("that the job's role may GetItem from it");
    }
  }

  @Test
  void tellsThatItMayPassIfNothingListens() throws Exception {
    int port;
    try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = closed.getLocalPort();
    }
    DynamoDbEndpoint away =
        new DynamoDbEndpoint(
            "eu-central-1",
            URI.create("http://127.0.0.1:" + port),
            DynamoDbEndpoint.Credentials.LOCAL);

    try (TotalVotesTableReader reader = new TotalVotesTableReader(away, "some", "turnout")) {
      assertThat(reader.hasTotal(PARK))
          .failsWithin(TIMEOUT)
          .withThrowableThat()
          .withCauseInstanceOf(UnavailableException.class);
    }
  }

  private static TotalVotesTableReader reader(String table) throws Exception {
    return InstantiationUtil.clone(
        new TotalVotesTableReader(DYNAMODB.endpoint(), table, "turnout"));
  }
}
