package io.citytally.cli.audit;

import java.time.Duration;

/** Lets time pass. */
@FunctionalInterface
public interface Sleeper {

  /**
   * @throws RuntimeException if whoever asked for the work wants it ended; it ends with that
   */
  void sleep(Duration duration);
}
