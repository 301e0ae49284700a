package io.citytally.local.fuzz;

import static io.citytally.local.fuzz.FuzzTarget.promise;

import io.citytally.sink.RecentVotesSink;
import io.citytally.sink.RejectedVotesSink;
import io.citytally.sink.TallySink;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.apache.flink.core.io.SimpleVersionedSerializer;

/**
 * The readers of the sinks' parts of a snapshot. The first byte of an input is the version, the
 * second one tells which sink's.
 *
 * <p>Promised: what is damaged is refused with an {@link IOException}, and costs no memory; what is
 * read is written the same again.
 */
public final class SnapshotTarget implements FuzzTarget {

  private static final int VERSION = 2;

  private final List<Reader<?>> readers =
      List.of(
          new Reader<>(
              new TallySink(SnapshotTarget::nowhere, "total_votes", 1).getWriterStateSerializer()),
          new Reader<>(
              new RecentVotesSink(SnapshotTarget::nowhere, "recent_votes", 1)
                  .getWriterStateSerializer()),
          new Reader<>(
              new RejectedVotesSink(
                      SnapshotTarget::nowhere, "rejected_votes", 1, Duration.ofDays(1))
                  .getWriterStateSerializer()));

  private static <T> T nowhere() {
    throw new UnsupportedOperationException("nothing is written here");
  }

  @Override
  public void accept(byte[] input) throws Exception {
    Decisions decisions = new Decisions(input);
    int version = decisions.below(VERSION + 1);
    Reader<?> reader = readers.get(decisions.below(readers.size()));
    reader.read(version, Arrays.copyOfRange(input, Math.min(2, input.length), input.length));
  }

  @Override
  public List<byte[]> seeds() {
    byte[] tally = seed(0, "Wesoła", "park", 1L, 120L, 4L);
    return List.of(
        tally,
        Arrays.copyOf(tally, 20),
        seed(1, "region:Wesoła", 2, "Wesoła", "park", 7L, "Wesoła", "pool", 6L),
        seed(2, "shard-1", "1-ff", "not JSON", "{", 5L, false),
        seed(2, "shard-1", "1-ff", "not on the ballot", "{}", 5L, true, "Wesoła", "park", "{}"),
        new byte[] {VERSION},
        new byte[0]);
  }

  private static byte[] seed(int sink, Object... fields) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeByte(VERSION);
      out.writeByte(sink);
      for (Object field : fields) {
        if (field instanceof String text) {
          out.writeUTF(text);
        } else if (field instanceof Long number) {
          out.writeLong(number);
        } else if (field instanceof Integer count) {
          out.writeInt(count);
        } else {
          out.writeBoolean((Boolean) field);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("memory does not fail", e);
    }
    return bytes.toByteArray();
  }

  @Override
  public List<String> words() {
    return List.of("Weso", "park");
  }

  @Override
  public void close() {}

  private record Reader<T>(SimpleVersionedSerializer<T> serializer) {

    void read(int version, byte[] bytes) throws IOException {
      T state;
      try {
        state = serializer.deserialize(version, bytes);
      } catch (IOException e) {
        return;
      }
      promise(version == serializer.getVersion(), "no other version is read");
      byte[] again = serializer.serialize(state);
      byte[] third = serializer.serialize(serializer.deserialize(version, again));
      promise(Arrays.equals(again, third), "what is read is written the same again");
    }
  }
}
