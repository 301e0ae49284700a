package io.citytally.cli.ballot;

import io.citytally.cli.aws.Target;
import java.nio.file.Path;

/**
 * What {@code citytally ballot} was asked to do, checked, but for the file, which is not read yet.
 *
 * @param table the ballot
 * @param yes whether to write without asking
 */
public record BallotOptions(Path file, Target target, String table, boolean yes) {}
