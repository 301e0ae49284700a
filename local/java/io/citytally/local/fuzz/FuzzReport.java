package io.citytally.local.fuzz;

import static io.citytally.local.screen.DisplayText.number;

import java.util.List;

/** What came of all targets. */
record FuzzReport(List<FuzzedTarget> targets) {

  long failed() {
    return targets.stream().filter(target -> target.failure().isPresent()).count();
  }

  String closingLine() {
    return "fuzz: %s inputs, %d %s, %s branches covered: %d failed"
        .formatted(
            number(targets.stream().mapToLong(FuzzedTarget::inputs).sum()),
            targets.size(),
            targets.size() == 1 ? "target" : "targets",
            number(targets.stream().mapToLong(FuzzedTarget::branches).sum()),
            failed());
  }

  int exitStatus() {
    return failed() == 0 ? 0 : 1;
  }
}
