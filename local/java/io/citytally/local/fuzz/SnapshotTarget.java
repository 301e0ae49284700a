package io.citytally.local.fuzz;

import static io.citytally.local.fuzz.FuzzTarget.promise;

import io.citytally.dynamodb.PutItems;
import io.citytally.dynamodb.RecentVotesSink;
import io.citytally.dynamodb.RejectedVotesSink;
import io.citytally.dynamodb.TallySink;
import io.citytally.dynamodb.UpdateItems;
import io.citytally.vote.RecentVotes;
import io.citytally.vote.RejectedVote;
import io.citytally.vote.Tally;
import io.citytally.vote.TallyKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.apache.flink.core.io.SimpleVersionedSerializer;

/**
 * The readers of the sinks' parts of a snapshot. The first byte of an input chooses the sink, the
 * second is the version.
 *
 * <p>Promised: what is damaged is refused with an {@link IOException}, and costs no more memory
 * than it has bytes; what is read is written the same again.
 */
public final class SnapshotTarget implements FuzzTarget {

  private static final UpdateItems NO_UPDATES =
      request -> {
        throw new UnsupportedOperationException("nothing is written here");
      };
  private static final PutItems NO_PUTS =
      request -> {
        throw new UnsupportedOperationException("nothing is written here");
      };

  private final SimpleVersionedSerializer<Tally> tallies =
      new TallySink(() -> NO_UPDATES, "total_votes", 1).getWriterStateSerializer();
  private final SimpleVersionedSerializer<RecentVotes> recent =
      new RecentVotesSink(() -> NO_PUTS, "recent_votes", 1).getWriterStateSerializer();
  private final SimpleVersionedSerializer<RejectedVote> rejected =
      new RejectedVotesSink(() -> NO_PUTS, "rejected_votes", 1, Duration.ofDays(1))
          .getWriterStateSerializer();

  @Override
  public void accept(byte[] input) throws Exception {
    Decisions decisions = new Decisions(input);
    int sink = decisions.below(3);
    int version = decisions.below(4);
    check(List.of(tallies, recent, rejected).get(sink), version, decisions.rest());
  }

  private static <T> void check(SimpleVersionedSerializer<T> serializer, int version, byte[] bytes)
      throws IOException {
    T state;
    try {
      state = serializer.deserialize(version, bytes);
    } catch (IOException e) {
      return;
    }
    promise(version == serializer.getVersion(), "no other version is read");
    byte[] again = serializer.serialize(state);
    promise(
        state.equals(serializer.deserialize(version, again)), "what is read is written the same");
  }

  @Override
  public List<byte[]> seeds() {
    TallyKey park = new TallyKey("Wesoła", "park");
    try {
      byte[] tally = input(0, tallies, new Tally(park, 1, 120, 4));
      return List.of(
          tally,
          Arrays.copyOf(tally, tally.length - 5),
          input(1, recent, new RecentVotes("city", new RecentVotes.Vote(park, 7))),
          input(2, rejected, new RejectedVote("shard", "1", "no JSON", "{", 7)),
          input(2, rejected, new RejectedVote("shard", "1", "no", "{}", 7, park, "{}")),
          new byte[0]);
    } catch (IOException e) {
      throw new UncheckedIOException("memory does not fail", e);
    }
  }

  private static <T> byte[] input(int sink, SimpleVersionedSerializer<T> serializer, T state)
      throws IOException {
    byte[] bytes = serializer.serialize(state);
    byte[] input = new byte[bytes.length + 2];
    input[0] = (byte) sink;
    input[1] = (byte) serializer.getVersion();
    System.arraycopy(bytes, 0, input, 2, bytes.length);
    return input;
  }

  @Override
  public List<String> words() {
    return List.of("Wesoła", "park");
  }

  @Override
  public void close() {}
}
