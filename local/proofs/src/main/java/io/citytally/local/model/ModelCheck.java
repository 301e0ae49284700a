package io.citytally.local.model;

import io.citytally.local.model.Outcome.Counterexample;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Searches the idempotent add in each scope, the alternatives to it in the first, and all of them
 * under one fault at a time, and says what it finds.
 */
final class ModelCheck {

  /** What is searched by default: together all that can happen, each in a size of seconds. */
  static final List<Scope> USUAL =
      List.of(
          new Scope(2, 1, 2, 1, 1, Hazard.all()),
          new Scope(3, 1, 1, 1, 1, Hazard.all()),
          new Scope(1, 2, 2, 2, 2, Hazard.all()));

  /** What is searched if there are minutes. */
  static final List<Scope> LARGE =
      List.of(
          new Scope(2, 1, 2, 1, 1, Hazard.all()),
          new Scope(3, 1, 1, 1, 1, Hazard.all()),
          new Scope(1, 2, 2, 2, 2, Hazard.all()),
          new Scope(1, 3, 2, 2, 1, Hazard.all()),
          new Scope(2, 2, 1, 1, 1, Hazard.all()));

  /** The columns of the comparison under single faults. */
  private static final Map<String, Set<Hazard>> SINGLE_FAULTS = new LinkedHashMap<>();

  static {
    SINGLE_FAULTS.put("none", EnumSet.noneOf(Hazard.class));
    SINGLE_FAULTS.put("repeated", EnumSet.of(Hazard.REPEATED));
    SINGLE_FAULTS.put("out of order", EnumSet.of(Hazard.REORDERED));
    SINGLE_FAULTS.put("write refused", EnumSet.of(Hazard.REFUSED));
    SINGLE_FAULTS.put("answer lost", EnumSet.of(Hazard.ANSWER_LOST));
    SINGLE_FAULTS.put("answer lost for 10 min", EnumSet.of(Hazard.ANSWER_LOST, Hazard.FORGOTTEN));
    SINGLE_FAULTS.put("write late", EnumSet.of(Hazard.LATE));
    SINGLE_FAULTS.put("crash", EnumSet.of(Hazard.CRASH));
    SINGLE_FAULTS.put("old snapshot", EnumSet.of(Hazard.CRASH, Hazard.OLD_SNAPSHOT));
    SINGLE_FAULTS.put("zombie", EnumSet.of(Hazard.ZOMBIE));
  }

  private record Found(Contender contender, Scope scope, Outcome outcome) {}

  private final PrintWriter out;
  private final boolean interactive;
  private final boolean markdown;
  private final Search.Limits limits;
  private final Contender subject;
  private final List<Contender> alternatives;
  private final List<String> failures = new ArrayList<>();

  /**
   * @param subject what is searched in each scope; it must be exact
   * @param alternatives what is searched next to it
   */
  ModelCheck(
      PrintWriter out,
      boolean interactive,
      boolean markdown,
      Search.Limits limits,
      Contender subject,
      List<Contender> alternatives) {
    this.out = out;
    this.interactive = interactive;
    this.markdown = markdown;
    this.limits = limits;
    this.subject = subject;
    this.alternatives = alternatives;
  }

  /**
   * @return the exit status: 0 if the exact protocols hold and the others fail, as far as the
   *     limits let it see; else 1
   */
  int run(List<Scope> scopes) {
    List<Found> ours = new ArrayList<>();
    for (Scope scope : scopes) {
      ours.add(search(subject, scope));
    }
    Scope first = scopes.get(0).inOneEpoch();
    List<Found> others = new ArrayList<>();
    for (Contender alternative : alternatives) {
      others.add(search(alternative, first.without(alternative.spared())));
    }
    if (markdown) {
      printTable(ours, others);
    }
    if (first.faults().equals(Hazard.all())) {
      printSingleFaults(first);
    }
    out.println(closing(ours, others));
    return failures.isEmpty() ? 0 : 1;
  }

  private Found search(Contender contender, Scope scope) {
    SearchProgress progress = new SearchProgress(out, interactive, contender.name());
    Outcome outcome = contender.search(scope, limits, progress);
    progress.clear();
    out.printf("%s: %s%n", contender.name(), scope);
    out.println("  " + verdict(outcome) + figures(outcome));
    outcome.counterexample().ifPresent(this::print);
    out.println();
    judge(contender, scope, outcome);
    return new Found(contender, scope, outcome);
  }

