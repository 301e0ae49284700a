package io.citytally.election;

import java.util.Comparator;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/** The one order of the improvements of a region, in the live and in the final results. */
public final class ResultOrder {

  private ResultOrder() {}

  /**
   * Returns the order by votes, most first, and by the UTF-16 code units of the ids where these are
   * equal. It does not depend on titles, which may change, nor on a language.
   */
  public static <T> Comparator<T> by(ToLongFunction<T> votes, Function<T, String> improvement) {
    return Comparator.comparingLong(votes).reversed().thenComparing(improvement);
  }
}
