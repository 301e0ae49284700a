package io.citytally.cli;

import io.citytally.cli.audit.AuditCommand;
import io.citytally.cli.audit.BackfillCommand;
import io.citytally.cli.ballot.BallotCommand;
import io.citytally.cli.ballot.ReplaceBallot;
import io.citytally.cli.cost.CostCommand;
import io.citytally.cli.election.ElectionCommand;
import io.citytally.cli.election.SetElection;
import io.citytally.cli.recast.RecastCommand;
import io.citytally.cli.result.CloseCommand;
import java.nio.file.Path;
import java.util.List;

/** The commands for an operator of a running system, on AWS or on this machine. */
public final class OperatorCommands implements CommandSet {

  @Override
  public int rank() {
    return 20;
  }

  @Override
  public List<Object> commands(Path home) {
    return List.of(
        new BallotCommand(new ReplaceBallot(System.out)),
        new ElectionCommand(new SetElection(System.out)),
        new RecastCommand(),
        new AuditCommand(),
        new BackfillCommand(),
        new CloseCommand(),
        new CostCommand());
  }
}
