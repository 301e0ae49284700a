package io.citytally.local.cluster;

import io.citytally.local.lifecycle.CannotStartException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Where the jar for Managed Flink is. */
public final class JobJar {

  private JobJar() {}

  /**
   * The job's jar, as the build has made it.
   *
   * @param home the project's directory
   * @throws CannotStartException if it has not
   */
  public static Path builtIn(Path home) throws IOException {
    Path target = home.resolve("target");
    try (Stream<Path> files = Files.isDirectory(target) ? Files.list(target) : Stream.empty()) {
      List<Path> jars =
          files
              .filter(file -> file.getFileName().toString().matches("citytally-.*\\.jar"))
              .filter(file -> !file.toString().endsWith("-web.jar"))
              .toList();
      if (jars.size() != 1) {
        throw new CannotStartException(
            "there is no one jar of the job in " + target + ": make it with `mvn package`");
      }
      return jars.get(0);
    }
  }
}
