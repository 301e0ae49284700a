package io.citytally.local.fuzz;

import static io.citytally.cli.command.DisplayText.number;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * What came of a target.
 *
 * @param inputs that it was handed
 * @param branches of the project's own code that they reached, those of the target left out
 * @param hasEnded by itself
 * @param failure why it ended before its time, or nothing
 * @param badInput the input by which it failed, if there is one
 */
record FuzzedTarget(
    String name,
    long inputs,
    Duration took,
    long branches,
    boolean hasEnded,
    Optional<String> failure,
    Optional<Path> badInput) {

  String line() {
    long perSecond = took.isZero() ? 0 : inputs * 1_000 / Math.max(1, took.toMillis());
    return "%s: %s inputs in %d s, %s/s, %s branches: %s"
        .formatted(
            name,
            number(inputs),
            took.toSeconds(),
            number(perSecond),
            number(branches),
            failure.isPresent() ? "FAILED" : "no promise broken");
  }
}
