package io.citytally.count;

import io.citytally.vote.ChangeIdentity;
import java.io.IOException;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Serializes a {@link ChangeIdentity} as 24 bytes. */
public final class ChangeIdentitySerializer extends RecordSerializer<ChangeIdentity> {

  private static final long serialVersionUID = 1L;

  static final ChangeIdentitySerializer INSTANCE = new ChangeIdentitySerializer();

  /** The type, to be named where a stage or a key is of it. */
  public static final TypeInformation<ChangeIdentity> TYPE =
      new RecordType<>(ChangeIdentity.class, INSTANCE);

  @Override
  public int getLength() {
    return 3 * Long.BYTES;
  }

  @Override
  public void serialize(ChangeIdentity identity, DataOutputView target) throws IOException {
    target.writeLong(identity.atMicros);
    target.writeLong(identity.high);
    target.writeLong(identity.low);
  }

  @Override
  public ChangeIdentity deserialize(DataInputView source) throws IOException {
    return new ChangeIdentity(source.readLong(), source.readLong(), source.readLong());
  }

  @Override
  public ChangeIdentity createInstance() {
    return new ChangeIdentity();
  }

  @Override
  public TypeSerializerSnapshot<ChangeIdentity> snapshotConfiguration() {
    return new Snapshot();
  }

  /** Finds the serializer again for what a snapshot holds. */
  public static final class Snapshot extends SimpleTypeSerializerSnapshot<ChangeIdentity> {
    public Snapshot() {
      super(() -> INSTANCE);
    }
  }
}
