package io.citytally.local.command;

import io.citytally.cli.command.Bounds;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The files of an election, the same for each command that holds one. */
public final class ElectionFiles {

  @Spec(Spec.Target.MIXEE)
  CommandSpec command;

  @Parameters(paramLabel = "FILE.pb", arity = "1..*", description = "The districts' files.")
  List<Path> files;

  /**
   * @throws ParameterException if one is missing or given twice
   */
  public List<Path> checked() {
    Bounds bounds = new Bounds(command);
    Set<Path> known = new HashSet<>();
    for (Path file : files) {
      if (!Files.isRegularFile(file)) {
        throw bounds.refusal(
            file + (Files.exists(file) ? " is not a file" : ": there is no such file"));
      }
      if (!known.add(file.toAbsolutePath().normalize())) {
        throw bounds.refusal(file + " is given twice");
      }
    }
    return List.copyOf(files);
  }
}
