package io.citytally.cli.ballot;

import io.citytally.cli.aws.Target;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What {@code citytally ballot} was asked to do, checked, but for the files, which are not read
 * yet.
 *
 * @param file the new ballot; none to show the present one
 * @param map the new map; none to leave the present one
 * @param yes whether to write without asking
 */
public record BallotOptions(
    Optional<Path> file, Optional<Path> map, Target target, Tables tables, boolean yes) {

  /** The names of the tables that hold a ballot. */
  public record Tables(String ballot, String election) {}
}
