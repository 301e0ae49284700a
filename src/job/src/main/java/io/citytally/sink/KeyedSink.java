package io.citytally.sink;

import java.io.IOException;
import java.util.Collections;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.SupportsWriterState;
import org.apache.flink.api.connector.sink2.WriterInitContext;

/**
 * A sink of {@link KeyedSinkWriter}s. Its state is what they have outstanding, element by element.
 */
abstract class KeyedSink<T> implements Sink<T>, SupportsWriterState<T, T> {

  private static final long serialVersionUID = 1L;

  @Override
  public final SinkWriter<T> createWriter(WriterInitContext context) throws IOException {
    return restoreWriter(context, Collections.emptyList());
  }

  /** Not called by Flink 1.20. */
  @Override
  @Deprecated
  public final SinkWriter<T> createWriter(InitContext context) {
    throw new UnsupportedOperationException("Flink 1.20 asks with a WriterInitContext");
  }
}
