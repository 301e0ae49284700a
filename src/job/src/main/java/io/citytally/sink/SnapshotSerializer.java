package io.citytally.sink;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;

/** What a {@link KeyedSinkWriter} has outstanding, as the bytes of a snapshot. */
final class SnapshotSerializer<T> implements SimpleVersionedSerializer<T> {

  /** The first was that of Flink's asynchronous sinks. */
  private static final int VERSION = 2;

  private static final int USUAL_SIZE = 256;

  private final Writer<T> writer;
  private final Reader<T> reader;

  /**
   * Writes an element's fields, texts with {@code writeUTF}: none is near the 64 KB that it takes,
   * and what is damaged can't ask for more.
   */
  interface Writer<T> {
    void write(T element, DataOutput out) throws IOException;
  }

  /** Reads them in the same order. */
  interface Reader<T> {
    T read(DataInput in) throws IOException;
  }

  SnapshotSerializer(Writer<T> writer, Reader<T> reader) {
    this.writer = writer;
    this.reader = reader;
  }

  @Override
  public int getVersion() {
    return VERSION;
  }

  @Override
  public byte[] serialize(T element) throws IOException {
    DataOutputSerializer out = new DataOutputSerializer(USUAL_SIZE);
    writer.write(element, out);
    return out.getCopyOfBuffer();
  }

  @Override
  public T deserialize(int version, byte[] serialized) throws IOException {
    if (version != VERSION) {
      throw new IOException(
          "what is outstanding in this snapshot is written in version "
              + version
              + ", this job reads version "
              + VERSION);
    }
    try {
      return reader.read(new DataInputDeserializer(serialized));
    } catch (IllegalArgumentException e) {
      throw new IOException(
          "what is outstanding in this snapshot is damaged: " + e.getMessage(), e);
    }
  }
}
