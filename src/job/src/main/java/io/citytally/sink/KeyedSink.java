package io.citytally.sink;

import java.io.IOException;
import java.util.Collections;
import org.apache.flink.api.connector.sink2.InitContext;
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

  /**
   * Implements the method that Flink 1.20 still declares, and Flink 2 no longer does. Neither calls
   * it.
   *
   * <p>In 1.20 the parameter is {@code Sink.InitContext}, a member type that this class inherits
   * and that shadows the import. In 2 the member type is gone, and the import is what the name
   * means.
   */
  @Deprecated
  // There is nothing to override in Flink 2, nor anyone who calls it.
  @SuppressWarnings({"MissingOverride", "DoNotCallSuggester"})
  public final SinkWriter<T> createWriter(InitContext context) {
    throw new UnsupportedOperationException("Flink calls createWriter with a WriterInitContext");
  }
}
