package io.citytally.local.lifecycle;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Ends all waits for a part of the system when it fails on a thread of its own. */
public final class FailureSignal {

  private final CompletableFuture<Void> raised = new CompletableFuture<>();

  /** Ends all waits, for this reason; only the first reason counts. */
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
