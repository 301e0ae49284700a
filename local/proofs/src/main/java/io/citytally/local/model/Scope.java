package io.citytally.local.model;

import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * How large a world is searched. There are no other bounds: a fault may happen any number of times,
 * and a way may have any length.
 *
 * @param changes how many changes of votes there are
 * @param epochs how many epochs there may be
 * @param jobs how many instances may run at once
 * @param snapshots how many snapshots are retained next to the beginning; any of them may be given
 *     up for a new one, and any may be started from
 * @param lateWrites how many writes may be on their way at once that no writer waits for any more
 * @param faults what may go wrong
 */
record Scope(int changes, int epochs, int jobs, int snapshots, int lateWrites, Set<Hazard> faults) {

  boolean has(Hazard fault) {
    return faults.contains(fault);
  }

  Scope only(Set<Hazard> faults) {
    return new Scope(changes, epochs, jobs, snapshots, lateWrites, faults);
  }

  Scope without(Set<Hazard> spared) {
    Set<Hazard> rest = EnumSet.noneOf(Hazard.class);
    rest.addAll(faults);
    rest.removeAll(spared);
    return only(rest);
  }

  /** As long as there is one epoch: what knows of none can't raise it. */
  Scope inOneEpoch() {
    return new Scope(changes, 1, jobs, snapshots, lateWrites, faults);
  }

  @Override
  public String toString() {
    return String.format(
        "%s, %s, %s, %s, %s; %s",
        counted(changes, "change"),
        counted(epochs, "epoch"),
        counted(jobs, "job"),
        counted(snapshots, "snapshot"),
        counted(lateWrites, "late write"),
        describe(faults));
  }

  private static String describe(Set<Hazard> faults) {
    if (faults.isEmpty()) {
      return "no fault";
    }
    Set<Hazard> spared = EnumSet.allOf(Hazard.class);
    spared.removeAll(faults);
    if (spared.isEmpty()) {
      return "all faults";
    }
    return spared.size() < faults.size() ? "all faults but " + list(spared) : list(faults);
  }

  private static String list(Set<Hazard> faults) {
    return faults.stream().map(Hazard::toString).collect(Collectors.joining(", "));
  }

  private static String counted(int number, String what) {
    return number + " " + what + (number == 1 ? "" : "s");
  }
}
