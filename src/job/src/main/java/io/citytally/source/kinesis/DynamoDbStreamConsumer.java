package io.citytally.source.kinesis;

import io.citytally.source.RawRecord;
import java.util.List;
import java.util.Properties;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.streaming.connectors.kinesis.FlinkDynamoDBStreamsConsumer;

/** Polls a table's own stream as its parent does, and leaves nothing of the job behind. */
final class DynamoDbStreamConsumer extends FlinkDynamoDBStreamsConsumer<RawRecord> {

  private static final long serialVersionUID = 1L;

  /**
   * @param configured what the connector is told
   */
  @SuppressWarnings("unchecked") // the constructor's schema is a raw type
  DynamoDbStreamConsumer(String streamArn, Properties configured) {
    super(List.of(streamArn), new RawRecordSchema(), configured);
  }

  @Override
  public void initializeState(FunctionInitializationContext context) throws Exception {
    JobClassLoader.releaseAfter(getRuntimeContext());
    super.initializeState(context);
  }
}
