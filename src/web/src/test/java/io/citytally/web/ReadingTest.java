package io.citytally.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.citytally.vote.VirtualClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ReadingTest {

  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Duration LONG = Duration.ofMinutes(5);

  private final VirtualClock clock = new VirtualClock();
  private final Instant start = clock.instant();
  private final AtomicInteger started = new AtomicInteger();
  private final AtomicInteger reads = new AtomicInteger();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private volatile boolean failing;
  private volatile CountDownLatch gate = new CountDownLatch(0);

  private final Reading<Integer> reading = reading(LONG);

  private Reading<Integer> reading(Duration patience) {
    return new Reading<>(
        "numbers", Problem.RESULTS_UNREADABLE, this::read, SECOND, patience, clock, this::execute);
  }

  private void execute(Runnable read) {
    started.incrementAndGet();
    threads.execute(read);
  }

  private Integer read() {
    int number = reads.incrementAndGet();
    try {
      gate.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    if (failing) {
      throw new IllegalStateException("the source is down");
    }
    return number;
  }

  @AfterEach
  void endThreads() {
    threads.shutdownNow();
  }

  @Test
  void readsOncePerIntervalHoweverManyAsk() {
    for (int millis = 0; millis < 3000; millis += 10) {
      reading.latest();
      clock.advance(Duration.ofMillis(10));
    }

    assertThat(reads).hasValue(3);
  }

  @Test
  void readsNothingWhileNobodyAsks() {
    clock.advance(Duration.ofHours(1));
    assertThat(reads).hasValue(0);

    reading.latest();
    clock.advance(Duration.ofHours(1));
    assertThat(reads).hasValue(1);
  }

  @Test
  void givesTheSameObjectUntilItReadsAgain() {
    Reading.Latest<Integer> first = reading.latest();
    clock.advance(Duration.ofMillis(999));
    assertThat(reading.latest()).isSameAs(first);
    assertThat(first.asOf).isEqualTo(start);
    assertThat(first.stale).isFalse();

    clock.advance(Duration.ofMillis(1));
    assertThat(reading.latest().content).isEqualTo(2);
    assertThat(reading.latest().asOf).isEqualTo(start.plus(SECOND));
  }

  @Test
  void letsAllWhoAskWaitForTheOneReadOnItsWay() throws Exception {
    gate = new CountDownLatch(1);
    List<Future<Reading.Latest<Integer>>> viewers = new ArrayList<>();
    CountDownLatch asking = new CountDownLatch(50);
    for (int i = 0; i < 50; i++) {
      viewers.add(
          threads.submit(
              () -> {
                asking.countDown();
                return reading.latest();
              }));
    }
    asking.await();
    gate.countDown();

    for (Future<Reading.Latest<Integer>> viewer : viewers) {
      assertThat(viewer.get().content).isEqualTo(1);
    }
    assertThat(reads).hasValue(1);
  }

  @Test
  void givesWhatItReadLastWithItsAgeWhileItCanNotRead() {
    reading.latest();
    failing = true;

    clock.advance(Duration.ofMillis(2500));
    Reading.Latest<Integer> stale = reading.latest();
    assertThat(stale.content).isEqualTo(1);
    assertThat(stale.stale).isTrue();
    assertThat(stale.asOf).isEqualTo(start);
    assertThat(stale.age()).isEqualTo(Duration.ofSeconds(2));
    assertThat(reading.latest()).isSameAs(stale);

    clock.advance(LONG);
    assertThat(reading.latest().age()).isEqualTo(Duration.ofSeconds(302));
    assertThat(reading.latest()).as("nothing has changed but its age").isSameAs(stale);
  }

  @Test
  void isFreshAgainAsSoonAsItCanRead() {
    reading.latest();
    failing = true;
    clock.advance(SECOND);
    assertThat(reading.latest().stale).isTrue();

    failing = false;
    clock.advance(SECOND);
    assertThat(reading.latest().stale).isFalse();
    assertThat(reading.latest().content).isEqualTo(3);
  }

  @Test
  void doesNotAskMoreOftenWhileItFails() {
    failing = true;
    for (int millis = 0; millis < 3000; millis += 10) {
      assertThatExceptionOfType(ProblemException.class)
          .isThrownBy(reading::latest)
          .withMessage("The results can't be read at the moment");
      clock.advance(Duration.ofMillis(10));
    }

    assertThat(reads).hasValue(3);
  }

  @Test
  void doesNotWaitLongerThanItHasPatience() {
    Reading<Integer> impatient = reading(Duration.ofMillis(1));
    impatient.latest();
    gate = new CountDownLatch(1);
    clock.advance(SECOND);

    assertThat(impatient.latest().stale).isTrue();
    clock.advance(Duration.ofSeconds(9));
    assertThat(impatient.latest().age()).isEqualTo(Duration.ofSeconds(10));
    assertThat(started).as("a read on its way is the only one").hasValue(2);
  }

  @Test
  void letsNobodyWaitForAReadThatHasTakenTooLongAlready() {
    reading.latest();
    gate = new CountDownLatch(1);
    clock.advance(SECOND);
    threads.execute(reading::latest);
    await().until(() -> reads.get() == 2);
    clock.advance(LONG);

    assertThat(reading.latest().stale).isTrue();
  }

  @Test
  void waitsForTheFirstReadForAsLongAsItTakes() throws Exception {
    Reading<Integer> impatient = reading(Duration.ZERO);
    gate = new CountDownLatch(1);
    Future<Reading.Latest<Integer>> first = threads.submit(impatient::latest);
    await().until(() -> reads.get() == 1);

    assertThat(first).isNotDone();
    gate.countDown();
    assertThat(first.get().content).isEqualTo(1);
  }

  @Test
  void readsAgainAtOnceWhenTheLastReadHasExpired() {
    reading.latest();
    reading.expire();

    assertThat(reading.latest().content).isEqualTo(2);
    assertThat(reading.latest().content).isEqualTo(2);
  }

  @Test
  void readsOnceMoreAfterAReadThatExpiredOnItsWay() throws Exception {
    reading.latest();
    gate = new CountDownLatch(1);
    clock.advance(SECOND);
    Future<Reading.Latest<Integer>> onItsWay = threads.submit(reading::latest);
    await().until(() -> reads.get() == 2);

    reading.expire();
    Future<Reading.Latest<Integer>> asksAsWell = threads.submit(reading::latest);
    gate.countDown();

    assertThat(onItsWay.get().content).isEqualTo(2);
    assertThat(asksAsWell.get().content).isBetween(2, 3);
    assertThat(reading.latest().content).isEqualTo(3);
  }

  @Test
  void readsOnWhenTheClockIsSetBack() {
    reading.latest();
    clock.advance(Duration.ofHours(-1));

    assertThat(reading.latest().content).isEqualTo(2);
  }
}
