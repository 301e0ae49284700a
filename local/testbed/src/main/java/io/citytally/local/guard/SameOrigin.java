package io.citytally.local.guard;

import java.util.List;
import java.util.regex.Pattern;

/**
 * Tells the requests of this machine's own programs and pages from those of foreign web pages.
 *
 * <p>A browser lets any page send requests to 127.0.0.1. Two headers, which no page can set, give
 * the foreign ones away:
 *
 * <ul>
 *   <li>{@code Host} is what the page's address says. A page whose DNS name was pointed to
 *       127.0.0.1 (DNS rebinding) names itself there, so only names of this machine are admitted.
 *       The port may be any: a tunnel or a proxy has one of its own.
 *   <li>{@code Origin} comes with each request that a page sends elsewhere, except plain GETs,
 *       whose answer it can't read. It must be the origin that {@code Host} says. Programs, such as
 *       the AWS SDKs, send none.
 * </ul>
 *
 * <p>{@code local/emulators/same-origin.js} is the same rule.
 */
public final class SameOrigin {

  /** What a refused client is told, with status 403. */
  public static final String REFUSAL =
      "Refused: Host must be 127.0.0.1, localhost or [::1], and Origin, if there is one, the same.";

  private static final Pattern LOOPBACK =
      Pattern.compile("(127\\.0\\.0\\.1|localhost|\\[::1])(:\\d{1,5})?", Pattern.CASE_INSENSITIVE);

  private SameOrigin() {}

  /**
   * Decides whether a request is to be answered.
   *
   * @param hosts the values of all its {@code Host} headers
   * @param origins the values of all its {@code Origin} headers
   */
  public static boolean admits(List<String> hosts, List<String> origins) {
    return hosts.size() == 1
        && LOOPBACK.matcher(hosts.get(0)).matches()
        && origins.stream().allMatch(origin -> origin.equalsIgnoreCase("http://" + hosts.get(0)));
  }
}
