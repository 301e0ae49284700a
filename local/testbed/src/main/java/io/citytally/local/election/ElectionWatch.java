package io.citytally.local.election;

import io.citytally.election.Election;
import io.citytally.election.Phase;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Supplier;

/**
 * The election that is set up now, for voters who do not ask the API. It is read again after a
 * second at the earliest. For one thread.
 */
public final class ElectionWatch {

  static final Duration MAX_AGE = Duration.ofSeconds(1);

  private final Supplier<Election> table;
  private final Clock clock;
  private Election election;
  private Instant readAt = Instant.MIN;

  /**
   * @param table reads the election
   */
  public ElectionWatch(Supplier<Election> table, Clock clock) {
    this.table = table;
    this.clock = clock;
  }

  /** Whether votes are taken now, those for tests included. */
  public boolean isOpen() {
    return now().phaseAt(clock.instant()) == Phase.OPEN;
  }

  /** How many votes a ballot of the region may have now. */
  public int atMost(String region) {
    return now().rules().atMost(region);
  }

  private Election now() {
    Instant now = clock.instant();
    if (!now.minus(MAX_AGE).isBefore(readAt)) {
      election = table.get();
      readAt = now;
    }
    return election;
  }
}
