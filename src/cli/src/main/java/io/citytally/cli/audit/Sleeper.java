package io.citytally.cli.audit;

import java.time.Duration;

/** Lets time pass. */
@FunctionalInterface
public interface Sleeper {

  /**
   * @throws RuntimeException if the caller wants the work ended; it ends with that
   */
  void sleep(Duration duration);
}
