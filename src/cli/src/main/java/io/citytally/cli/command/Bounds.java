package io.citytally.cli.command;

import java.time.Duration;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/**
 * Refuses what options can't have, in the same words for each command.
 *
 * @param command whose options they are
 */
public record Bounds(CommandSpec command) {

  /**
   * @throws ParameterException if the value is out of bounds
   */
  public void within(String option, Duration value, Duration least, Duration most) {
    if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
      throw refusal(
          "%s is %s, but must be %s to %s"
              .formatted(
                  option,
                  DurationConverter.format(value),
                  DurationConverter.format(least),
                  DurationConverter.format(most)));
    }
  }

  /**
   * @param most {@link Long#MAX_VALUE} if there is none
   * @throws ParameterException if the value is out of bounds
   */
  public void within(String option, long value, long least, long most) {
    if (value < least || value > most) {
      throw refusal(
          "%s is %d, but must be %s"
              .formatted(
                  option,
                  value,
                  most == Long.MAX_VALUE ? "at least " + least : least + " to " + most));
    }
  }

  /** To be thrown: says why what was asked for can't be done. */
  public ParameterException refusal(String reason) {
    return new ParameterException(command.commandLine(), reason);
  }
}
