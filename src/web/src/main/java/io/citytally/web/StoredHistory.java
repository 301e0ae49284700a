package io.citytally.web;

import io.citytally.table.HistoryTable;
import io.citytally.table.MalformedItemException;
import io.citytally.vote.Choice;
import io.citytally.vote.HistoryKey;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * The course of the vote in the table {@code vote_history}: one query each for votes and ballots by
 * the hour, and for those of the city in the last day by ten minutes.
 *
 * <p>A reading takes at most 20 read units, as each query has a limit of items: the newest {@value
 * #MAX_HOURS} hours in which something came or went, which are five weeks, and fewer where the
 * region's name is longer than some 17 bytes.
 */
public final class StoredHistory implements HistorySource {

  private static final int MAX_HOURS = 840;

  /** Ten read units of 8 KB, as an eventually consistent query counts them. */
  private static final int MAX_BYTES = 10 * 2 * 4_096;

  /** An item at its greatest, but for its place. */
  private static final int ITEM_BYTES = 74;

  private static final Duration TEN_MINUTES_FOR = Duration.ofDays(1);

  private static final int TEN_MINUTES_A_DAY = 144;
  private static final int MINUTE_CHARS = "2026-11-29T11:20".length();

  private final DynamoDbClient client;
  private final String table;
  private final Clock clock;

  /**
   * @param client should give up within a few seconds: until then, no other read begins
   */
  public StoredHistory(DynamoDbClient client, String table, Clock clock) {
    this.client = client;
    this.table = table;
    this.clock = clock;
  }

  /**
   * @throws MalformedItemException if the table holds what the job doesn't write
   */
  @Override
  public History read(Optional<String> region) {
    if (region.isPresent()) {
      String place = HistoryKey.placeOf(region.get());
      return new History(
          hours(place, HistoryKey.BALLOTS), hours(place, HistoryKey.VOTES), Map.of(), Map.of());
    }
    return new History(
        hours(HistoryKey.CITY, HistoryKey.BALLOTS),
        hours(HistoryKey.CITY, HistoryKey.VOTES),
        lastDay(HistoryKey.BALLOTS),
        lastDay(HistoryKey.VOTES));
  }

  private History.Counts hours(String place, String kind) {
    int itemBytes = ITEM_BYTES + place.getBytes(StandardCharsets.UTF_8).length;
    int limit = Math.min(MAX_HOURS, MAX_BYTES / itemBytes);
    List<Map<String, AttributeValue>> items = query(place, kind, "", limit);
    Counted sum =
        items.stream()
            .map(item -> Counted.of(HistoryTable.countOf(item), item))
            .reduce(Counted.NOTHING, Counted::plus);
    return new History.Counts(byTime(items, kind), items.size() < limit, sum);
  }

  private Map<String, Long> lastDay(String kind) {
    Instant from = clock.instant().minus(TEN_MINUTES_FOR);
    return byTime(
        query(
            HistoryKey.CITY_TEN_MINUTES,
            kind,
            from.toString().substring(0, MINUTE_CHARS),
            TEN_MINUTES_A_DAY),
        kind);
  }

  /** The newest first, as far as the limit goes. */
  private List<Map<String, AttributeValue>> query(
      String place, String kind, String from, int limit) {
    return client
        .query(
            query ->
                query
                    .tableName(table)
                    .keyConditionExpression("#place = :place AND #bucket BETWEEN :from AND :to")
                    .expressionAttributeNames(
                        Map.of("#place", HistoryTable.PLACE, "#bucket", HistoryTable.BUCKET))
                    .expressionAttributeValues(
                        Map.of(
                            ":place", AttributeValue.fromS(place),
                            ":from", AttributeValue.fromS(kind + from),
                            ":to", AttributeValue.fromS(kind + HistoryKey.UNDATED)))
                    .scanIndexForward(false)
                    .limit(limit))
        .items();
  }

  private static Map<String, Long> byTime(List<Map<String, AttributeValue>> items, String kind) {
    Map<String, Long> counts = new HashMap<>();
    for (Map<String, AttributeValue> item : items) {
      Choice key = HistoryTable.keyOf(item);
      counts.put(HistoryKey.bucketOf(key).substring(kind.length()), HistoryTable.countOf(item));
    }
    return counts;
  }
}
