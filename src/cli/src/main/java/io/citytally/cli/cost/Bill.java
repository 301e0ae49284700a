package io.citytally.cli.cost;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.OptionalDouble;

/** What a way to count costs in a period, part by part, in USD. */
public final class Bill {

  private final Map<BillPart, Double> parts = new EnumMap<>(BillPart.class);
  private final double tallyWritesPerSecond;

  Bill(double tallyWritesPerSecond) {
    this.tallyWritesPerSecond = tallyWritesPerSecond;
  }

  Bill add(BillPart part, double usd) {
    parts.put(part, usd);
    return this;
  }

  Bill addAll(Bill other) {
    parts.putAll(other.parts);
    return this;
  }

  /** Those that it has, in order. */
  public Map<BillPart, Double> parts() {
    return Collections.unmodifiableMap(parts);
  }

  /** None if it has no such part. */
  public OptionalDouble of(BillPart part) {
    Double usd = parts.get(part);
    return usd == null ? OptionalDouble.empty() : OptionalDouble.of(usd);
  }

  public double total() {
    return parts.values().stream().mapToDouble(Double::doubleValue).sum();
  }

  /** How often a total is written. */
  public double tallyWritesPerSecond() {
    return tallyWritesPerSecond;
  }
}