  private void judge(Contender contender, Scope scope, Outcome outcome) {
    boolean failed = outcome.counterexample().isPresent();
    if (contender.exact() && failed) {
      failures.add(contender.name() + " fails");
    } else if (!outcome.complete() && !failed && outcome.states() > limits.states()) {
      failures.add(contender.name() + " has more than " + number(limits.states()) + " states");
    } else if (!contender.exact() && !failed && scope.faults().size() >= Hazard.all().size() - 1) {
      failures.add(contender.name() + " doesn't show its fault in so small a scope");
    }
  }

  private void print(Counterexample counterexample) {
    int number = 1;
    for (String step : counterexample.steps()) {
      out.printf("  %2d. %s%n", number++, step);
    }
    out.println("   => " + counterexample.reason());
  }

  private static String verdict(Outcome outcome) {
    if (outcome.counterexample().isPresent()) {
      int steps = outcome.counterexample().get().steps().size();
      return "fails after " + steps + (steps == 1 ? " step" : " steps");
    }
    return outcome.complete() ? "holds" : "not known: not all was searched";
  }

  private static String figures(Outcome outcome) {
    return String.format(
        "; %s states, %s transitions, depth %d, %s",
        number(outcome.states()),
        number(outcome.transitions()),
        outcome.depth(),
        seconds(outcome.elapsed()));
  }

  private void printTable(List<Found> ours, List<Found> others) {
    List<Found> found = new ArrayList<>(ours);
    found.addAll(others);
    out.println("| protocol | scope | states | depth | verdict | shortest counterexample |");
    out.println("| --- | --- | ---: | ---: | --- | --- |");
    for (Found each : found) {
      Outcome outcome = each.outcome;
      out.printf(
          "| %s | %s | %s | %d | %s | %s |%n",
          each.contender.name(),
          each.scope,
          number(outcome.states()),
          outcome.depth(),
          verdict(outcome),
          outcome.counterexample().map(ModelCheck::inOneLine).orElse(""));
    }
    out.println();
  }

  /** What happened, without the windows, what was sent, and what stood where. */
  private static String inOneLine(Counterexample counterexample) {
    return counterexample.steps().stream()
            .filter(step -> !step.contains("'s window for "))
            .map(step -> step.replaceAll("; .*|: [^,]*| \\([^)]*\\)", ""))
            .collect(Collectors.joining("; "))
        + ". "
        + counterexample.reason();
  }

  private void printSingleFaults(Scope scope) {
    List<Contender> all = new ArrayList<>(List.of(subject));
    all.addAll(alternatives);
    out.println("Under one fault at a time: exact, or in how many steps it fails");
    out.println();
    out.println("| protocol | " + String.join(" | ", SINGLE_FAULTS.keySet()) + " |");
    out.println("| --- |" + " --- |".repeat(SINGLE_FAULTS.size()));
    for (Contender each : all) {
      String cells =
          SINGLE_FAULTS.values().stream()
              .map(faults -> cell(each, scope.only(faults)))
              .collect(Collectors.joining(" | "));
      out.println("| " + each.name() + " | " + cells + " |");
    }
    out.println();
  }

  private String cell(Contender contender, Scope scope) {
    Outcome outcome = contender.search(scope, limits, (states, depth) -> {});
    if (contender.exact() && !outcome.holds()) {
      failures.add(contender.name() + " fails under " + scope.faults());
    }
    return outcome
        .counterexample()
        .map(each -> Integer.toString(each.steps().size()))
        .orElse(outcome.complete() ? "exact" : "?");
  }

  private String closing(List<Found> ours, List<Found> others) {
    long states = ours.stream().mapToLong(each -> each.outcome.states()).sum();
    boolean complete = ours.stream().allMatch(each -> each.outcome.complete());
    long failing =
        others.stream().filter(each -> each.outcome.counterexample().isPresent()).count();
    String tried =
        String.format(
            "%s in %s states of %d scope%s; %d of %d alternatives fail",
            subject.name(),
            number(states),
            ours.size(),
            ours.size() == 1 ? "" : "s",
            failing,
            others.size());
    if (!failures.isEmpty()) {
      return "NOT as it should be: " + String.join("; ", failures) + " (searched: " + tried + ")";
    }
    return (complete ? "holds: " : "not all searched, but nothing found: ") + tried;
  }

  private static String number(long number) {
    return String.format("%,d", number);
  }

  private static String seconds(Duration duration) {
    return String.format("%.1f s", duration.toMillis() / 1000.0);
  }
}
