package io.citytally.local.cloud;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * Times of creation, for changes that go straight to the stream, as DynamoDB would give them: in
 * microseconds, and never the same twice. A change is told from a second delivery by its time,
 * among others.
 */
public final class CreationClock {

  private long lastMicros;

  /** A time later than all before, in microseconds since the epoch. */
  public synchronized long next() {
    long now = ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
    lastMicros = Math.max(now, lastMicros + 1);
    return lastMicros;
  }
}
