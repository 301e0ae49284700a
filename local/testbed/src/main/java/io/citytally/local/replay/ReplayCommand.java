package io.citytally.local.replay;

import io.citytally.cli.command.NumberConverter;
import io.citytally.cli.command.RateConverter;
import io.citytally.cli.command.Work;
import io.citytally.local.command.ElectionFiles;
import io.citytally.local.command.JobMixin;
import io.citytally.local.command.PortMixin;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code citytally replay}. */
@Command(
    name = "replay",
    sortOptions = false,
    description = {
      "Casts every vote of a real election, counts them, and compares each total with the ballots,"
          + " and the ballots with the totals that the city published.",
      "",
      "The files are in the .pb format of Pabulib (pabulib.org), one for each district or for the"
          + " whole city, with approval ballots (approval, choose-1). A published total that the"
          + " file's own ballots contradict is a warning; the ballots count.",
      "",
      "It also compares the turnout of each region: the number of ballots that hold a vote.",
      "",
      "At the end an independent checker, local/recount/recount.js, counts the votes again and checks"
          + " the totals, the recent votes and the API.",
      ""
    },
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {
      "0:every total is exact, and the recount agrees (without Node.js it is skipped)",
      "1:some total is not exact, the recount differs, or the replay failed",
      "2:an option or a file was refused"
    },
    footer = {
      "",
      "For instance:",
      "  citytally replay local/elections/*.pb",
      "  citytally replay --crash-every 5s --duplicates 0.1 --shuffle 1000 toulouse-2022/*.pb",
      "  citytally replay --ballots --rate max warsaw-2023/*.pb"
    })
public final class ReplayCommand implements Callable<Integer> {

  private final Work<ReplayOptions> work;

  @Mixin ElectionFiles files;

  @Option(
      names = "--rate",
      paramLabel = "N|max",
      defaultValue = "500",
      converter = RateConverter.class,
      description = "Votes per second (default: ${DEFAULT-VALUE}).")
  double rate;

  @Option(
      names = "--direct",
      description = "Sends the votes straight to Kinesis, which is faster than the votes table.")
  boolean direct;

  @Option(
      names = "--ballots",
      description = {
        "Casts all votes of a voter as one ballot, one item of the votes table; some voters change"
            + " theirs later."
      })
  boolean ballots;

  @Option(
      names = "--crash-every",
      paramLabel = "TIME",
      description =
          "Crashes the job again and again, at least 1s apart; it restarts from its last"
              + " checkpoint.")
  Duration crashEvery;

  @Option(
      names = "--duplicates",
      paramLabel = "P",
      defaultValue = "0",
      converter = NumberConverter.class,
      description =
          "Delivers this fraction of the votes twice, 0 to 1 (default: ${DEFAULT-VALUE}).")
  double duplicates;

  @Option(
      names = "--shuffle",
      paramLabel = "N",
      defaultValue = "0",
      description =
          "Delivers votes out of order within N, 0 to 1000000 (default: ${DEFAULT-VALUE}).")
  int shuffle;

  @Option(names = "--reshard", description = "Splits and merges shards on the way.")
  boolean reshard;

  @Option(names = "--keep", description = "Keeps running after the replay, until Ctrl-C.")
  boolean keep;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description =
          "Gives the same order, duplicates and shuffling each time (default: ${DEFAULT-VALUE}).")
  long seed;

  @Mixin JobMixin job;
  @Mixin PortMixin ports;

  public ReplayCommand(Work<ReplayOptions> work) {
    this.work = work;
  }

  @Override
  public Integer call() throws Exception {
    List<Path> checked = files.checked();
    checkDelivery();
    if (crashEvery != null) {
      job.within("--crash-every", crashEvery, Duration.ofSeconds(1), Duration.ofHours(1));
    }
    return work.execute(
        new ReplayOptions(
            checked,
            rate,
            direct,
            ballots,
            Optional.ofNullable(crashEvery),
            duplicates,
            shuffle,
            reshard,
            keep,
            seed,
            job.settings(),
            ports.settings(job)));
  }

  private void checkDelivery() {
    if (direct) {
      job.withoutKinesis("--direct", "it sends the votes past the votes table, to Kinesis");
    }
    if (duplicates > 1) {
      throw job.refusal("--duplicates is a fraction, 0 to 1, such as 0.1");
    }
    if (duplicates > 0) {
      job.withoutKinesis("--duplicates", "the table's own stream never repeats a change");
    }
    job.within("--shuffle", shuffle, 0, 1_000_000);
    if (shuffle > 0) {
      job.withoutKinesis("--shuffle", "the table's own stream keeps the order");
    }
    if (reshard) {
      job.withoutKinesis("--reshard", "the shards of the table's own stream are DynamoDB's affair");
    }
  }
}
