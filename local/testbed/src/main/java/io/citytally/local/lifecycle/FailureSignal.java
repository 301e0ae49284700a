package io.citytally.local.lifecycle;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** By which a part that fails on a thread of its own ends those who wait for its work. */
public final class FailureSignal {

  private final CompletableFuture<Void> raised = new CompletableFuture<>();

  /** Says why it can't go on; only the first reason counts. */
  public void raise(Throwable reason) {
    raised.completeExceptionally(reason);
  }

  /**
   * Waits, unless the alarm was or is raised.
   *
   * @throws IllegalStateException if so, with the reason as its message and cause
   */
  public void sleep(Duration time) throws InterruptedException {
    try {
      raised.get(time.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      return;
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause().getMessage(), e.getCause());
    }
  }
}
