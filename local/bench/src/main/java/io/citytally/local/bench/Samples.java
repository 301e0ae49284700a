package io.citytally.local.bench;

import java.util.Arrays;
import java.util.Locale;

/**
 * Measurements of one thing, of which the median counts: a machine that is busy for a moment spoils
 * a mean, and a minimum flatters.
 */
final class Samples {

  private double[] sorted = {};

  Samples() {}

  Samples(double... values) {
    for (double value : values) {
      add(value);
    }
  }

  void add(double value) {
    sorted = Arrays.copyOf(sorted, sorted.length + 1);
    sorted[sorted.length - 1] = value;
    Arrays.sort(sorted);
  }

  int count() {
    return sorted.length;
  }

  double median() {
    return quantile(0.5);
  }

  double max() {
    return quantile(1);
  }

  /**
   * The least value that this share of all is not above; between two, in proportion.
   *
   * @param share 0 to 1
   */
  double quantile(double share) {
    if (sorted.length == 0) {
      throw new IllegalStateException("nothing was measured");
    }
    double place = share * (sorted.length - 1);
    int below = (int) place;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
  }

  /** By how much the farthest one is off the median, as a share of it: {@code ±12 %}. */
  String spread() {
    double median = median();
    double farthest = Math.max(median - quantile(0), quantile(1) - median);
    return String.format(Locale.ROOT, "±%.0f %%", median == 0 ? 0 : 100 * farthest / median);
  }
}
