package io.citytally.source;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * How far a reader is behind its stream, as far as the records tell: the age that the last record
 * had when it was read. While that record can't go on, because the stages after this hold it back,
 * its age grows.
 *
 * <p>A quiet stream and one that is not read look the same from here. If no record has come for
 * {@link #MAX_PAUSE}, the lag is 0. Until then the last one stands, so that it does not fall to 0
 * between the records of a reader that catches up.
 *
 * <p>{@link #begin} and {@link #end} are for one thread.
 */
final class ReadLag {

  /** The period of the alarms that look at the lag. */
  static final Duration MAX_PAUSE = Duration.ofMinutes(1);

  private final LongSupplier clock;

  // Set lazily: a full barrier for each record would cost more than all else here.
  private final AtomicLong arrivedAt = new AtomicLong();
  private final AtomicLong readAt = new AtomicLong(Long.MIN_VALUE);
  private final AtomicBoolean isHeldBack = new AtomicBoolean();

  /**
   * @param clock in milliseconds since the epoch, as the arrivals are
   */
  ReadLag(LongSupplier clock) {
    this.clock = clock;
  }

  /** A record was read. */
  void begin(long arrivedAtMillis) {
    arrivedAt.lazySet(arrivedAtMillis);
    readAt.lazySet(clock.getAsLong());
    isHeldBack.lazySet(true);
  }

  /** What the record comes to was taken by the stages after this. */
  void end() {
    isHeldBack.lazySet(false);
  }

  /** The lag in milliseconds. For any thread. */
  long millis() {
    long now = clock.getAsLong();
    long read = readAt.get();
    long arrived = arrivedAt.get();
    if (isHeldBack.get()) {
      return Math.max(0, now - arrived);
    }
    return read < now - MAX_PAUSE.toMillis() ? 0 : Math.max(0, read - arrived);
  }
}
