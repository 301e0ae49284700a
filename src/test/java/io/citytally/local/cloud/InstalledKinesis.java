package io.citytally.local.cloud;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;

/**
 * The emulator's home, with its packages; tests that need it are skipped where Node.js is missing.
 */
public final class InstalledKinesis {

  public static final Path HOME = Path.of("local/kinesis");

  private InstalledKinesis() {}

  public static Path home() {
    assumeTrue(hasNode(), "Node.js is missing: nothing was tested against Kinesis");
    LocalKinesis.install(HOME, System.out::println);
    return HOME;
  }

  private static boolean hasNode() {
    try {
      return new ProcessBuilder("node", "--version").start().waitFor() == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
