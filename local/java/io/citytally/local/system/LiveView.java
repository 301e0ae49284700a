package io.citytally.local.system;

import io.citytally.local.lifecycle.Closing;
import io.citytally.local.screen.LiveSummary;
import io.citytally.local.screen.RateMeter;
import io.citytally.local.screen.Screen;
import io.citytally.local.screen.Terminal;
import io.citytally.vote.RecentVotes;
import io.citytally.vote.TallyKey;
import java.io.PrintStream;
import java.time.Duration;
import java.time.ZoneId;
import java.util.Map;

/** The result of a running system on the terminal, drawn anew each second. */
public final class LiveView {

  private static final Duration REDRAW = Duration.ofSeconds(1);
  private static final Duration LINE = Duration.ofSeconds(10);
  private static final Duration RATE_MEMORY = Duration.ofSeconds(10);

  private final LocalSystem system;
  private final PrintStream out;
  private final RateMeter rate = new RateMeter(RATE_MEMORY);
  private final long start = System.nanoTime();

  public LiveView(LocalSystem system, PrintStream out) {
    this.system = system;
    this.out = out;
  }

  /**
   * Shows it until Ctrl-C.
   *
   * @throws IllegalStateException if the system fails
   */
  public void showUntilStopped(Closing closing) throws Exception {
    Map<String, String> endpoints = system.endpoints();
    endpoints.forEach((name, address) -> out.println(name + " is at " + address));
    closing.add(new Screen(out, Terminal::current, () -> summary(endpoints)).start(REDRAW, LINE));
    while (true) {
      system.alarm().sleep(REDRAW);
    }
  }

  private LiveSummary summary(Map<String, String> endpoints) {
    Map<TallyKey, Long> totals = system.cloud().totals();
    long now = System.nanoTime();
    long votes = totals.values().stream().mapToLong(Long::longValue).sum();
    return new LiveSummary(
        Duration.ofNanos(now - start),
        rate.read(now, votes),
        totals,
        system.cloud().titles(),
        system.cloud().recentVotes(RecentVotes.CITY),
        ZoneId.systemDefault(),
        endpoints);
  }
}
