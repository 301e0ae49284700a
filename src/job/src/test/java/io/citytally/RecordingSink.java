package io.citytally;

import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.flink.api.connector.sink2.InitContext;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;

/** Keeps what a job writes, for the test that runs the job in its own virtual machine. */
final class RecordingSink<T> implements Sink<T> {

  private static final long serialVersionUID = 1L;

  /** A job works on a copy of the sink: the two find each other here. */
  private static final Map<String, Queue<Object>> RECORDS = new ConcurrentHashMap<>();

  private final String id = UUID.randomUUID().toString();
  private final Class<T> type;

  RecordingSink(Class<T> type) {
    this.type = type;
    RECORDS.put(id, new ConcurrentLinkedQueue<>());
  }

  /** What was written, in this order. */
  List<T> records() {
    return RECORDS.get(id).stream().<T>map(type::cast).toList();
  }

  @Override
  public SinkWriter<T> createWriter(WriterInitContext context) {
    return new Writer<>(RECORDS.get(id));
  }

  /** Implements the method that Flink 1.20 still declares, and Flink 2 no longer does. */
  @Deprecated
  @SuppressWarnings("MissingOverride") // there is nothing to override in Flink 2
  public SinkWriter<T> createWriter(InitContext context) {
    throw new UnsupportedOperationException("Flink calls createWriter with a WriterInitContext");
  }

  private record Writer<T>(Queue<Object> records) implements SinkWriter<T> {

    @Override
    public void write(T record, Context context) {
      records.add(record);
    }

    @Override
    public void flush(boolean endOfInput) {}

    @Override
    public void close() {}
  }
}
