package io.citytally.local.flink;

import java.nio.file.Path;
import java.time.Duration;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.core.execution.CheckpointingMode;

/**
 * Checkpoints as Managed Flink takes them ("Apache Flink settings",
 * https://docs.aws.amazon.com/managed-flink/latest/java/reference-flink-settings.title.html):
 * RocksDB, incremental, exactly once, one at a time and one that is kept.
 */
public final class CheckpointSettings {

  /** As Managed Flink's, unless the interval is shorter. */
  static final Duration MAX_PAUSE = Duration.ofSeconds(5);

  /*
   * Why there must be a pause
   *
   * A task uploads only the files that the last complete checkpoint it knows of does not have. The
   * job manager tells it in a mail which one that is, and Flink's mailbox lets a barrier overtake
   * mails that come while the task works through others. Overtaken once, a task builds on the
   * checkpoint before: that is still kept. Overtaken twice in a row, it refers to files that are
   * deleted by then. The job manager logs "Attempt to reference unknown state" as a warning, drops
   * the task's acknowledgement, and the checkpoint hangs until its timeout. Without a pause that
   * came about in each third run of a job that had fallen behind.
   */

  private CheckpointSettings() {}

  /**
   * @param checkpoints the directory that takes them
   * @param interval the time between the beginnings of two checkpoints; the pause after each is as
   *     long, but at most five seconds
   */
  public static void addTo(Configuration configuration, Path checkpoints, Duration interval) {
    configuration.set(StateBackendOptions.STATE_BACKEND, "rocksdb");
    configuration.set(CheckpointingOptions.INCREMENTAL_CHECKPOINTS, true);
    configuration.set(CheckpointingOptions.CHECKPOINTS_DIRECTORY, checkpoints.toUri().toString());
    configuration.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, interval);
    configuration.set(
        CheckpointingOptions.MIN_PAUSE_BETWEEN_CHECKPOINTS,
        interval.compareTo(MAX_PAUSE) < 0 ? interval : MAX_PAUSE);
    configuration.set(CheckpointingOptions.MAX_CONCURRENT_CHECKPOINTS, 1);
    configuration.set(CheckpointingOptions.MAX_RETAINED_CHECKPOINTS, 1);
    configuration.set(
        CheckpointingOptions.CHECKPOINTING_CONSISTENCY_MODE, CheckpointingMode.EXACTLY_ONCE);
  }
}
