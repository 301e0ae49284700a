package io.citytally.local.soak;

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

/** A dashboard that is open all the time: asks for the results once a second. */
public final class ResultsWatch implements AutoCloseable {

  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(TIMEOUT).build();
  private final HttpRequest request;
  private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
  private final AtomicLong answered = new AtomicLong();
  private final AtomicLong failed = new AtomicLong();

  /**
   * @param results where they are
   */
  public ResultsWatch(URI results) {
    request = HttpRequest.newBuilder(results).timeout(TIMEOUT).build();
  }

  /** Begins to look, until it is closed. */
  public ResultsWatch start() {
    clock.scheduleWithFixedDelay(this::look, 0, 1, TimeUnit.SECONDS);
    return this;
  }

  private void look() {
    try {
      int status = http.send(request, BodyHandlers.discarding()).statusCode();
      (status == 200 ? answered : failed).incrementAndGet();
    } catch (IOException e) {
      failed.incrementAndGet();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** How often the results came. */
  public long answered() {
    return answered.get();
  }

  /** How often they did not, or with another status than 200. */
  public long failed() {
    return failed.get();
  }

  @Override
  public void close() {
    clock.shutdownNow();
  }
}
