package io.citytally.local.fuzz;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file for what is read from one, in memory where the machine has a place for that. */
final class TemporaryFile implements AutoCloseable {

  private static final Path IN_MEMORY = Path.of("/dev/shm");

  private final Path path;

  TemporaryFile(String suffix) {
    try {
      path =
          Files.isWritable(IN_MEMORY)
              ? Files.createTempFile(IN_MEMORY, "citytally-fuzz-", suffix)
              : Files.createTempFile("citytally-fuzz-", suffix);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    // A fuzzer ends its virtual machine where it likes.
    path.toFile().deleteOnExit();
  }

  Path path() {
    return path;
  }

  @Override
  public void close() throws IOException {
    Files.deleteIfExists(path);
  }
}
