package io.citytally.election;

import java.util.Locale;

/** Whether a citizen has one ballot in the whole city, or one in each region. */
public enum VotePer {
  /** One ballot in all, with one improvement. */
  CITY,
  /** One ballot in each region, with as many improvements as the region allows. */
  REGION;

  /** As it is written in files and options. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
