package io.citytally.local.ballot;

import java.nio.file.Path;

/**
 * What {@code citytally ballot} was asked to do, checked, but for the file, which is not read yet.
 *
 * @param dynamoDbPort of the system that runs
 * @param yes whether to write without asking
 */
public record BallotOptions(Path file, int dynamoDbPort, boolean yes) {}
