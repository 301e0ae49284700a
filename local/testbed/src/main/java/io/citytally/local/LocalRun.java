package io.citytally.local;

import io.citytally.cli.command.Work;
import io.citytally.local.cloud.DynamoDbVotes;
import io.citytally.local.cloud.LocalCloud;
import io.citytally.local.cloud.VoteStream;
import io.citytally.local.election.DefaultBallot;
import io.citytally.local.election.ElectionWatch;
import io.citytally.local.election.Pacer;
import io.citytally.local.election.SimulatedVoters;
import io.citytally.local.election.SimulatedVoting;
import io.citytally.local.lifecycle.Closing;
import io.citytally.local.system.ClassArchive;
import io.citytally.local.system.LiveView;
import io.citytally.local.system.LocalSystem;
import io.citytally.local.web.WebSettings;
import io.citytally.table.VotesTable;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/** Runs the whole system, with simulated voters, until Ctrl-C. */
final class LocalRun implements Work<RunOptions> {

  /** Until nobody waits for anything any more. */
  private static final Duration SETTLING = Duration.ofSeconds(15);

  private final Path home;
  private final PrintStream out;

  /**
   * @param home the project's directory
   */
  LocalRun(Path home, PrintStream out) {
    this.home = home;
    this.out = out;
  }

  @Override
  public int execute(RunOptions options) throws Exception {
    try (Closing closing = Closing.onShutdown()) {
      LocalSystem system =
          LocalSystem.start(
              closing,
              new LocalCloud.Setup(
                  home,
                  options.data(),
                  options.job().source(),
                  options.job().shards(),
                  options.ports(),
                  true,
                  VoteStream.Packing.SINGLE,
                  VoteStream.Faults.NONE),
              options.job(),
              new WebSettings(DefaultBallot::publish, options.voters(), options.signIn()),
              out::println);
      Optional<ClassArchive> lacking = ClassArchive.lacking(SETTLING);
      if (lacking.isPresent()) {
        closing.add(lacking.get().start());
      }
      if (options.votersPerSecond() > 0) {
        ElectionWatch election = new ElectionWatch(system.cloud()::election, Clock.systemUTC());
        SimulatedVoters voters =
            new SimulatedVoters(
                DefaultBallot.titles().keySet(),
                ThreadLocalRandom.current().nextLong(),
                election::atMost);
        closing.add(
            new SimulatedVoting(
                    voters,
                    new Pacer(options.votersPerSecond()),
                    new DynamoDbVotes(system.cloud().dynamoDb(), VotesTable.DEFAULT_NAME),
                    election::isOpen,
                    system.alarm()::raise)
                .start());
      }
      new LiveView(system.cloud(), system.endpoints(), system.alarm(), out)
          .showUntilStopped(closing);
      return 0;
    }
  }
}
