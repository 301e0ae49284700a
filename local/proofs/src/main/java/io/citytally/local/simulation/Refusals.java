package io.citytally.local.simulation;

import io.citytally.cli.recast.Recast;
import io.citytally.local.simulation.SimulatedStream.Delivery;
import io.citytally.table.RejectedVotesTable;
import io.citytally.vote.Choice;
import io.citytally.vote.RejectedVote;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BatchWriteItemRequest;
import software.amazon.awssdk.services.dynamodb.model.BatchWriteItemResponse;
import software.amazon.awssdk.services.dynamodb.model.ScanRequest;
import software.amazon.awssdk.services.dynamodb.model.ScanResponse;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;

/**
 * The sides of changes that were refused, and what becomes of them: cast again by the real {@link
 * Recast}, or gone for good once their time is over.
 */
final class Refusals {

  /** One side of the change with this number. */
  record Side(int number, boolean taken, String vote, Choice choice) {}

  /**
   * What stood when a record reached the stream.
   *
   * @param mustCount the choices that had to count then
   * @param withTotal the choices that had an item
   */
  private record Arrival(Change change, Set<Choice> mustCount, Set<Choice> withTotal) {}

  /**
   * How a place ends: with a hash of the record, the side, the epoch, and the change of a ballot.
   */
  private static final Pattern SIDE =
      Pattern.compile("-[0-9a-f]{16}-(old|new)(-turnout)?(-\\d+)?(-[0-9a-f]{48})?$");

  private static final Pattern EPOCH = Pattern.compile("\"epoch\":(\\d+)");

  private final Map<Map<String, AttributeValue>, Map<String, AttributeValue>> items;
  private final Ballot ballot;
  private final Sabotage sabotage;
  private final Map<String, Arrival> arrivals = new HashMap<>();

  /** By the record that casts it again. */
  private final Map<String, Side> sides = new HashMap<>();

  /** By vote, in the order in which they were made. */
  private final Map<String, SortedMap<Integer, Change>> changes = new HashMap<>();

  private final Set<Side> castAgain = new HashSet<>();

  /** Sides that may never count, because no one can cast them again. */
  private final Set<Side> gone = new HashSet<>();

  private long epoch = 1;

  /**
   * @param items of the table of rejected votes, by their keys
   */
  Refusals(
      Map<Map<String, AttributeValue>, Map<String, AttributeValue>> items,
      Ballot ballot,
      Sabotage sabotage) {
    this.items = items;
    this.ballot = ballot;
    this.sabotage = sabotage;
  }

  /** The stream has taken a record in. */
  void deliver(Delivery delivery, long now, Set<Choice> withTotal) {
    if (ballot.exists()) {
      Change change = delivery.change();
      if (change.vote() != null) {
        changes
            .computeIfAbsent(change.vote(), any -> new TreeMap<>())
            .putIfAbsent(change.number(), change);
      }
      Set<Choice> mustCount = new HashSet<>();
      Citizens.COUNTED.stream()
          .filter(choice -> ballot.mustCount(choice, now))
          .forEach(mustCount::add);
      arrivals.put(
          delivery.shard() + " " + delivery.sequenceNumber(),
          new Arrival(change, mustCount, withTotal));
    }
  }

  /** The shard and the position of a rejected vote. */
  static String placeOf(Map<String, AttributeValue> key) {
    return key.get(RejectedVotesTable.SHARD).s() + " " + key.get(RejectedVotesTable.POSITION).s();
  }

  /** Whether there are any. */
  boolean exist() {
    return items.values().stream().anyMatch(item -> item.containsKey(RejectedVotesTable.RECAST));
  }

  /**
   * Looks at all that lie in the table.
   *
   * @throws SimulationFailure if one had to count
   */
  void check() {
    items.forEach(
        (key, item) -> {
          if (item.containsKey(RejectedVotesTable.RECAST)) {
            String place = placeOf(key);
            Arrival arrival = arrivals.get(SIDE.matcher(place).replaceAll(""));
            RejectedVote refusal = RejectedVotesTable.rejectedVoteOf(item);
            sides.put(
                refusal.recast,
                new Side(
                    arrival.change().number(),
                    refusal.recast.startsWith(RejectedVote.NEW_CHOICE_RECORD),
                    arrival.change().vote(),
                    refusal.choice));
            if (hadToCount(arrival, refusal.choice)) {
              throw new SimulationFailure(
                  String.format(
                      "%s was refused (%s), though it had been on the ballot",
                      arrival.change(), refusal.reason));
            }
          }
        });
  }

  private boolean hadToCount(Arrival arrival, Choice choice) {
    return arrival.mustCount().contains(choice)
        && (arrival.withTotal().contains(choice) || !ballot.wasDeletedByHand(choice));
  }

