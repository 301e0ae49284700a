package io.citytally.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;

import io.citytally.sink.RecentVotesSink;
import io.citytally.sink.RejectedVotesSink;
import io.citytally.sink.TallySink;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.util.InstantiationUtil;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;

class DynamoDbEndpointTest {

  private static final DynamoDbEndpoint AWS =
      new DynamoDbEndpoint("eu-west-1", null, DynamoDbEndpoint.Credentials.AUTO);
  private static final DynamoDbEndpoint LOCAL =
      new DynamoDbEndpoint(
          "eu-west-1", URI.create("http://127.0.0.1:8000"), DynamoDbEndpoint.Credentials.LOCAL);

  @Test
  void onAwsAClientNeedsOnlyTheRegionAndTheApplicationsRole() {
    try (DynamoDbAsyncClient client = AWS.createClient(1)) {
      assertThat(client.serviceClientConfiguration().region()).isEqualTo(Region.EU_WEST_1);
      assertThat(client.serviceClientConfiguration().endpointOverride()).isEmpty();
      assertThat(client.serviceClientConfiguration().credentialsProvider())
          .isNotInstanceOf(StaticCredentialsProvider.class);
    }
  }

  @Test
  void anEmulatorHasItsAddressAndAnyKey() {
    try (DynamoDbAsyncClient client = LOCAL.createClient(1)) {
      assertThat(client.serviceClientConfiguration().endpointOverride())
          .contains(URI.create("http://127.0.0.1:8000"));
      assertThat(client.serviceClientConfiguration().credentialsProvider())
          .isInstanceOf(StaticCredentialsProvider.class);
    }
  }

  @Test
  void theSinksTravelToTheTaskManager() throws Exception {
    for (Sink<?> sink :
        List.of(
            new TallySink(LOCAL, "total_votes", 100),
            new RecentVotesSink(LOCAL, "recent_votes", 100),
            new RejectedVotesSink(LOCAL, "rejected_votes", 100, Duration.ofDays(30)))) {
      assertThat(InstantiationUtil.clone(sink)).isNotNull();
    }
  }
}
