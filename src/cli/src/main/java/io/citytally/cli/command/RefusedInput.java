package io.citytally.cli.command;

/**
 * An exception because of a file or an answer that a command can't work with. Its message says why
 * and what to do. The command ends with the exit status for a refused option.
 */
public interface RefusedInput {}