  /**
   * How many sides that lie in the table, or are gone for good, took a choice or left it: each of
   * them may be counted nevertheless, at another delivery. But if the side that took a choice is
   * gone, the side that left it must not have been cast again: the two cancel out. What was refused
   * in an earlier epoch does not count in this one.
   */
  long uncertain(Choice choice, boolean taken) {
    Set<Side> uncertain = new HashSet<>(gone);
    uncertain.removeIf(side -> side.taken() && castAgain.contains(nextLeft(side)));
    for (Map<String, AttributeValue> item : items.values()) {
      AttributeValue record = item.get(RejectedVotesTable.RECAST);
      if (record != null && isOfThisEpoch(record.s())) {
        uncertain.add(sides.get(record.s()));
      }
    }
    return uncertain.stream()
        .filter(side -> side.taken() == taken && choice.equals(side.choice()))
        .count();
  }

  /** How the vote left the choice that it took; null if it has it still. */
  private Side nextLeft(Side taken) {
    return changes.get(taken.vote()).tailMap(taken.number() + 1).values().stream()
        .filter(change -> change.leaves(taken.choice()))
        .findFirst()
        .map(change -> new Side(change.number(), false, change.vote(), taken.choice()))
        .orElse(null);
  }

  /** The job counts on top of what stands in the tables, and does not know what was refused. */
  void nextEpoch() {
    epoch++;
    gone.clear();
  }

  /** Whether its record casts something again. */
  static boolean castsAgain(Change change) {
    return new String(change.payload(), StandardCharsets.UTF_8).startsWith("{\"recast\":");
  }

  private boolean isOfThisEpoch(String record) {
    Matcher matcher = EPOCH.matcher(record);
    return matcher.find() && Long.parseLong(matcher.group(1)) == epoch;
  }

  /** Gives up what can't be cast again: all of it, or what has outlived its time. */
  void expire(long nowMillis, boolean all) {
    check();
    Iterator<Map<String, AttributeValue>> each = items.values().iterator();
    while (each.hasNext()) {
      Map<String, AttributeValue> item = each.next();
      if (item.containsKey(RejectedVotesTable.RECAST)
          && (all
              || Long.parseLong(item.get(RejectedVotesTable.EXPIRES_AT).n())
                  <= nowMillis / 1_000)) {
        gone.add(sides.get(item.get(RejectedVotesTable.RECAST).s()));
        each.remove();
      }
    }
  }

  /**
   * Casts again what may be.
   *
   * @param stream takes each record, with the side that it is of
   * @return whether there was any
   */
  boolean castAgain(long nowMillis, Consumer<Change> stream) {
    check();
    List<String> records = new ArrayList<>();
    if (!sabotage.pairsRefusals()) {
      castAgainOneByOne(records);
    }
    new Recast(
            new Client(),
            RejectedVotesTable.DEFAULT_NAME,
            Optional.of(ballot.admitted()),
            Clock.fixed(Instant.ofEpochMilli(nowMillis), ZoneOffset.UTC))
        .castAgain(records::addAll, () -> false);
    for (String record : records) {
      Side side = sides.get(record);
      boolean counts = isOfThisEpoch(record);
      if (counts) {
        castAgain.add(side);
      }
      String put =
          sabotage.keepsEpochsOfRefusals()
              ? record
              : EPOCH.matcher(record).replaceFirst("\"epoch\":" + epoch);
      stream.accept(Citizens.again(side, put, counts));
    }
    return !records.isEmpty();
  }

  private void castAgainOneByOne(List<String> records) {
    Iterator<Map<String, AttributeValue>> each = items.values().iterator();
    while (each.hasNext()) {
      AttributeValue record = each.next().get(RejectedVotesTable.RECAST);
      if (record != null && ballot.admitted().contains(sides.get(record.s()).choice())) {
        records.add(record.s());
        each.remove();
      }
    }
  }

  /** The table, as far as it is used here. */
  private final class Client implements DynamoDbClient {

    @Override
    public ScanResponse scan(ScanRequest request) {
      long now = Long.parseLong(request.expressionAttributeValues().get(":now").n());
      return ScanResponse.builder()
          .items(
              items.values().stream()
                  .filter(item -> item.containsKey(RejectedVotesTable.RECAST))
                  .filter(item -> Long.parseLong(item.get(RejectedVotesTable.EXPIRES_AT).n()) > now)
                  .toList())
          .build();
    }

    @Override
    public BatchWriteItemResponse batchWriteItem(BatchWriteItemRequest request) {
      for (WriteRequest each : request.requestItems().get(RejectedVotesTable.DEFAULT_NAME)) {
        items.remove(each.deleteRequest().key());
      }
      return BatchWriteItemResponse.builder().build();
    }

    @Override
    public String serviceName() {
      return SERVICE_NAME;
    }

    @Override
    public void close() {}
  }
}
