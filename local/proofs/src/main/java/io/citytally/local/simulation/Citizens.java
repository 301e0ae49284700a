package io.citytally.local.simulation;

import io.citytally.local.cloud.ChangeRecord;
import io.citytally.table.VotesTable;
import io.citytally.vote.Choice;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** The {@code votes} table, who writes to it, and those who put plain votes on the stream. */
final class Citizens {

  /** What may be voted for: two regions, and the same names in both. */
  static final List<Choice> KEYS =
      List.of(
          new Choice("North", "park"),
          new Choice("North", "pool"),
          new Choice("North", "tram"),
          new Choice("South", "park"),
          new Choice("South", "pool"));

  static final Comparator<Choice> BY_NAME =
      Comparator.<Choice, String>comparing(key -> key.region).thenComparing(key -> key.improvement);

  private static final List<String> POISON =
      List.of(
          "",
          "not JSON",
          "{\"id\":\"plain-1\",\"region\":\"North\"}",
          "{\"eventName\":\"INSERT\",\"tableName\":\"votes\",\"dynamodb\":{}}",
          "{\"eventName\":\"MODIFY\",\"tableName\":\"another\",\"dynamodb\":{}}");

  /** What stands in the table for each vote; null where it can't be counted. */
  private final SortedMap<String, Choice> votes = new TreeMap<>();

  private final Map<String, Change> plainVotes = new HashMap<>();
  private final LongSupplier millis;
  private long aheadMillis;
  private long lastMicros;
  private int changes;
  private int day;

  /**
   * @param millis the time, in milliseconds
   */
  Citizens(LongSupplier millis) {
    this.millis = millis;
  }

  static Choice key(int choice) {
    return KEYS.get(choice % KEYS.size());
  }

  /** A vote is cast, or changed; to the choice that it has, perhaps. */
  Change cast(int voter, int choice) {
    return write("vote-" + voter, key(choice));
  }

  /** A vote's item is written without a region. */
  Change spoil(int voter) {
    return write("vote-" + voter, null);
  }

  private Change write(String vote, Choice choice) {
    boolean known = votes.containsKey(vote);
    Choice before = votes.put(vote, choice);
    return change(
        known ? "MODIFY" : "INSERT",
        vote,
        known ? item(vote, before) : null,
        item(vote, choice),
        before,
        choice,
        choice == null);
  }

  /** A vote is withdrawn; null if there is none. */
  Change withdraw(int voter) {
    String vote = "vote-" + voter;
    if (!votes.containsKey(vote)) {
      return null;
    }
    Choice before = votes.remove(vote);
    return change("REMOVE", vote, item(vote, before), null, before, null, before == null);
  }

  /** A plain vote; for the same voter on the same day always the same record. */
  Change plain(int voter) {
    String vote = "plain-" + day + "-" + voter;
    return plainVotes.computeIfAbsent(
        vote,
        id -> {
          Choice choice = key(voter);
          String json =
              String.format(
                  "{\"id\":\"%s\",\"improvement\":\"%s\",\"region\":\"%s\"}",
                  id, choice.improvement, choice.region);
          byte[] payload = json.getBytes(StandardCharsets.UTF_8);
          // Its time is that of its arrival, which the stream tells in milliseconds.
          lastMicros = Math.floorDiv(nextMicros(), 1_000L) * 1_000 + 1_000;
          return new Change(
              changes++, hash(id), payload, null, id, null, choice, lastMicros, false);
        });
  }

  /** From here on the table's clock is as far ahead of the one by which the job goes. */
  void setClock(long aheadMillis) {
    this.aheadMillis = aheadMillis;
  }

  /** From here on no producer repeats what it put before. */
  void newDay() {
    day++;
  }

  /** A side of a change that was refused, once more. */
  static Change again(Refusals.Side side, String record, long micros) {
    return new Change(
        side.number(),
        hash(record),
        record.getBytes(StandardCharsets.UTF_8),
        null,
        side.vote(),
        side.taken() ? null : side.choice(),
        side.taken() ? side.choice() : null,
        micros,
        false);
  }

  /** Something that says nothing. */
  Change poison(int choice) {
    byte[] payload = POISON.get(choice % POISON.size()).getBytes(StandardCharsets.UTF_8);
    return new Change(
        changes++, hash("poison" + choice), payload, null, null, null, null, nextMicros(), true);
  }

  /** How many votes stand for each choice. */
  Map<Choice, Long> state() {
    Map<Choice, Long> state = new HashMap<>();
    KEYS.forEach(key -> state.put(key, 0L));
    votes.values().stream()
        .filter(choice -> choice != null)
        .forEach(choice -> state.merge(choice, 1L, Long::sum));
    plainVotes.values().forEach(change -> state.merge(change.to(), 1L, Long::sum));
    return state;
  }

  private Change change(
      String operation,
      String vote,
      Map<String, AttributeValue> oldImage,
      Map<String, AttributeValue> newImage,
      Choice from,
      Choice to,
      boolean rejected) {
    long micros = nextMicros();
    ChangeRecord record =
        new ChangeRecord(
            "event-" + changes,
            operation,
            VotesTable.DEFAULT_NAME,
            micros,
            VotesTable.keyOf(vote),
            newImage,
            oldImage,
            100);
    boolean same = from != null && from.equals(to);
    return new Change(
        changes++,
        hash(vote),
        record.toJson(),
        record,
        vote,
        same ? null : from,
        same ? null : to,
        micros,
        rejected);
  }

  /** In a fixed order, so that a run's bytes are always the same. */
  private static Map<String, AttributeValue> item(String vote, Choice choice) {
    Map<String, AttributeValue> item = new TreeMap<>(VotesTable.keyOf(vote));
    if (choice != null) {
      item.putAll(VotesTable.itemOf(vote, choice));
    }
    return item;
  }

  private static int hash(String partitionKey) {
    return Math.floorMod(partitionKey.hashCode() * 31, SimulatedStream.HASHES);
  }

  private long nextMicros() {
    lastMicros = Math.max(lastMicros + 1, (millis.getAsLong() + aheadMillis) * 1_000);
    return lastMicros;
  }
}
