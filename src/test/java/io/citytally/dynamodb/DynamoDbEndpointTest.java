package io.citytally.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.Map;
import org.apache.flink.util.InstantiationUtil;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;

class DynamoDbEndpointTest {

  private static final DynamoDbEndpoint AWS =
      new DynamoDbEndpoint("eu-west-1", null, DynamoDbEndpoint.Credentials.AUTO);

  @Test
  void onAwsTheRegionAndTheRoleOfTheApplicationAreAll() {
    assertThat(AWS.clientProperties())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "aws.region", "eu-west-1",
                "aws.credentials.provider", "AUTO",
                "aws.http.protocol.version", "HTTP1_1"));
    try (DynamoDbAsyncClient client = AWS.createClient(1)) {
      assertThat(client.serviceClientConfiguration().region()).isEqualTo(Region.EU_WEST_1);
      assertThat(client.serviceClientConfiguration().endpointOverride()).isEmpty();
      assertThat(client.serviceClientConfiguration().credentialsProvider())
          .isNotInstanceOf(StaticCredentialsProvider.class);
    }
  }

  @Test
  void theSinksTravelToTheTaskManager() throws Exception {
    DynamoDbEndpoint local =
        new DynamoDbEndpoint(
            "eu-west-1", URI.create("http://127.0.0.1:8000"), DynamoDbEndpoint.Credentials.LOCAL);

    assertThat(InstantiationUtil.clone(new TallySink(local, "total_votes", 100))).isNotNull();
    assertThat(InstantiationUtil.clone(local).clientProperties())
        .isEqualTo(local.clientProperties());
  }
}
