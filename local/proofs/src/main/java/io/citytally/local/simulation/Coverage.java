package io.citytally.local.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** In how many runs each fault happened, and each two of them. */
final class Coverage {

  private static final Incident[] FAULTS = Incident.values();

  /** Where both are the same, of that fault alone. */
  private final long[][] runs = new long[FAULTS.length][FAULTS.length];

  void add(Set<Incident> faults) {
    for (Incident one : faults) {
      for (Incident other : faults) {
        runs[one.ordinal()][other.ordinal()]++;
      }
    }
  }

  long of(Incident fault) {
    return together(fault, fault);
  }

  long together(Incident one, Incident other) {
    return runs[one.ordinal()][other.ordinal()];
  }

  /** How many pairs of faults there are. */
  static int pairs() {
    return FAULTS.length * (FAULTS.length - 1) / 2;
  }

  /** In how few runs the rarest pair met. */
  long rarestPair() {
    long rarest = Long.MAX_VALUE;
    for (int i = 0; i < FAULTS.length; i++) {
      for (int j = 0; j < i; j++) {
        rarest = Math.min(rarest, runs[i][j]);
      }
    }
    return rarest;
  }

  /** The faults that never happened, and the pairs that never met, for a person. */
  List<String> gaps() {
    List<String> gaps = new ArrayList<>();
    for (Incident fault : FAULTS) {
      if (of(fault) == 0) {
        gaps.add(fault.words());
      }
    }
    for (int i = 0; i < FAULTS.length; i++) {
      for (int j = 0; j < i; j++) {
        if (of(FAULTS[i]) > 0 && of(FAULTS[j]) > 0 && runs[i][j] == 0) {
          gaps.add(FAULTS[j].words() + " with " + FAULTS[i].words());
        }
      }
    }
    return gaps;
  }

  /** A line for each fault: in how many runs it happened. */
  List<String> lines() {
    List<String> lines = new ArrayList<>();
    for (Incident fault : FAULTS) {
      lines.add(String.format("%,12d  %s", of(fault), fault.words()));
    }
    return lines;
  }
}
