package io.citytally.local.bench;

import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.util.function.SerializableFunction;

/**
 * Stands for a table: notes where each total stands, and that it was told.
 *
 * @param courseId of the {@link Measurement} that is told
 * @param key whose total it is
 * @param total how many votes it has
 */
record CountingSink<T>(
    String courseId, SerializableFunction<T, Object> key, SerializableFunction<T, Long> total)
    implements Sink<T> {

  @Override
  public SinkWriter<T> createWriter(WriterInitContext context) {
    Measurement course = Measurement.of(courseId);
    return new SinkWriter<>() {
      @Override
      public void write(T element, Context at) {
        course.wrote(key.apply(element), total.apply(element));
      }

      @Override
      public void flush(boolean endOfInput) {}

      @Override
      public void close() {}
    };
  }

  /** Not called by Flink 1.20. */
  @Override
  @Deprecated
  public SinkWriter<T> createWriter(InitContext context) {
    throw new UnsupportedOperationException("Flink 1.20 asks with a WriterInitContext");
  }
}
