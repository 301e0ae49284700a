package io.citytally.local.simulation;

import java.time.Duration;
import java.util.List;

/** What an operator may change from one start of the job to the next. */
record Shape(int parallelism, Duration window) {

  static final int MAX_PARALLELISM = 4;

  static final List<Duration> WINDOWS =
      List.of(Duration.ofMillis(300), Duration.ofSeconds(1), Duration.ofSeconds(4));

  /** The one that an action's number stands for. */
  static Shape of(int number) {
    return new Shape(
        1 + number % MAX_PARALLELISM, WINDOWS.get(number / MAX_PARALLELISM % WINDOWS.size()));
  }
}
