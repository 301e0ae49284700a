package io.citytally.local.proofs;

import io.citytally.cli.CommandSet;
import io.citytally.local.chaos.ChaosCommand;
import io.citytally.local.fuzz.FuzzCommand;
import io.citytally.local.model.ModelCheckCommand;
import io.citytally.local.simulation.SimulateCommand;
import java.nio.file.Path;
import java.util.List;

/** The commands that try to prove the count wrong. */
public final class ProofCommands implements CommandSet {

  @Override
  public int rank() {
    return 40;
  }

  @Override
  public List<Object> commands(Path home) {
    return List.of(
        new ChaosCommand(), new ModelCheckCommand(), new SimulateCommand(), new FuzzCommand());
  }
}
