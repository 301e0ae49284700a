package io.citytally.election;

import java.util.Locale;

/** Where an election stands at a moment. */
public enum Phase {
  BEFORE,
  /** Ballots are cast, changed and withdrawn in this phase alone. */
  OPEN,
  CLOSED;

  /** As the API tells it. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
