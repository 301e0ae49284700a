package io.citytally;

import static org.assertj.core.api.Assertions.assertThat;

import io.citytally.config.VoteCountingConfig;
import java.util.Map;
import java.util.Properties;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.graph.StreamNode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The pipeline that the configuration stands for, with its own source and sinks. */
class VoteCountingJobTest {

  @ParameterizedTest
  @CsvSource({
    "kinesis,",
    "dynamodb-streams, arn:aws:dynamodb:eu-west-1:123456789012:table/votes/stream/2024-01-01T00:00"
  })
  void everyOperatorKeepsItsStateUnderTheSameUidForGood(String kind, String streamArn)
      throws Exception {
    Properties source = new Properties();
    source.setProperty("source", kind);
    if (streamArn != null) {
      source.setProperty("stream.arn", streamArn);
    }
    Properties aws = new Properties();
    aws.setProperty("region", "eu-west-1");
    VoteCountingConfig config =
        VoteCountingConfig.parse(Map.of("citytally.aws", aws, "citytally.source", source));

    try (StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment()) {
      VoteCountingJob.pipeline(config).addTo(env);

      assertThat(env.getStreamGraph(false).getStreamNodes())
          .extracting(StreamNode::getTransformationUID)
          .containsExactlyInAnyOrder(VoteCountingPipelineTest.UIDS);
    }
  }
}
