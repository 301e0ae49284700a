package io.citytally.count;

import java.io.IOException;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Serializes a {@link MemoryKey} as 17 bytes, the scattered ones first. */
public final class MemoryKeySerializer extends RecordSerializer<MemoryKey> {

  private static final long serialVersionUID = 1L;

  static final MemoryKeySerializer INSTANCE = new MemoryKeySerializer();

  /** The type, to be named where a stage or a key is of it. */
  public static final TypeInformation<MemoryKey> TYPE = new RecordType<>(MemoryKey.class, INSTANCE);

  @Override
  public int getLength() {
    return 2 * Long.BYTES + 1;
  }

  @Override
  public void serialize(MemoryKey key, DataOutputView target) throws IOException {
    target.writeLong(key.first);
    target.writeLong(key.second);
    target.writeByte(key.group);
  }

  @Override
  public MemoryKey deserialize(DataInputView source) throws IOException {
    return MemoryKey.read(source.readLong(), source.readLong(), source.readUnsignedByte());
  }

  @Override
  public MemoryKey createInstance() {
    return MemoryKey.read(0, 0, 0);
  }

  @Override
  public TypeSerializerSnapshot<MemoryKey> snapshotConfiguration() {
    return new Snapshot();
  }

  /** Finds the serializer again for what a snapshot holds. */
  public static final class Snapshot extends SimpleTypeSerializerSnapshot<MemoryKey> {
    public Snapshot() {
      super(() -> INSTANCE);
    }
  }
}
