package io.citytally.count;

import io.citytally.vote.Choice;
import java.io.IOException;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** The key of the tallies: both texts, each after its length. */
public final class ChoiceSerializer extends RecordSerializer<Choice> {

  private static final long serialVersionUID = 1L;

  static final ChoiceSerializer INSTANCE = new ChoiceSerializer();

  /** The type, to be named where a stage or a key is of it. */
  public static final TypeInformation<Choice> TYPE = new RecordType<>(Choice.class, INSTANCE);

  @Override
  public void serialize(Choice key, DataOutputView target) throws IOException {
    writeText(key.region, target);
    writeText(key.improvement, target);
  }

  @Override
  public Choice deserialize(DataInputView source) throws IOException {
    return new Choice(readText(source), readText(source));
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
      super(() -> INSTANCE);
    }
  }
}
