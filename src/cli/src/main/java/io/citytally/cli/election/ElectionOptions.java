package io.citytally.cli.election;

import io.citytally.cli.aws.Target;

/**
 * What {@code citytally election} was asked to do, checked, but for the file, which is not read
 * yet.
 *
 * @param tables the names of the tables
 * @param yes whether to write without asking
 */
public record ElectionOptions(Task task, Target target, Tables tables, boolean yes) {

  /** The names of the tables that the command reads and writes. */
  public record Tables(String election, String ballot, String votes) {}
}
