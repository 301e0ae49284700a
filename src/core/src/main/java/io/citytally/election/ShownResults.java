package io.citytally.election;

import java.util.Locale;

/** What the public sees of the results before the election closes. */
public enum ShownResults {
  /** All of them, as they are counted. */
  LIVE,
  /** Only how many ballots each region has. */
  TURNOUT;

  /** As it is written in files. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
