package io.citytally.local;

import io.citytally.dynamodb.VotesTable;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.concurrent.ThreadLocalRandom;

/** Runs the whole system, with simulated voters, until Ctrl-C. */
final class LocalRun implements Citytally.Work<RunOptions> {

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
              new WebSettings(DefaultBallot.titles(), options.voters()),
              out::println);
      if (options.votersPerSecond() > 0) {
        SimulatedVoters voters =
            new SimulatedVoters(
                DefaultBallot.titles().keySet(), ThreadLocalRandom.current().nextLong());
        closing.add(
            new SimulatedVoting(
                    voters,
                    new Pacer(options.votersPerSecond()),
                    new DynamoDbVotes(system.cloud().dynamoDb(), VotesTable.DEFAULT_NAME),
                    system.alarm()::raise)
                .start());
      }
      new LiveView(system, out).showUntilStopped(closing);
      return 0;
    }
  }
}
