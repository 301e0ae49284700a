package io.citytally.local.simulation;

import io.citytally.local.cloud.ChangeRecord;
import io.citytally.source.RawRecord;
import io.citytally.source.VoteChangeDecoder;
import io.citytally.table.VotesTable;
import io.citytally.vote.Choice;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
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

  /** All that is counted: the choices, and the turnout of each region. */
  static final List<Choice> COUNTED =
      Stream.concat(
              KEYS.stream(), KEYS.stream().map(key -> Choice.turnoutOf(key.region)).distinct())
          .toList();

  static final Comparator<Choice> BY_NAME =
      Comparator.<Choice, String>comparing(key -> key.region).thenComparing(key -> key.improvement);

  private static final List<String> POISON =
      List.of(
          "",
          "not JSON",
          "{\"id\":\"plain-1\",\"region\":\"North\"}",
          "{\"eventName\":\"INSERT\",\"tableName\":\"votes\",\"dynamodb\":{}}",
          "{\"eventName\":\"MODIFY\",\"tableName\":\"another\",\"dynamodb\":{}}");

  /** The table. */
  private final SortedMap<String, Map<String, AttributeValue>> votes = new TreeMap<>();

  private final Map<String, Change> plainVotes = new HashMap<>();
  private final VoteChangeDecoder decoder =
      VoteChangeDecoder.forKinesis(VotesTable.DEFAULT_NAME, 1);
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

  /** A vote is cast, or changed; to the choice that it has, perhaps. In the older form. */
  Change cast(int voter, int choice) {
    return write("vote-" + voter, VotesTable.itemOf("vote-" + voter, key(choice)));
  }

  /**
   * A ballot of several choices is cast, or changed.
   *
   * @param which its region and its choices, none perhaps, and what else it names
   */
  Change castSeveral(int voter, int which) {
    String vote = "vote-" + voter;
    List<String> names = new ArrayList<>();
    String region = KEYS.get(which % KEYS.size()).region;
    int chosen = which / KEYS.size();
    for (Choice each : KEYS) {
      if (each.region.equals(region)) {
        if (chosen % 2 == 1) {
          names.add(each.improvement);
        }
        chosen /= 2;
      }
    }
    Map<String, AttributeValue> item = new HashMap<>(VotesTable.keyOf(vote));
    item.put(VotesTable.REGION, AttributeValue.fromS(region));
    switch (chosen % 16) {
      case 0 -> names.add(" ");
      case 1 ->
          IntStream.rangeClosed(0, VotesTable.MAX_IMPROVEMENTS).forEach(i -> names.add("x" + i));
      case 2 -> item.put(VotesTable.IMPROVEMENT, AttributeValue.fromS("park"));
      default -> {}
    }
    if (!names.isEmpty()) {
      Collections.rotate(names, chosen);
      item.put(VotesTable.IMPROVEMENTS, AttributeValue.fromSs(names));
    }
    return write(vote, item);
  }

  /** A vote's item is written without a region. */
  Change spoil(int voter) {
    return write("vote-" + voter, VotesTable.keyOf("vote-" + voter));
  }

  private Change write(String vote, Map<String, AttributeValue> item) {
    Map<String, AttributeValue> before = votes.put(vote, item);
    return change(before == null ? "INSERT" : "MODIFY", vote, before, item);
  }

  /** A vote is withdrawn; null if there is none. */
  Change withdraw(int voter) {
    String vote = "vote-" + voter;
    Map<String, AttributeValue> before = votes.remove(vote);
    return before == null ? null : change("REMOVE", vote, before, null);
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
          return new Change(
              changes++,
              hash(id),
              payload,
              null,
              id,
              List.of(),
              List.of(
                  new Change.Side(choice, id),
                  new Change.Side(Choice.turnoutOf(choice.region), null)),
              0,
              false);
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

  /**
   * A side of a change that was refused, once more.
   *
   * @param counts whether it was refused in this epoch; of another one nobody knows if it was
   *     counted there
   */
  static Change again(Refusals.Side side, String record, boolean counts) {
    List<Change.Side> sides = counts ? List.of(new Change.Side(side.choice(), null)) : List.of();
    return new Change(
        side.number(),
        hash(record),
        record.getBytes(StandardCharsets.UTF_8),
        null,
        side.vote(),
        side.taken() ? List.of() : sides,
        side.taken() ? sides : List.of(),
        0,
        !counts);
  }

  /** Something that says nothing. */
  Change poison(int choice) {
    byte[] payload = POISON.get(choice % POISON.size()).getBytes(StandardCharsets.UTF_8);
    return new Change(
        changes++, hash("poison" + choice), payload, null, null, List.of(), List.of(), 0, true);
  }

  /** How many votes stand for each choice, and how many ballots in each region. */
  Map<Choice, Long> state() {
    Map<Choice, Long> state = new HashMap<>();
    COUNTED.forEach(key -> state.put(key, 0L));
    votes.values().forEach(item -> counted(item).forEach(key -> state.merge(key, 1L, Long::sum)));
    plainVotes
        .values()
        .forEach(change -> change.taken().forEach(side -> state.merge(side.key(), 1L, Long::sum)));
    return state;
  }

  /** What an item counts for: its choices, and the turnout of their region. */
  private static Set<Choice> counted(Map<String, AttributeValue> item) {
    Set<Choice> counted = new LinkedHashSet<>();
    if (item != null) {
      counted.addAll(VotesTable.choicesOf(item));
      if (!counted.isEmpty()) {
        counted.add(Choice.turnoutOf(item.get(VotesTable.REGION).s()));
      }
    }
    return counted;
  }

  private Change change(
      String operation,
      String vote,
      Map<String, AttributeValue> oldImage,
      Map<String, AttributeValue> newImage) {
    long micros = nextMicros();
    ChangeRecord record =
        new ChangeRecord(
            "event-" + changes,
            operation,
            VotesTable.DEFAULT_NAME,
            micros,
            VotesTable.keyOf(vote),
            sorted(newImage),
            sorted(oldImage),
            100);
    Set<Choice> left = counted(oldImage);
    Set<Choice> taken = counted(newImage);
    Set<Choice> stay = new HashSet<>(left);
    stay.retainAll(taken);
    left.removeAll(stay);
    taken.removeAll(stay);
    boolean isOfSeveral = hasSeveral(oldImage) || hasSeveral(newImage);
    Choice listed = isOfSeveral ? listed(record, taken) : null;
    List<Change.Side> leftSides = new ArrayList<>();
    left.forEach(
        key ->
            leftSides.add(
                new Change.Side(key, key.isTurnout() ? null : name(vote, oldImage, key))));
    List<Change.Side> takenSides = new ArrayList<>();
    for (Choice key : taken) {
      boolean isListed = !key.isTurnout() && (!isOfSeveral || key.equals(listed));
      takenSides.add(new Change.Side(key, isListed ? name(vote, newImage, key) : null));
    }
    return new Change(
        changes++,
        hash(vote),
        record.toJson(),
        record,
        vote,
        leftSides,
        takenSides,
        micros,
        isRejected(oldImage, newImage));
  }

  /** By what the recent votes know a choice: in an item of the older form it is the vote itself. */
  private static String name(String vote, Map<String, AttributeValue> image, Choice key) {
    return hasSeveral(image) ? vote + " for " + key : vote;
  }

  private static boolean hasSeveral(Map<String, AttributeValue> image) {
    return image != null && image.containsKey(VotesTable.IMPROVEMENTS);
  }

  /**
   * Which of the choices that a record takes enters the lists. That is for the decoder to say; but
   * it must be one.
   */
  private Choice listed(ChangeRecord record, Set<Choice> taken) {
    List<Choice> listed =
        decoder.decode(new RawRecord(record.toJson(), "any", "any", 0)).changes().stream()
            .filter(change -> change.newChoice != null && !change.unlisted)
            .map(change -> change.newChoice)
            .toList();
    if (!taken.containsAll(listed) || listed.size() != (taken.isEmpty() ? 0 : 1)) {
      throw new SimulationFailure("of " + taken + ", " + listed + " would be listed");
    }
    return listed.isEmpty() ? null : listed.get(0);
  }

  /** Whether a person must look at it: at an image that counts for nothing, or a new bad name. */
  private static boolean isRejected(
      Map<String, AttributeValue> oldImage, Map<String, AttributeValue> newImage) {
    Map<String, AttributeValue> last = newImage == null ? oldImage : newImage;
    if (!last.containsKey(VotesTable.REGION) || names(last).size() > VotesTable.MAX_IMPROVEMENTS) {
      return true;
    }
    if (newImage == null) {
      return false;
    }
    Set<String> brought = names(newImage);
    if (oldImage != null) {
      brought.removeAll(names(oldImage));
    }
    return brought.contains(" ") || oldImage == null && names(newImage).isEmpty();
  }

  private static Set<String> names(Map<String, AttributeValue> item) {
    Set<String> names = new HashSet<>();
    if (item.containsKey(VotesTable.IMPROVEMENT)) {
      names.add(item.get(VotesTable.IMPROVEMENT).s());
    }
    if (hasSeveral(item)) {
      names.addAll(item.get(VotesTable.IMPROVEMENTS).ss());
    }
    return names;
  }

  /** In a fixed order, so that a run's bytes are always the same. */
  private static Map<String, AttributeValue> sorted(Map<String, AttributeValue> item) {
    return item == null ? null : new TreeMap<>(item);
  }

  private static int hash(String partitionKey) {
    return Math.floorMod(partitionKey.hashCode() * 31, SimulatedStream.HASHES);
  }

  /** The time at which a record arrives: later than any record and any change before it. */
  long arrivalMillis() {
    lastMicros = Math.floorDiv(nextMicros(), 1_000L) * 1_000 + 1_000;
    return lastMicros / 1_000;
  }

  private long nextMicros() {
    lastMicros = Math.max(lastMicros + 1, (millis.getAsLong() + aheadMillis) * 1_000);
    return lastMicros;
  }
}
