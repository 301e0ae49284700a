package io.citytally.local.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.function.IntToLongFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TrendTest {

  private static final int FOOTPRINTS = 60;
  private static final long MEGA = 1_000_000;

  @Test
  void seesWhatGrowsSteadily() {
    assertThat(leaks(heap(i -> 400 * MEGA + 3 * i * MEGA))).containsExactly("heap");
  }

  @Test
  void seesAThreadLeftByEachCrash() {
    assertThat(leaks(threads(i -> 150 + i))).containsExactly("threads");
  }

  @Test
  void seesFilesThatAreNotClosed() {
    List<Footprint> footprints = footprints(i -> 400 * MEGA, i -> 150, i -> 300 + 2 * i);

    assertThat(leaks(footprints)).containsExactly("open files");
  }

  @Test
  void isNotMisledByBurstsNorByALateOne() {
    assertThat(leaks(heap(i -> i % 7 == 0 || i > 55 ? 1_500 * MEGA : 400 * MEGA))).isEmpty();
  }

  /** A second job runs next to the first now and then, and each time with more threads. */
  @Test
  void isNotMisledByWhatRunsOnlyAtTimes() {
    assertThat(leaks(threads(i -> i % 3 == 0 ? 400 : 400 + 15 * i))).isEmpty();
  }

  @Test
  void seesWhatIsLeftThoughOtherThreadsRunAtTimes() {
    assertThat(leaks(threads(i -> 2 * i + (i % 3 == 0 ? 400 : 900)))).containsExactly("threads");
  }

  @Test
  void letsCachesFillInTheFirstQuarter() {
    assertThat(leaks(heap(i -> Math.min(i, 14) * 100 * MEGA))).isEmpty();
  }

  @Test
  void takesWhatShrinksForNoLeak() {
    assertThat(leaks(heap(i -> 900 * MEGA - 10 * i * MEGA))).isEmpty();
  }

  private static List<String> leaks(List<Footprint> footprints) {
    return Trend.of(footprints).stream().filter(Trend::leaks).map(Trend::name).toList();
  }

  private static List<Footprint> threads(IntToLongFunction threads) {
    return footprints(i -> 400 * MEGA, threads, i -> 300);
  }

  private static List<Footprint> heap(IntToLongFunction bytes) {
    return footprints(bytes, i -> 150, i -> 300);
  }

  private static List<Footprint> footprints(
      IntToLongFunction heapBytes, IntToLongFunction threads, IntToLongFunction openFiles) {
    return IntStream.range(0, FOOTPRINTS)
        .mapToObj(
            i ->
                new Footprint(
                    Duration.ofSeconds(20L * i),
                    heapBytes.applyAsLong(i),
                    threads.applyAsLong(i),
                    openFiles.applyAsLong(i),
                    0,
                    Duration.ofMillis(30),
                    i))
        .toList();
  }
}
