package io.citytally.local.fuzz;

import static io.citytally.cli.command.DisplayText.number;

import java.util.ArrayList;
import java.util.List;

/** What came of all targets. */
record FuzzReport(List<FuzzedTarget> targets) {

  long inputs() {
    return targets.stream().mapToLong(FuzzedTarget::inputs).sum();
  }

  long failed() {
    return targets.stream().filter(target -> target.failure().isPresent()).count();
  }

  /** A line for each target, with what is to be done where it failed, and a closing one. */
  List<String> lines() {
    List<String> lines = new ArrayList<>();
    for (FuzzedTarget each : targets) {
      lines.add(each.line());
      each.failure().ifPresent(failure -> lines.add("  " + failure));
      each.badInput()
          .ifPresent(
              file ->
                  lines.add(
                      "  local/citytally fuzz --target " + each.name() + " --reproduce " + file));
    }
    lines.add(closingLine());
    return lines;
  }

  private String closingLine() {
    long ended = targets.stream().filter(FuzzedTarget::hasEnded).count();
    return "fuzz: %s inputs, %d %s, %s branches covered: %d failed%s"
        .formatted(
            number(inputs()),
            targets.size(),
            targets.size() == 1 ? "target" : "targets",
            number(targets.stream().mapToLong(FuzzedTarget::branches).sum()),
            failed(),
            ended == targets.size() ? "" : ", stopped before its end");
  }

  int exitStatus() {
    return failed() == 0 && targets.stream().allMatch(FuzzedTarget::hasEnded) ? 0 : 1;
  }
}
