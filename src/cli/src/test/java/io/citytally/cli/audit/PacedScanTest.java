package io.citytally.cli.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.citytally.vote.VirtualClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConsumedCapacity;
import software.amazon.awssdk.services.dynamodb.model.ScanRequest;
import software.amazon.awssdk.services.dynamodb.model.ScanResponse;

class PacedScanTest {

  /** By DynamoDB's documentation, of a consistent read. */
  private static final int BYTES_PER_UNIT = 4096;

  private static final int PAGE_BYTES = 1 << 20;

  private final VirtualClock clock = new VirtualClock();
  private final List<Map<String, AttributeValue>> read = new ArrayList<>();

  @Test
  void readsEveryItemOfEveryPage() {
    FakeTable table = new FakeTable(50_000, 100);

    scan(table, OptionalInt.empty());

    assertThat(read).hasSize(50_000).doesNotHaveDuplicates();
    assertThat(table.pages).hasSize(5);
    assertThat(table.pages).allMatch(page -> page.request.consistentRead());
  }

  @Test
  void doesNotWaitWithoutALimit() {
    Instant start = clock.instant();

    scan(new FakeTable(50_000, 100), OptionalInt.empty());

    assertThat(clock.instant()).isEqualTo(start);
  }

  @Test
  void takesNoMoreThanTheLimitOverWhateverTime() {
    FakeTable table = new FakeTable(50_000, 100);
    Instant start = clock.instant();

    PacedScan scan = scan(table, OptionalInt.of(20));

    double seconds = Duration.between(start, clock.instant()).toMillis() / 1000.0;
    assertThat(scan.unitsTaken()).isEqualTo(table.units());
    assertThat(table.units() / seconds).isCloseTo(20, within(0.5));
    assertThat(table.mostUnitsInASecond()).isLessThanOrEqualTo(2 * 20);
  }

  @Test
  void savesNothingUpWhileItDoesNotRead() {
    FakeTable table = new FakeTable(1_000, BYTES_PER_UNIT);
    PacedScan scan = new PacedScan(table, OptionalInt.of(50), clock, clock::advance);
    clock.advance(Duration.ofHours(1));
    scan.scan(request(), read::add, () -> {});
    clock.advance(Duration.ofHours(1));
    Instant start = clock.instant();

    scan.scan(request(), read::add, () -> {});

    assertThat(Duration.between(start, clock.instant())).isEqualTo(Duration.ofSeconds(20));
  }

  @Test
  void readsLargeItemsOneByOneIfItMust() {
    FakeTable table = new FakeTable(20, 10 * BYTES_PER_UNIT);

    scan(table, OptionalInt.of(1));

    assertThat(read).hasSize(20);
    assertThat(table.pages.stream().mapToDouble(page -> page.units)).allMatch(units -> units <= 10);
  }

  @Test
  void tellsAfterEachPage() {
    int[] told = {0};
    FakeTable table = new FakeTable(50_000, 100);

    new PacedScan(table, OptionalInt.empty(), clock, clock::advance)
        .scan(request(), read::add, () -> told[0]++);

    assertThat(told[0]).isEqualTo(table.pages.size());
  }

  private PacedScan scan(FakeTable table, OptionalInt limit) {
    PacedScan scan = new PacedScan(table, limit, clock, clock::advance);
    scan.scan(request(), read::add, () -> {});
    return scan;
  }

  private static ScanRequest request() {
    return ScanRequest.builder().tableName("votes").build();
  }

  /** A table of items of one size, which notes when what was read of it. */
  private final class FakeTable implements DynamoDbClient {

    private final class Page {
      final ScanRequest request;
      final double units;
      final Instant at = clock.instant();

      Page(ScanRequest request, double units) {
        this.request = request;
        this.units = units;
      }
    }

    final List<Page> pages = new ArrayList<>();
    private final int items;
    private final int itemBytes;

    FakeTable(int items, int itemBytes) {
      this.items = items;
      this.itemBytes = itemBytes;
    }

    @Override
    public ScanResponse scan(ScanRequest request) {
      int from =
          request.hasExclusiveStartKey()
              ? Integer.parseInt(request.exclusiveStartKey().get("id").s()) + 1
              : 0;
      int limit = request.limit() == null ? items : request.limit();
      int to = Math.min(items, from + Math.min(limit, PAGE_BYTES / itemBytes));
      List<Map<String, AttributeValue>> page = new ArrayList<>();
      for (int item = from; item < to; item++) {
        page.add(Map.of("id", AttributeValue.fromS(Integer.toString(item))));
      }
      double units = Math.ceil((double) (to - from) * itemBytes / BYTES_PER_UNIT);
      pages.add(new Page(request, units));
      return ScanResponse.builder()
          .items(page)
          .scannedCount(page.size())
          .consumedCapacity(ConsumedCapacity.builder().capacityUnits(units).build())
          .lastEvaluatedKey(to < items ? page.get(page.size() - 1) : null)
          .build();
    }

    double units() {
      return pages.stream().mapToDouble(page -> page.units).sum();
    }

    double mostUnitsInASecond() {
      return pages.stream()
          .mapToDouble(
              first ->
                  pages.stream()
                      .filter(
                          page ->
                              !page.at.isBefore(first.at)
                                  && page.at.isBefore(first.at.plusSeconds(1)))
                      .mapToDouble(page -> page.units)
                      .sum())
          .max()
          .orElse(0);
    }

    @Override
    public String serviceName() {
      return "dynamodb";
    }

    @Override
    public void close() {}
  }
}
