package io.citytally.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Commands of {@code citytally} that one module brings. {@link Citytally} finds each set on the
 * class path by {@link java.util.ServiceLoader}: an operator's jar has one, the local system
 * several.
 */
public interface CommandSet {

  /** The place of this set in the list of commands; sets with lower numbers come first. */
  int rank();

  /**
   * New commands, in the order in which the help lists them.
   *
   * @param home the project's directory, with templates and emulators; the working directory where
   *     there is no checkout
   * @return objects with picocli's {@code @Command}
   */
  List<Object> commands(Path home);

  /**
   * Commands that {@code local/citytally} builds only when you ask for them, each with its
   * description. The help lists those that are not on the class path.
   */
  default Map<String, String> builtOnDemand() {
    return Map.of();
  }
}
