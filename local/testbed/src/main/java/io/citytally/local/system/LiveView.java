package io.citytally.local.system;

import io.citytally.local.cloud.LocalCloud;
import io.citytally.local.lifecycle.Closing;
import io.citytally.local.lifecycle.FailureSignal;
import io.citytally.local.screen.LiveSummary;
import io.citytally.local.screen.RateMeter;
import io.citytally.local.screen.Screen;
import io.citytally.local.screen.Terminal;
import io.citytally.vote.Choice;
import io.citytally.vote.RecentVotes;
import java.io.PrintStream;
import java.time.Duration;
import java.time.ZoneId;
import java.util.Map;

/** The result of a running system on the terminal, drawn each second. */
public final class LiveView {

  private static final Duration REDRAW = Duration.ofSeconds(1);
  private static final Duration LINE = Duration.ofSeconds(10);
  private static final Duration RATE_MEMORY = Duration.ofSeconds(10);

  private final LocalCloud cloud;
  private final Map<String, String> endpoints;
  private final FailureSignal alarm;
  private final PrintStream out;
  private final RateMeter rate = new RateMeter(RATE_MEMORY);
  private final long start = System.nanoTime();

  /**
   * @param endpoints the addresses at which the parts listen, by name
   * @param alarm raised when a part has failed
   */
  public LiveView(
      LocalCloud cloud, Map<String, String> endpoints, FailureSignal alarm, PrintStream out) {
    this.cloud = cloud;
    this.endpoints = endpoints;
    this.alarm = alarm;
    this.out = out;
  }

  /**
   * Shows it until Ctrl-C.
   *
   * @throws IllegalStateException if the system fails
   */
  public void showUntilStopped(Closing closing) throws Exception {
    endpoints.forEach((name, address) -> out.println(name + " is at " + address));
    closing.add(new Screen(out, Terminal::current, this::summary).start(REDRAW, LINE));
    while (true) {
      alarm.sleep(REDRAW);
    }
  }

  private LiveSummary summary() {
    Map<Choice, Long> totals = cloud.totals();
    long now = System.nanoTime();
    long votes = totals.values().stream().mapToLong(Long::longValue).sum();
    return new LiveSummary(
        Duration.ofNanos(now - start),
        rate.read(now, votes),
        totals,
        cloud.ballot(),
        cloud.recentVotes(RecentVotes.CITY),
        ZoneId.systemDefault(),
        endpoints);
  }
}
