package io.citytally.cli.audit;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ReturnConsumedCapacity;
import software.amazon.awssdk.services.dynamodb.model.ScanRequest;
import software.amazon.awssdk.services.dynamodb.model.ScanResponse;

/**
 * Reads tables whole, page by page, taking no more read capacity than it may.
 *
 * <p>What a page takes is known only afterwards: so after each page this waits until the allowed
 * rate covers the page. A page is up to 1 MB, or 256 read units; so that it is about a second's
 * worth, each request asks for a number of items that follows from what the items of the last page
 * took.
 */
public final class PacedScan {

  private static final double MILLIS = 1000;

  private final DynamoDbClient dynamoDb;
  private final OptionalInt unitsPerSecond;
  private final Clock clock;
  private final Sleeper sleeper;

  private Instant free = Instant.MIN;
  private double unitsTaken;
  private double itemsPerUnit = 1;

  /**
   * @param unitsPerSecond the read capacity units to take in a second, from 1; none: as many as the
   *     table gives
   */
  public PacedScan(
      DynamoDbClient dynamoDb, OptionalInt unitsPerSecond, Clock clock, Sleeper sleeper) {
    this.dynamoDb = dynamoDb;
    this.unitsPerSecond = unitsPerSecond;
    this.clock = clock;
    this.sleeper = sleeper;
  }

  /** The read capacity units that were taken so far. */
  public double unitsTaken() {
    return unitsTaken;
  }

  Instant now() {
    return clock.instant();
  }

  Sleeper sleeper() {
    return sleeper;
  }

  /**
   * Hands over every item of the table, read consistently.
   *
   * @param request what to read of which table
   * @param afterPage told after each page
   */
  void scan(ScanRequest request, Consumer<Map<String, AttributeValue>> items, Runnable afterPage) {
    @Nullable Map<String, AttributeValue> from = null;
    do {
      Instant asked = clock.instant();
      ScanResponse page = dynamoDb.scan(pageOf(request, from));
      page.items().forEach(items);
      afterPage.run();
      pay(page, asked);
      from = page.hasLastEvaluatedKey() ? page.lastEvaluatedKey() : null;
    } while (from != null);
  }

  private ScanRequest pageOf(ScanRequest request, @Nullable Map<String, AttributeValue> from) {
    ScanRequest.Builder page =
        request.toBuilder()
            .consistentRead(true)
            .returnConsumedCapacity(ReturnConsumedCapacity.TOTAL)
            .exclusiveStartKey(from);
    unitsPerSecond.ifPresent(
        units -> page.limit((int) Math.max(1, Math.min(1_000_000, units * itemsPerUnit))));
    return page.build();
  }

  private void pay(ScanResponse page, Instant asked) {
    double units = page.consumedCapacity().capacityUnits();
    unitsTaken += units;
    if (unitsPerSecond.isEmpty() || units == 0) {
      return;
    }
    itemsPerUnit = Math.max(1, page.scannedCount()) / units;
    Instant from = free.isAfter(asked) ? free : asked;
    free = from.plusMillis((long) Math.ceil(units * MILLIS / unitsPerSecond.getAsInt()));
    Duration left = Duration.between(clock.instant(), free);
    if (!left.isNegative()) {
      sleeper.sleep(left);
    }
  }
}
