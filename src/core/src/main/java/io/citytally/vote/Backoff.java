package io.citytally.vote;

import java.time.Duration;

/** The pauses between attempts that fail in a row: they double from 100 ms to 10 s. */
public final class Backoff {

  private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
  private static final Duration MAX_PAUSE = Duration.ofSeconds(10);

  private Duration pause = FIRST_PAUSE;

  /** Returns how long to wait after one more failure. */
  public Duration next() {
    Duration next = pause;
    Duration doubled = pause.multipliedBy(2);
    pause = doubled.compareTo(MAX_PAUSE) < 0 ? doubled : MAX_PAUSE;
    return next;
  }

  /** Begins with the shortest pause again, after a success. */
  public void reset() {
    pause = FIRST_PAUSE;
  }
}
