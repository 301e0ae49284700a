package io.citytally.count;

import io.citytally.vote.Choice;
import java.io.IOException;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Serializes the {@link KeyIncrement}s that go from the operators that gather to the tallies. */
public final class KeyIncrementSerializer extends TextRecordSerializer<KeyIncrement> {

  private static final long serialVersionUID = 1L;

  /** The type, to be named where a stage is of it. */
  public static final TypeInformation<KeyIncrement> TYPE =
      new RecordType<>(KeyIncrement.class, new KeyIncrementSerializer());

  @Override
  public void serialize(KeyIncrement increment, DataOutputView target) throws IOException {
    writeChoice(increment.key, target);
    target.writeLong(increment.added);
    target.writeLong(increment.removed);
  }

  @Override
  public KeyIncrement deserialize(DataInputView source) throws IOException {
    return new KeyIncrement(readChoice(source), source.readLong(), source.readLong());
  }

  @Override
  public KeyIncrementSerializer duplicate() {
    return new KeyIncrementSerializer();
  }

  @Override
  public KeyIncrement createInstance() {
    return new KeyIncrement(new Choice(), 0, 0);
  }

  @Override
  public TypeSerializerSnapshot<KeyIncrement> snapshotConfiguration() {
    return new Snapshot();
  }

  /** Finds the serializer again for what a snapshot holds. */
  public static final class Snapshot extends SimpleTypeSerializerSnapshot<KeyIncrement> {
    public Snapshot() {
      super(KeyIncrementSerializer::new);
    }
  }
}
