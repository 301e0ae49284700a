package io.citytally.web;

import java.util.Locale;

/** The ballot's rule: for what each citizen has one vote. */
public enum VotePer {
  /** One vote in all. */
  CITY,
  /** One in each region. */
  REGION,
  /** One for each improvement: one may approve of as many as one likes. */
  IMPROVEMENT;

  /** As it is written in options and documents. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
