package io.citytally.source.kinesis;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.citytally.source.RawRecord;
import java.time.Duration;
import java.util.Properties;
import org.apache.flink.kinesis.shaded.com.amazonaws.regions.Regions;
import org.apache.flink.streaming.connectors.kinesis.FlinkKinesisConsumer;
import org.apache.flink.streaming.connectors.kinesis.config.AWSConfigConstants;
import org.apache.flink.streaming.util.MockStreamingRuntimeContext;
import org.junit.jupiter.api.Test;

/** Without the hook, a task manager keeps the class loader of each job that it has run. */
class ConnectorSdkTest {

  private static final class RegisteredException extends RuntimeException {

    private static final long serialVersionUID = 1L;
  }

  /** Ends the run of a consumer that registers a hook, before it reads. */
  private static final class RuntimeThatTakesAHook extends MockStreamingRuntimeContext {

    RuntimeThatTakesAHook() {
      super(false, 1, 0);
    }

    @Override
    public void registerUserCodeClassLoaderReleaseHookIfAbsent(String name, Runnable hook) {
      throw new RegisteredException();
    }
  }

  @Test
  void isReleasedAfterAJobThatReadsKinesis() {
    assertIsReleased(new KinesisConsumer("votes", properties(), null, Duration.ofHours(25)));
  }

  @Test
  void isReleasedAfterAJobThatReadsTheTablesOwnStream() {
    assertIsReleased(new DynamoDbStreamConsumer("arn", properties()));
  }

  @SuppressWarnings("deprecation") // of SourceFunction, which the consumer is
  private static void assertIsReleased(FlinkKinesisConsumer<RawRecord> consumer) {
    consumer.setRuntimeContext(new RuntimeThatTakesAHook());

    assertThatThrownBy(() -> consumer.run(null)).isInstanceOf(RegisteredException.class);
  }

  private static Properties properties() {
    Properties properties = new Properties();
    properties.setProperty(AWSConfigConstants.AWS_REGION, Regions.US_EAST_1.getName());
    return properties;
  }
}
