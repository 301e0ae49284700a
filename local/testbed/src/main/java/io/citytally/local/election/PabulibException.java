package io.citytally.local.election;

import io.citytally.cli.command.RefusedInput;
import java.nio.file.Path;

/** A Pabulib file that can't be replayed, with the place and the reason. */
public final class PabulibException extends Exception implements RefusedInput {

  private final Path file;
  private final long line;
  private final String reason;

  /**
   * @param line counted from 1, or 0 where the reason concerns the file as a whole
   */
  public PabulibException(Path file, long line, String reason) {
    super(file + (line > 0 ? ":" + line : "") + ": " + reason);
    this.file = file;
    this.line = line;
    this.reason = reason;
  }

  Path file() {
    return file;
  }

  long line() {
    return line;
  }

  String reason() {
    return reason;
  }
}
