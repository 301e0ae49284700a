package io.citytally.local.lifecycle;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * Work that goes on while its caller does something else.
 *
 * @param <T> what it results in
 */
public final class BackgroundTask<T> {

  private final FutureTask<T> task;

  private BackgroundTask(FutureTask<T> task) {
    this.task = task;
  }

  /**
   * Begins the work on a thread of its own.
   *
   * @param name of the thread
   */
  public static <T> BackgroundTask<T> start(String name, Callable<T> work) {
    FutureTask<T> task = new FutureTask<>(work);
    new Thread(task, name).start();
    return new BackgroundTask<>(task);
  }

  /**
   * Waits until the work is done.
   *
   * @throws Exception what the work has thrown
   */
  public T await() throws Exception {
    try {
      return task.get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof Exception cause ? cause : e;
    }
  }
}
