package io.citytally.local.cluster;

import io.citytally.local.cloud.JobSettings;
import io.citytally.local.cloud.PortSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * What {@code citytally cluster} was asked to do, checked.
 *
 * @param jar the job's; none: the one that the build has made
 * @param data the directory that keeps tables, stream and snapshots; none: nothing is kept
 * @param snapshot to start from: {@link #LATEST}, {@link #NONE}, or one's name
 * @param votersPerSecond votes that are cast, changed or withdrawn each second; 0 for none
 */
record ClusterOptions(
    Optional<Path> jar,
    Optional<Path> data,
    String snapshot,
    Duration checkpointInterval,
    double votersPerSecond,
    JobSettings job,
    PortSettings ports) {

  static final String LATEST = "latest";
  static final String NONE = "none";
}
