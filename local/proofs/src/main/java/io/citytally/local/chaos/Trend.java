package io.citytally.local.chaos;

import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * Whether something grows while it should not.
 *
 * <p>What is in use swings: while a second job runs next to the first, there are twice as many
 * threads. A leak raises the least that is in use. So the time is divided into parts, each of some
 * rounds, and the lowest footprint of each counts. The first quarter of the time is left out:
 * caches fill, code is compiled.
 *
 * <p>The slope is the median of the slopes between all pairs of the lowest (Theil and Sen's
 * estimator), which one outlier does not bend, as it does a fitted line. What the slope adds up to
 * must stay within a tolerance; a real leak exceeds it if the run is long enough.
 *
 * @param name what is looked at
 * @param unit of what is printed
 * @param typical the median of the lowest, after the first quarter
 * @param growth by the slope, from the end of the first quarter to the end
 * @param tolerance the most that it may grow
 */
record Trend(String name, String unit, double typical, double growth, double tolerance) {

  private static final double MEGA = 1_000_000;

  /** With fewer footprints than this nothing is said. */
  static final int MIN_FOOTPRINTS = 8;

  private static final int MAX_PARTS = 12;

  /**
   * Returns the trends of live heap, threads and open files. The heap may grow by a quarter or by
   * 48 MB, threads and open files by a tenth or by 12, whichever is more.
   */
  static List<Trend> of(List<Footprint> footprints) {
    List<Footprint> settled = footprints.subList(footprints.size() / 4, footprints.size());
    return List.of(
        of("heap", "MB", settled, footprint -> footprint.heapBytes() / MEGA, 0.25, 48),
        of("threads", "", settled, Footprint::threads, 0.1, 12),
        of("open files", "", settled, Footprint::openFiles, 0.1, 12));
  }

  private static Trend of(
      String name,
      String unit,
      List<Footprint> footprints,
      ToDoubleFunction<Footprint> value,
      double share,
      double least) {
    List<Footprint> lowest = lowest(footprints, value);
    double typical = median(lowest.stream().mapToDouble(value).toArray());
    double perSecond = slope(lowest, value);
    double seconds = seconds(footprints.get(footprints.size() - 1)) - seconds(footprints.get(0));
    return new Trend(name, unit, typical, perSecond * seconds, Math.max(share * typical, least));
  }

  private static List<Footprint> lowest(
      List<Footprint> footprints, ToDoubleFunction<Footprint> value) {
    int parts = Math.min(MAX_PARTS, footprints.size());
    return IntStream.range(0, parts)
        .mapToObj(
            part ->
                footprints.subList(
                    part * footprints.size() / parts, (part + 1) * footprints.size() / parts))
        .map(part -> Collections.min(part, Comparator.comparingDouble(value)))
        .toList();
  }

  private static double slope(List<Footprint> footprints, ToDoubleFunction<Footprint> value) {
    int count = footprints.size();
    double[] slopes = new double[count * (count - 1) / 2];
    int at = 0;
    for (int later = 1; later < count; later++) {
      for (int earlier = 0; earlier < later; earlier++) {
        Footprint from = footprints.get(earlier);
        Footprint to = footprints.get(later);
        slopes[at++] =
            (value.applyAsDouble(to) - value.applyAsDouble(from)) / (seconds(to) - seconds(from));
      }
    }
    return median(slopes);
  }

  private static double seconds(Footprint footprint) {
    return footprint.at().toMillis() / 1000.0;
  }

  private static double median(double[] values) {
    Arrays.sort(values);
    int middle = values.length / 2;
    return values.length % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
  }

  boolean leaks() {
    return growth > tolerance;
  }
}
