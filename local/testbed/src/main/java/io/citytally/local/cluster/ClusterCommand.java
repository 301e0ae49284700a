package io.citytally.local.cluster;

import io.citytally.cli.command.NumberConverter;
import io.citytally.local.command.JobMixin;
import io.citytally.local.command.PortMixin;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code citytally cluster}. */
@Command(
    name = "cluster",
    sortOptions = false,
    description = {
      "Runs the job's jar as Managed Flink would: one job manager and two task managers, in separate"
          + " processes with only Managed Flink's libraries. They get the jar, its properties and its"
          + " snapshot from outside.",
      "",
      "Kill a process, and it is replaced; the job goes on from its last checkpoint. With --data,"
          + " Ctrl-C stops the job with a snapshot, and the next start goes on from it: with another"
          + " window, parallelism or jar, if you like.",
      ""
    },
    footer = {
      "",
      "For instance:",
      "  citytally cluster",
      "  citytally cluster --data ~/votes --window 5s --parallelism 3",
      "  citytally cluster --data ~/votes --snapshot none --epoch 2"
    })
public final class ClusterCommand implements Callable<Integer> {

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description =
          "Keeps tables, stream and snapshots in this directory (default: keeps nothing).")
  Path data;

  @Option(
      names = "--snapshot",
      paramLabel = "NAME",
      defaultValue = ClusterOptions.LATEST,
      description =
          "What the job starts from: latest, none, or a directory in DIR/snapshots (default:"
              + " ${DEFAULT-VALUE}).")
  String snapshot;

  @Option(
      names = "--jar",
      paramLabel = "FILE",
      description = "The job's jar (default: the one in target/, as the sources are now).")
  Path jar;

  @Option(
      names = "--checkpoint-interval",
      paramLabel = "TIME",
      defaultValue = "60s",
      description =
          "The time between two checkpoints, 500ms to 1h (default: ${DEFAULT-VALUE}, as on Managed"
              + " Flink).")
  Duration checkpointInterval;

  @Option(
      names = "--voters",
      paramLabel = "N",
      defaultValue = "5",
      converter = NumberConverter.class,
      description =
          "Simulated votes per second, 0 for none; some are changed, some withdrawn (default:"
              + " ${DEFAULT-VALUE}).")
  double voters;

  @Mixin JobMixin job;
  @Mixin PortMixin ports;

  @Override
  public Integer call() throws Exception {
    if (data != null && Files.exists(data) && !Files.isDirectory(data)) {
      throw job.refusal("--data is " + data + ", which is not a directory");
    }
    if (data == null && !snapshot.equals(ClusterOptions.LATEST)) {
      throw job.refusal("--snapshot takes --data: without it, there is none");
    }
    if (jar != null && !Files.isRegularFile(jar)) {
      throw job.refusal("--jar is " + jar + ", which is not a file");
    }
    job.within(
        "--checkpoint-interval", checkpointInterval, Duration.ofMillis(500), Duration.ofHours(1));
    return new LocalCluster(Path.of(System.getProperty("citytally.home", ".")), System.out)
        .run(
            new ClusterOptions(
                Optional.ofNullable(jar),
                Optional.ofNullable(data),
                snapshot,
                checkpointInterval,
                voters,
                job.settings(),
                ports.settings(job)));
  }
}
