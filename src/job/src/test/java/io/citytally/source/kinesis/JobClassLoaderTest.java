package io.citytally.source.kinesis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.citytally.source.RawRecord;
import java.net.URL;
import java.net.URLClassLoader;
import java.time.Duration;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import org.apache.flink.kinesis.shaded.com.amazonaws.regions.Regions;
import org.apache.flink.streaming.connectors.kinesis.FlinkKinesisConsumer;
import org.apache.flink.streaming.connectors.kinesis.config.AWSConfigConstants;
import org.apache.flink.streaming.util.MockStreamingRuntimeContext;
import org.junit.jupiter.api.Test;

/** Without the hook, a task manager keeps the class loader of each job that it has run. */
class JobClassLoaderTest {

  private static final class RegisteredException extends RuntimeException {

    private static final long serialVersionUID = 1L;
  }

  /** Ends the start of a consumer that registers a hook, before it restores anything. */
  private static final class RuntimeThatTakesAHook extends MockStreamingRuntimeContext {

    private final ClassLoader classLoader = new URLClassLoader(new URL[0]);
    private Runnable hook;

    RuntimeThatTakesAHook() {
      super(false, 1, 0);
    }

    @Override
    public ClassLoader getUserCodeClassLoader() {
      return classLoader;
    }

    @Override
    public void registerUserCodeClassLoaderReleaseHookIfAbsent(String name, Runnable hook) {
      this.hook = hook;
      throw new RegisteredException();
    }
  }

  private final RuntimeThatTakesAHook job = new RuntimeThatTakesAHook();

  @Test
  void isReleasedAfterAJobThatReadsKinesis() {
    assertIsReleased(new KinesisConsumer("votes", properties(), null, Duration.ofHours(25)));
  }

  @Test
  void isReleasedAfterAJobThatReadsTheTablesOwnStream() {
    assertIsReleased(new DynamoDbStreamConsumer("arn", properties()));
  }

  @Test
  void isTakenFromAThreadThatATaskHasStartedInAPoolOfFlink() throws Exception {
    assertIsReleased(new DynamoDbStreamConsumer("arn", properties()));
    CountDownLatch end = new CountDownLatch(1);
    Thread pooled = threadThatAwaits(end, job.classLoader);
    ClassLoader other = new URLClassLoader(new URL[0]);
    Thread unconcerned = threadThatAwaits(end, other);

    job.hook.run();

    assertThat(pooled.getContextClassLoader())
        .isSameAs(FlinkKinesisConsumer.class.getClassLoader());
    assertThat(unconcerned.getContextClassLoader()).isSameAs(other);
    end.countDown();
    pooled.join();
    unconcerned.join();
  }

  private static Thread threadThatAwaits(CountDownLatch end, ClassLoader classLoader) {
    Thread thread =
        new Thread(
            () -> {
              try {
                end.await();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    thread.setContextClassLoader(classLoader);
    thread.start();
    return thread;
  }

  private void assertIsReleased(FlinkKinesisConsumer<RawRecord> consumer) {
    consumer.setRuntimeContext(job);

    assertThatThrownBy(() -> consumer.initializeState(null))
        .isInstanceOf(RegisteredException.class);
  }

  private static Properties properties() {
    Properties properties = new Properties();
    properties.setProperty(AWSConfigConstants.AWS_REGION, Regions.US_EAST_1.getName());
    return properties;
  }
}
