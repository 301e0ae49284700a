package io.citytally.local.cluster;

import io.citytally.cli.command.CannotStartException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where the jar for Managed Flink is. */
public final class JobJar {

  private JobJar() {}

  /**
   * The job's jar, as the build has made it.
   *
   * @param home the project's directory
   * @throws CannotStartException if it has not
   */
  public static Path builtIn(Path home) {
    Path jar = home.resolve("src/job/target/citytally-job.jar");
    if (!Files.isRegularFile(jar)) {
      throw new CannotStartException(
          "The job's jar is not built: %s. Run `mvn package` first.".formatted(jar));
    }
    return jar;
  }
}
