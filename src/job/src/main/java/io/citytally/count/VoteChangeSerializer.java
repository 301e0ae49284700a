package io.citytally.count;

import io.citytally.vote.Choice;
import io.citytally.vote.VoteChange;
import java.io.IOException;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.jspecify.annotations.Nullable;

/** Serializes the {@link VoteChange}s that go from the decoding to the deduplication. */
public final class VoteChangeSerializer extends TextRecordSerializer<VoteChange> {

  private static final long serialVersionUID = 1L;

  /** The type, to be named where a stage or a key is of it. */
  public static final TypeInformation<VoteChange> TYPE =
      new RecordType<>(VoteChange.class, new VoteChangeSerializer());

  /** What is there, as bits of the first byte. */
  private static final int OLD_CHOICE = 1;

  private static final int NEW_CHOICE = 2;
  private static final int RECASTABLE = 4;
  private static final int OLD_TURNOUT = 8;
  private static final int NEW_TURNOUT = 16;
  private static final int UNLISTED = 32;

  @Override
  public void serialize(VoteChange change, DataOutputView target) throws IOException {
    target.writeByte(
        (change.oldChoice == null ? 0 : OLD_CHOICE)
            | (change.newChoice == null ? 0 : NEW_CHOICE)
            | (change.recastable ? RECASTABLE : 0)
            | (change.oldTurnout == null ? 0 : OLD_TURNOUT)
            | (change.newTurnout == null ? 0 : NEW_TURNOUT)
            | (change.unlisted ? UNLISTED : 0));
    ChangeIdentitySerializer.INSTANCE.serialize(change.identity, target);
    target.writeLong(change.voteHash);
    target.writeLong(change.changedAtMicros);
    target.writeLong(change.sequence);
    if (change.oldChoice != null) {
      writeChoice(change.oldChoice, target);
    }
    if (change.newChoice != null) {
      writeChoice(change.newChoice, target);
    }
    serializeTurnout(change.oldTurnout, change.oldChoice, target);
    serializeTurnout(change.newTurnout, change.newChoice, target);
  }

  /** A turnout is that of the choice's region, if there is the choice. */
  private static void serializeTurnout(
      @Nullable Choice turnout, @Nullable Choice choice, DataOutputView target) throws IOException {
    if (turnout != null && choice == null) {
      writeText(turnout.region, target);
    }
  }

  @Override
  public VoteChange deserialize(DataInputView source) throws IOException {
    byte what = source.readByte();
    VoteChange change = new VoteChange();
    change.recastable = (what & RECASTABLE) != 0;
    change.unlisted = (what & UNLISTED) != 0;
    change.identity = ChangeIdentitySerializer.INSTANCE.deserialize(source);
    change.voteHash = source.readLong();
    change.changedAtMicros = source.readLong();
    change.sequence = source.readLong();
    change.oldChoice = choice(what & OLD_CHOICE, source);
    change.newChoice = choice(what & NEW_CHOICE, source);
    change.oldTurnout = turnout(what & OLD_TURNOUT, change.oldChoice, source);
    change.newTurnout = turnout(what & NEW_TURNOUT, change.newChoice, source);
    return change;
  }

  private @Nullable Choice turnout(int isThere, @Nullable Choice choice, DataInputView source)
      throws IOException {
    if (isThere == 0) {
      return null;
    }
    return Choice.turnoutOf(choice == null ? readText(source) : choice.region);
  }

  private @Nullable Choice choice(int isThere, DataInputView source) throws IOException {
    return isThere == 0 ? null : readChoice(source);
  }

  @Override
  public VoteChangeSerializer duplicate() {
    return new VoteChangeSerializer();
  }

  @Override
  public VoteChange createInstance() {
    return new VoteChange();
  }

  @Override
  public TypeSerializerSnapshot<VoteChange> snapshotConfiguration() {
    return new Snapshot();
  }

  /** Finds the serializer again for what a snapshot holds. */
  public static final class Snapshot extends SimpleTypeSerializerSnapshot<VoteChange> {
    public Snapshot() {
      super(VoteChangeSerializer::new);
    }
  }
}
