package io.citytally.local.city;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The elections on this machine. */
public final class Elections {

  /** Why a test is skipped that can't do without a real election. */
  public static final String NO_REAL_ONES =
      "CITYTALLY_PABULIB, or the system property citytally.pabulib, names no directory";

  private Elections() {}

  /** The files of Lunden, a town that does not exist. */
  public static List<Path> lunden() throws IOException {
    return filesIn(Path.of("local/elections"));
  }

  /**
   * A small file of Lunden with something that real files have, too.
   *
   * @param name what that is
   */
  public static Path odd(String name) {
    return Path.of("local/testbed/src/test/resources/elections", name + ".pb");
  }

  /**
   * The files of a real election, if there are any.
   *
   * @param folder its name within the directory of {@link #NO_REAL_ONES}
   */
  public static Optional<List<Path>> real(String folder) throws IOException {
    String place = System.getProperty("citytally.pabulib", System.getenv("CITYTALLY_PABULIB"));
    return place == null ? Optional.empty() : Optional.of(filesIn(Path.of(place, folder)));
  }

  private static List<Path> filesIn(Path directory) throws IOException {
    try (Stream<Path> all = Files.list(directory)) {
      return all.filter(file -> file.toString().endsWith(".pb")).sorted().toList();
    }
  }
}
