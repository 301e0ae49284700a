package io.citytally.local.cloud;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeliveryOrderTest {

  private final List<ChangeRecord> delivered = new ArrayList<>();

  @Test
  void deliversAtOnceAndInOrderWithoutFaults() {
    DeliveryOrder order = new DeliveryOrder(0, 0, new Random(1));

    List<ChangeRecord> changes = changes(100);
    for (int i = 0; i < changes.size(); i++) {
      order.accept(changes.get(i), delivered::add);
      assertThat(delivered).hasSize(i + 1);
    }

    assertThat(delivered).isEqualTo(changes);
    assertThat(order.copies()).isZero();
  }

  @Property(tries = 100)
  void deliversEveryChangeAndEveryCopy(
      @ForAll @IntRange(max = 3_000) int count,
      @ForAll @DoubleRange(min = 0, max = 1) double duplicates,
      @ForAll @IntRange(max = 500) int shuffle,
      @ForAll long seed) {
    DeliveryOrder order = new DeliveryOrder(duplicates, shuffle, new Random(seed));
    List<ChangeRecord> changes = changes(count);

    List<ChangeRecord> received = new ArrayList<>();
    changes.forEach(change -> order.accept(change, received::add));
    order.drain(received::add);

    assertThat(received).hasSize((int) (count + order.copies()));
    assertThat(received).containsAll(changes);
    Map<Long, Integer> deliveries = new HashMap<>();
    received.forEach(change -> deliveries.merge(change.createdAtMicros(), 1, Integer::sum));
    assertThat(deliveries).hasSize(count);
    assertThat(deliveries.values()).allMatch(times -> times <= 2);
  }

  @Property(tries = 100)
  void letsNoChangeOvertakeOneThatIsFarAhead(
      @ForAll @IntRange(min = 1, max = 500) int shuffle, @ForAll long seed) {
    DeliveryOrder order = new DeliveryOrder(0, shuffle, new Random(seed));

    List<ChangeRecord> received = new ArrayList<>();
    changes(2_000).forEach(change -> order.accept(change, received::add));
    order.drain(received::add);

    long latest = 0;
    for (ChangeRecord change : received) {
      latest = Math.max(latest, change.createdAtMicros());
      assertThat(latest - change.createdAtMicros()).isLessThan(shuffle);
    }
  }

  @Test
  void shuffles() {
    DeliveryOrder order = new DeliveryOrder(0, 10, new Random(1));
    List<ChangeRecord> changes = changes(100);

    changes.forEach(change -> order.accept(change, delivered::add));
    order.drain(delivered::add);

    assertThat(delivered).isNotEqualTo(changes).containsExactlyInAnyOrderElementsOf(changes);
  }

  @Test
  void deliversACopyLaterUnderAnotherEventIdAndElseTheSame() {
    DeliveryOrder order = new DeliveryOrder(1, 0, new Random(1));
    List<ChangeRecord> changes = changes(100);

    changes.forEach(change -> order.accept(change, delivered::add));
    order.drain(delivered::add);

    assertThat(order.copies()).isEqualTo(100);
    Set<ChangeRecord> seen = new HashSet<>();
    for (ChangeRecord change : delivered) {
      ChangeRecord original = changes.get((int) change.createdAtMicros());
      if (!seen.add(original)) {
        assertThat(change.eventId()).isNotEqualTo(original.eventId());
        assertThat(change.withEventId(original.eventId())).isEqualTo(original);
      } else {
        assertThat(change).isEqualTo(original);
      }
    }
  }

  @Test
  void doesTheSameAgainWithTheSameSeed() {
    List<ChangeRecord> changes = changes(1_000);
    List<ChangeRecord> again = new ArrayList<>();
    DeliveryOrder first = new DeliveryOrder(0.1, 50, new Random(7));
    DeliveryOrder second = new DeliveryOrder(0.1, 50, new Random(7));

    changes.forEach(change -> first.accept(change, delivered::add));
    changes.forEach(change -> second.accept(change, again::add));

    assertThat(again).isEqualTo(delivered);
  }

  @ParameterizedTest
  @CsvSource({"-0.1, 0", "1.1, 0", "NaN, 0", "0, -1"})
  void refusesFaultsThatMakeNoSense(double duplicates, int shuffle) {
    assertThatThrownBy(() -> new DeliveryOrder(duplicates, shuffle, new Random()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static List<ChangeRecord> changes(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> ChangeRecord.cast("votes", "v" + i, "1", "Nord", i))
        .toList();
  }
}
