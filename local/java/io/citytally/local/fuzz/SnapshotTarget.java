package io.citytally.local.fuzz;

import static io.citytally.local.fuzz.FuzzTarget.promise;

import io.citytally.dynamodb.TallySink;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import org.apache.flink.core.io.SimpleVersionedSerializer;

/**
 * The reader of the tally sink's part of a snapshot. The first byte of an input is the version.
 *
 * <p>Promised: what is damaged is refused with an {@link IOException}, and costs no memory; what is
 * read is written the same again.
 */
public final class SnapshotTarget implements FuzzTarget {

  private final Reader<?> reader =
      new Reader<>(
          new TallySink(
                  () -> {
                    throw new UnsupportedOperationException("nothing is written here");
                  },
                  "total_votes",
                  1)
              .getWriterStateSerializer());

  @Override
  public void accept(byte[] input) throws Exception {
    reader.read(
        new Decisions(input).below(3),
        input.length == 0 ? input : Arrays.copyOfRange(input, 1, input.length));
  }

  @Override
  public List<byte[]> seeds() {
    return List.of(
        state(0), state(1), state(3), Arrays.copyOf(state(2), 40), new byte[] {2}, new byte[0]);
  }

  /** As Flink's {@code AsyncSinkWriterStateSerializer} writes it around the entries. */
  private static byte[] state(int entries) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeByte(1);
      out.writeLong(-1);
      out.writeInt(entries);
      for (int entry = 0; entry < entries; entry++) {
        out.writeLong(80);
        out.writeUTF("Wesoła");
        out.writeUTF("park-" + entry);
        out.writeLong(1);
        out.writeLong(120);
        out.writeLong(4);
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
