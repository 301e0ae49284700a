package io.citytally.local.cloud;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.citytally.local.lifecycle.CannotStartException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a {@link StreamRelay} must know after a restart: how far it came in each shard, and which
 * times it has given, or was about to give, to the changes after that.
 */
final class RelayJournal {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Optional<Path> file;
  private State state;

  private RelayJournal(Optional<Path> file, State state) {
    this.file = file;
    this.state = state;
  }

  /** A journal that ends with this process. */
  static RelayJournal inMemory() {
    return new RelayJournal(Optional.empty(), new State());
  }

  /**
   * A journal in a file, which need not exist yet.
   *
   * @throws CannotStartException if it can't be read
   */
  static RelayJournal in(Path file) {
    try {
      State state = Files.exists(file) ? JSON.readValue(file.toFile(), State.class) : new State();
      return new RelayJournal(Optional.of(file), state);
    } catch (IOException e) {
      throw new CannotStartException("cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  boolean isDurable() {
    return file.isPresent();
  }

  /** Forgets the positions, if they belong to another stream. */
  void follow(String streamArn) {
    if (!streamArn.equals(state.streamArn)) {
      state.streamArn = streamArn;
      state.shards = new TreeMap<>();
    }
  }

  Position position(String shard) {
    return state.shards.computeIfAbsent(shard, unread -> new Position());
  }

  /** The last time of creation that was given, in microseconds since the epoch. */
  long lastMicros() {
    return state.lastMicros;
  }

  /** Writes everything down; after a crash either all of it is there or all that was before. */
  void save(long lastMicros) {
    state.lastMicros = lastMicros;
    if (file.isEmpty()) {
      return;
    }
    Path next = file.get().resolveSibling(file.get().getFileName() + ".next");
    try {
      JSON.writeValue(next.toFile(), state);
      Files.move(next, file.get(), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + file.get(), e);
    }
  }

  @JsonAutoDetect(fieldVisibility = JsonAutoDetect.Visibility.ANY)
  private static final class State {
    private String streamArn;
    private long lastMicros;
    private Map<String, Position> shards = new TreeMap<>();
  }

  /** How far a shard was relayed. */
  @JsonAutoDetect(fieldVisibility = JsonAutoDetect.Visibility.ANY)
  static final class Position {

    /** The last record that is in Kinesis for certain; null for none. */
    String relayedThrough;

    /**
     * The last of the records after it that have their times already, and may be in Kinesis or not;
     * null for none.
     */
    String datedThrough;

    /** The time of the first of those; each next one is a microsecond later. */
    long firstMicros;

    /** Whether the shard is closed and all of it is in Kinesis. */
    boolean finished;
  }
}
