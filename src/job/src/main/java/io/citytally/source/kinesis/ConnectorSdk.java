package io.citytally.source.kinesis;

import org.apache.flink.api.common.functions.RuntimeContext;
import org.apache.flink.kinesis.shaded.com.amazonaws.http.IdleConnectionReaper;
import org.apache.flink.kinesis.shaded.com.amazonaws.metrics.AwsSdkMetrics;

/**
 * The SDK within the connector. It registers an MBean and starts a thread, which outlive the job
 * and hold its class loader: at each start of a job a task manager would lose some 28 MB of
 * metaspace and 16 MB of direct memory, for good.
 */
final class ConnectorSdk {

  private ConnectorSdk() {}

  /** Has Flink release what the SDK holds when the job leaves this process. */
  static void releaseAfter(RuntimeContext job) {
    job.registerUserCodeClassLoaderReleaseHookIfAbsent(
        "aws-sdk-of-the-connector", ConnectorSdk::release);
  }

  private static void release() {
    AwsSdkMetrics.unregisterMetricAdminMBean();
    IdleConnectionReaper.shutdown();
  }
}
