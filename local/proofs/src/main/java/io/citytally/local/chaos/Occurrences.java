package io.citytally.local.chaos;

import io.citytally.local.faults.WriteFault;
import java.util.EnumMap;
import java.util.Map;

/** How often each fault really took place, and which of them befell the writes. */
final class Occurrences {

  private final Map<Fault, Long> faults = new EnumMap<>(Fault.class);
  private final Map<WriteFault, Long> writes = new EnumMap<>(WriteFault.class);

  synchronized void add(Fault fault, long times) {
    faults.merge(fault, times, Long::sum);
  }

  synchronized void addWrites(Map<WriteFault, Long> times) {
    times.forEach(
        (fault, count) -> {
          writes.merge(fault, count, Long::sum);
          faults.merge(Fault.WRITES, count, Long::sum);
        });
  }

  synchronized void addAll(Occurrences more) {
    more.faults().forEach((fault, times) -> faults.merge(fault, times, Long::sum));
    more.writes().forEach((fault, times) -> writes.merge(fault, times, Long::sum));
  }

  synchronized Map<Fault, Long> faults() {
    return new EnumMap<>(faults);
  }

  synchronized Map<WriteFault, Long> writes() {
    return new EnumMap<>(writes);
  }
}
