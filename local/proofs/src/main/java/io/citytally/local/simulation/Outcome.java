package io.citytally.local.simulation;

import java.util.Set;

/**
 * What came of a run.
 *
 * @param failure what was wrong, or null
 * @param faults what happened in it
 * @param changes how many records citizens and others made
 * @param writes how many writes of totals took effect
 */
public record Outcome(String failure, Set<Incident> faults, int changes, long writes) {

  public boolean failed() {
    return failure != null;
  }
}
