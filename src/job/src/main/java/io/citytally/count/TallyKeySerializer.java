package io.citytally.count;

import io.citytally.vote.TallyKey;
import java.io.IOException;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** The key of the tallies: both texts, each after its length. */
public final class TallyKeySerializer extends RecordSerializer<TallyKey> {

  private static final long serialVersionUID = 1L;

  static final TallyKeySerializer INSTANCE = new TallyKeySerializer();

  /** The type, to be named where a stage or a key is of it. */
  public static final TypeInformation<TallyKey> TYPE = new RecordType<>(TallyKey.class, INSTANCE);

  @Override
  public void serialize(TallyKey key, DataOutputView target) throws IOException {
    writeText(key.region, target);
    writeText(key.improvement, target);
  }

  @Override
  public TallyKey deserialize(DataInputView source) throws IOException {
    return new TallyKey(readText(source), readText(source));
  }

  @Override
  public TallyKey createInstance() {
    return new TallyKey();
  }

  @Override
  public TypeSerializerSnapshot<TallyKey> snapshotConfiguration() {
    return new Snapshot();
  }

  /** Finds the serializer again for what a snapshot holds. */
  public static final class Snapshot extends SimpleTypeSerializerSnapshot<TallyKey> {
    public Snapshot() {
      super(() -> INSTANCE);
    }
  }
}
