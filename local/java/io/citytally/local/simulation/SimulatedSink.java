package io.citytally.local.simulation;

import java.io.Serializable;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;

/** A sink that puts each element into the simulated DynamoDB at once. */
final class SimulatedSink<T> implements Sink<T> {

  private static final long serialVersionUID = 1L;

  private final Put<T> put;

  /** How an element is put. */
  interface Put<T> extends Serializable {
    void into(SimulatedDynamoDb dynamoDb, T element);
  }

  SimulatedSink(Put<T> put) {
    this.put = put;
  }

  @Override
  public SinkWriter<T> createWriter(WriterInitContext context) {
    return new Writer<>(put, SimulatedDynamoDb.current());
  }

  /** Not called by Flink 1.20. */
  @Override
  @Deprecated
  public SinkWriter<T> createWriter(InitContext context) {
    throw new UnsupportedOperationException("Flink 1.20 asks with a WriterInitContext");
  }

  private record Writer<T>(Put<T> put, SimulatedDynamoDb dynamoDb) implements SinkWriter<T> {

    @Override
    public void write(T element, Context context) {
      put.into(dynamoDb, element);
    }

    @Override
    public void flush(boolean endOfInput) {}

    @Override
    public void close() {}
  }
}
