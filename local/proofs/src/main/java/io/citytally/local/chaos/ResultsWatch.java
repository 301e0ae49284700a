package io.citytally.local.chaos;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

/** A dashboard that is open all the time: asks for the results once a second. */
final class ResultsWatch implements AutoCloseable {

  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(TIMEOUT).build();
  private final HttpRequest request;
  private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
  private final AtomicLong answered = new AtomicLong();
  private final AtomicLong failed = new AtomicLong();

  private final BooleanSupplier mayFail;

  /**
   * @param results where they are
   */
  ResultsWatch(URI results) {
    this(results, () -> false);
  }

  /**
   * @param results where they are
   * @param mayFail while it is so, a look that fails does not count
   */
  ResultsWatch(URI results, BooleanSupplier mayFail) {
    request = HttpRequest.newBuilder(results).timeout(TIMEOUT).build();
    this.mayFail = mayFail;
  }

  /** Begins to look, until it is closed. */
  ResultsWatch start() {
    clock.scheduleWithFixedDelay(this::look, 0, 1, TimeUnit.SECONDS);
    return this;
  }

  private void look() {
    boolean excused = mayFail.getAsBoolean();
    try {
      int status = http.send(request, BodyHandlers.discarding()).statusCode();
      if (status == 200) {
        answered.incrementAndGet();
        return;
      }
    } catch (IOException e) {
      // It counts as one that failed.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return;
    }
    if (!excused && !mayFail.getAsBoolean()) {
      failed.incrementAndGet();
    }
  }

  /** How often the results came. */
  long answered() {
    return answered.get();
  }

  /** How often they did not, or with another status than 200. */
  long failed() {
    return failed.get();
  }

  @Override
  public void close() {
    clock.shutdownNow();
  }
}
