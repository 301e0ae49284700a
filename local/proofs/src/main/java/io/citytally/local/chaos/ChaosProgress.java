package io.citytally.local.chaos;

import static io.citytally.cli.command.DisplayText.bar;
import static io.citytally.cli.command.DisplayText.cut;
import static io.citytally.cli.command.DisplayText.number;

import io.citytally.local.screen.Screen;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How far a round is.
 *
 * @param round from 1
 * @param steps that voters take in it
 * @param stepsDone of them
 * @param happening the fault that is being done
 * @param happened how often each fault was, in this round
 */
record ChaosProgress(
    int round,
    long seed,
    long steps,
    long stepsDone,
    Optional<Fault> happening,
    Map<Fault, Long> happened)
    implements Screen.Picture {

  private static final int MAX_BAR_COLUMNS = 40;

  @Override
  public List<String> draw(int columns, int rows) {
    List<String> lines = new ArrayList<>();
    lines.add(
        cut("%s  %s".formatted(bar(share(), Math.min(MAX_BAR_COLUMNS, columns)), head()), columns));
    lines.add(cut(happening.map(fault -> "now: " + fault.plural()).orElse(""), columns));
    happened.forEach(
        (fault, times) ->
            lines.add(cut("%6s %s".formatted(number(times), fault.plural()), columns)));
    return lines.subList(0, Math.min(lines.size(), Math.max(0, rows)));
  }

  @Override
  public String line() {
    return head()
        + happening.map(fault -> ", now: " + fault.plural()).orElse("")
        + ", "
        + number(happened.values().stream().mapToLong(Long::longValue).sum())
        + " faults so far";
  }

  private double share() {
    return steps == 0 ? 1 : (double) stepsDone / steps;
  }

  private String head() {
    return "round %d, seed %d, %s of %s changes of votes"
        .formatted(round, seed, number(stepsDone), number(steps));
  }
}
