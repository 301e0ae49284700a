package io.citytally.dynamodb;

import io.citytally.vote.Tally;
import io.citytally.vote.TallyKey;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import org.apache.flink.connector.base.sink.writer.AsyncSinkWriterStateSerializer;
import org.apache.flink.connector.base.sink.writer.BufferedRequestState;

/** The tallies of a snapshot as bytes: region, improvement, epoch, added, removed. */
final class TallyStateSerializer extends AsyncSinkWriterStateSerializer<TallyEntry> {

  private static final int VERSION = 1;

  @Override
  public int getVersion() {
    return VERSION;
  }

  @Override
  public BufferedRequestState<TallyEntry> deserialize(int version, byte[] serialized)
      throws IOException {
    if (version != VERSION) {
      throw new IOException(
          "the tallies of this snapshot are written in version "
              + version
              + ", this job reads version "
              + VERSION);
    }
    try {
      return super.deserialize(version, serialized);
    } catch (IllegalStateException | IllegalArgumentException e) {
      throw new IOException("the tallies of this snapshot are damaged: " + e.getMessage(), e);
    }
  }

  @Override
  protected void serializeRequestToStream(TallyEntry entry, DataOutputStream out)
      throws IOException {
    Tally tally = entry.tally();
    out.writeUTF(tally.key.region);
    out.writeUTF(tally.key.improvement);
    out.writeLong(tally.epoch);
    out.writeLong(tally.added);
    out.writeLong(tally.removed);
  }

  @Override
  protected TallyEntry deserializeRequestFromStream(long size, DataInputStream in)
      throws IOException {
    TallyKey key = new TallyKey(in.readUTF(), in.readUTF());
    return new TallyEntry(new Tally(key, in.readLong(), in.readLong(), in.readLong()));
  }
}
