package io.citytally.local.cloud;

import java.nio.file.Path;

/** The emulators' directory, with their packages. */
public final class InstalledEmulators {

  public static final Path DIRECTORY = Path.of("local/emulators");

  private InstalledEmulators() {}

  public static Path directory() {
    Emulators.install(DIRECTORY, System.out::println);
    return DIRECTORY;
  }
}
