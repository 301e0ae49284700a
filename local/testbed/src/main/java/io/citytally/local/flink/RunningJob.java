package io.citytally.local.flink;

import java.util.concurrent.ExecutionException;

/** A job in a cluster, within this JVM or in processes of its own. */
public interface RunningJob {

  /**
   * Whether each of its tasks runs.
   *
   * @throws IllegalStateException if it has failed for good
   */
  boolean isRunning() throws Exception;

  /**
   * Takes a checkpoint and waits for it.
   *
   * @throws ExecutionException if there is none, as in the middle of a restart
   */
  void checkpoint() throws InterruptedException, ExecutionException;

  /** The sum of all gauges of this name at present; zero if there is none. */
  long present(String gauge) throws Exception;
}
