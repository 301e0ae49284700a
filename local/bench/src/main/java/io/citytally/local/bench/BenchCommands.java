package io.citytally.local.bench;

import io.citytally.cli.CommandSet;
import java.nio.file.Path;
import java.util.List;

/** The command that measures. */
public final class BenchCommands implements CommandSet {

  @Override
  public int rank() {
    return 50;
  }

  @Override
  public List<Object> commands(Path home) {
    return List.of(new BenchCommand());
  }
}
