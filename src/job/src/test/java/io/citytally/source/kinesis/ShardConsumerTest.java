package io.citytally.source.kinesis;

import static org.assertj.core.api.Assertions.assertThat;

import io.citytally.source.RawRecord;
import io.citytally.source.VoteSource;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.junit.jupiter.api.Test;

class ShardConsumerTest {

  private static final ShardConsumer ON_AWS =
      new ShardConsumer(
          "eu-west-1",
          null,
          false,
          Instant.parse("2026-11-28T12:00:00.5Z"),
          Duration.ofMillis(250),
          Duration.ofSeconds(30));
  private static final ShardConsumer LOCAL =
      new ShardConsumer(
          "eu-west-1",
          URI.create("http://127.0.0.1:4567"),
          true,
          null,
          Duration.ofMillis(50),
          Duration.ofSeconds(1));

  @Test
  void onAwsItTakesTheDefaultEndpointAndCredentials() {
    assertThat(ON_AWS.properties())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "aws.region", "eu-west-1",
                "aws.credentials.provider", "AUTO",
                "flink.stream.initpos", "AT_TIMESTAMP",
                "flink.stream.initpos.timestamp", "2026-11-28T12:00:00.500Z",
                "flink.shard.getrecords.intervalmillis", "250",
                "flink.shard.discovery.intervalmillis", "30000"));
  }

  @Test
  void forAnEmulatorItTakesItsEndpointAndDummyKeys() {
    assertThat(LOCAL.properties())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "aws.region", "eu-west-1",
                "aws.endpoint", "http://127.0.0.1:4567",
                "aws.credentials.provider", "BASIC",
                "aws.credentials.provider.basic.accesskeyid", "local",
                "aws.credentials.provider.basic.secretkey", "local",
                "flink.stream.initpos", "TRIM_HORIZON",
                "flink.shard.getrecords.intervalmillis", "50",
                "flink.shard.discovery.intervalmillis", "1000"));
  }

  @Test
  void eitherSourceIsOneSourceWithoutKryo() {
    List<VoteSource> sources =
        List.of(
            new KinesisVoteSource("votes", "votes", LOCAL, Duration.ofHours(25)),
            new DynamoDbStreamsVoteSource("arn", ON_AWS));

    for (VoteSource source : sources) {
      StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
      var records = source.addTo(env);

      assertThat(records.getName()).isEqualTo("feed");
      assertThat(records.getTransformation().getUid()).isEqualTo("feed");
      assertThat(records.getType()).isEqualTo(Types.POJO(RawRecord.class));
    }
  }
}
