package io.citytally.local.simulation;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A stream of shards. Each shard has a range of hashes. A record's partition key gives its hash. A
 * shard that is split or merged takes no more records, and its children take those that would have
 * been its own.
 */
final class SimulatedStream {

  /** Kinesis has 2<sup>128</sup>. */
  static final int HASHES = 256;

  private static final int MAX_OPEN_SHARDS = 8;

  private final List<Shard> shards = new ArrayList<>();
  private long sequence;

  /** A record's place, where it went, and when. */
  record Delivery(Change change, String shard, String sequenceNumber, long arrivedAtMillis) {

    /** When the change was made. A plain vote does not tell: so when it arrived. */
    long changedAtMicros() {
      return change.record() == null ? arrivedAtMillis * 1_000 : change.changedAtMicros();
    }

    /**
     * The change as the table's own stream tells it, once for each change. Null if that has none:
     * it repeats nothing, and has only what came from the table.
     */
    byte[] payloadOnTablesOwnStream() {
      String json = new String(change.payload(), StandardCharsets.UTF_8);
      return change.record() == null || json.contains(Change.REPEATED_EVENT)
          ? null
          : json.replace(
                  "\"SizeBytes\"", "\"SequenceNumber\":\"" + sequenceNumber + "\",\"SizeBytes\"")
              .getBytes(StandardCharsets.UTF_8);
    }
  }

  /** One that has had two shards from the beginning. */
  SimulatedStream() {
    add(0, HASHES / 2);
    add(HASHES / 2, HASHES);
  }

  /** All there ever were, by their numbers. */
  List<Shard> shards() {
    return shards;
  }

  Shard shard(int number) {
    return shards.get(number);
  }

  /** Takes a record in. */
  Delivery put(Change change, long nowMillis) {
    Shard shard =
        open().stream().filter(each -> each.takes(change.hash())).findFirst().orElseThrow();
    Delivery delivery =
        new Delivery(
            change, shard.name(), "4959033827149025660" + (1_000_000 + sequence++), nowMillis);
    shard.deliveries.add(delivery);
    return delivery;
  }

  /** Jobs begin at this time, not at the oldest record. */
  void beginHere() {
    shards.forEach(shard -> shard.first = shard.deliveries.size());
  }

  /** Whether the shard that takes this record's key has come to be after the other. */
  boolean isLaterShard(Change change, Delivery before) {
    return open().stream()
        .noneMatch(each -> each.takes(change.hash()) && each.name().equals(before.shard()));
  }

  /**
   * @return whether there was a shard to split
   */
  boolean split(int choice) {
    List<Shard> open = open();
    Shard shard = open.get(choice % open.size());
    if (open.size() == MAX_OPEN_SHARDS || shard.to - shard.from < 2) {
      return false;
    }
    shard.open = false;
    int middle = (shard.from + shard.to) / 2;
    add(shard.from, middle);
    add(middle, shard.to);
    return true;
  }

  /**
   * @return whether there were two neighbours to merge
   */
  boolean merge(int choice) {
    List<Shard> open = open();
    if (open.size() < 2) {
      return false;
    }
    open.sort(Comparator.comparingInt(shard -> shard.from));
    Shard left = open.get(choice % (open.size() - 1));
    Shard right = open.get(choice % (open.size() - 1) + 1);
    left.open = false;
    right.open = false;
    add(left.from, right.to);
    return true;
  }

  private void add(int from, int to) {
    shards.add(new Shard(shards.size(), from, to));
  }

  private List<Shard> open() {
    List<Shard> open = new ArrayList<>(shards);
    open.removeIf(shard -> !shard.open);
    return open;
  }

  /** One shard. */
  static final class Shard {

    private final int number;
    private final String name;
    private final int from;
    private final int to;
    private final List<Delivery> deliveries = new ArrayList<>();
    private boolean open = true;
    private int first;
    private int expired;

    private Shard(int number, int from, int to) {
      this.number = number;
      this.name = "shardId-" + Long.toString(1_000_000_000_000L + number).substring(1);
      this.from = from;
      this.to = to;
    }

    int number() {
      return number;
    }

    String name() {
      return name;
    }

    private boolean takes(int hash) {
      return from <= hash && hash < to;
    }

    /** Whether something is left to read after so many records. */
    boolean hasMoreThan(int position) {
      return Math.max(position, expired) < deliveries.size();
    }

    /** How many of the oldest records are gone. */
    int expired() {
      return expired;
    }

    /** The record with which a job begins that knows nothing of this shard. */
    int first() {
      return first;
    }

    int size() {
      return deliveries.size();
    }

    Delivery delivery(int position) {
      return deliveries.get(position);
    }

    /**
     * Drops all but the newest records.
     *
     * @return whether any is gone by it
     */
    boolean expire(int upTo) {
      boolean goes = upTo > expired;
      expired = Math.max(expired, upTo);
      return goes;
    }
  }
}
