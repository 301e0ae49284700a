package io.citytally.count;

import java.io.IOException;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * Serializes the {@link ChoiceChange}s that the deduplication hands on. The operators that gather
 * them are in the same task, and need no bytes.
 */
public final class ChoiceChangeSerializer extends TextRecordSerializer<ChoiceChange> {

  private static final long serialVersionUID = 1L;

  /** The type, to be named where a stage or a key is of it. */
  public static final TypeInformation<ChoiceChange> TYPE =
      new RecordType<>(ChoiceChange.class, new ChoiceChangeSerializer());

  /** The flags, as bits of one byte. */
  private static final int TAKEN = 1;

  private static final int UNLISTED = 2;
  private static final int UNDATED = 4;

  @Override
  public void serialize(ChoiceChange change, DataOutputView target) throws IOException {
    writeChoice(change.choice, target);
    target.writeByte(
        (change.taken ? TAKEN : 0)
            | (change.unlisted ? UNLISTED : 0)
            | (change.undated ? UNDATED : 0));
    target.writeLong(change.voteHash);
    target.writeLong(change.changedAtMicros);
    target.writeLong(change.sequence);
  }

  @Override
  public ChoiceChange deserialize(DataInputView source) throws IOException {
    ChoiceChange change = new ChoiceChange();
    change.choice = readChoice(source);
    byte what = source.readByte();
    change.taken = (what & TAKEN) != 0;
    change.unlisted = (what & UNLISTED) != 0;
    change.undated = (what & UNDATED) != 0;
    change.voteHash = source.readLong();
    change.changedAtMicros = source.readLong();
    change.sequence = source.readLong();
    return change;
  }

  @Override
  public ChoiceChangeSerializer duplicate() {
    return new ChoiceChangeSerializer();
  }

  @Override
  public ChoiceChange createInstance() {
    return new ChoiceChange();
  }

  @Override
  public TypeSerializerSnapshot<ChoiceChange> snapshotConfiguration() {
    return new Snapshot();
  }

  /** Finds the serializer again for what a snapshot holds. */
  public static final class Snapshot extends SimpleTypeSerializerSnapshot<ChoiceChange> {
    public Snapshot() {
      super(ChoiceChangeSerializer::new);
    }
  }
}
