package io.citytally.count;

import io.citytally.vote.Choice;
import java.io.IOException;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** The key of the tallies: both texts, each after its length. */
public final class ChoiceSerializer extends TextRecordSerializer<Choice> {

  private static final long serialVersionUID = 1L;

  /** The type, to be named where a stage or a key is of it. */
  public static final TypeInformation<Choice> TYPE =
      new RecordType<>(Choice.class, new ChoiceSerializer());

  @Override
  public void serialize(Choice key, DataOutputView target) throws IOException {
    writeChoice(key, target);
  }

  @Override
  public Choice deserialize(DataInputView source) throws IOException {
    return readChoice(source);
  }

  @Override
  public ChoiceSerializer duplicate() {
    return new ChoiceSerializer();
  }

  @Override
  public Choice createInstance() {
    return new Choice();
  }

  @Override
  public TypeSerializerSnapshot<Choice> snapshotConfiguration() {
    return new Snapshot();
  }

  /** Finds the serializer again for what a snapshot holds. */
  public static final class Snapshot extends SimpleTypeSerializerSnapshot<Choice> {
    public Snapshot() {
      super(ChoiceSerializer::new);
    }
  }
}
