package io.citytally.local.viewers;

import io.citytally.cli.command.CannotStartException;
import io.citytally.local.web.ServerLoad;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * Many viewers of one dashboard, as many browsers behave: each asks once a second, with the tag of
 * what it has, and doesn't ask again before it has an answer. They don't do it in step.
 */
public final class Viewers {

  private static final Duration INTERVAL = Duration.ofSeconds(1);
  private static final Duration TIMEOUT = Duration.ofSeconds(8);
  private static final int NOT_MODIFIED = 304;

  private final URI base;
  private final int count;
  private final Duration duration;

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(TIMEOUT).build();
  private final ConcurrentLinkedQueue<Long> latenciesNanos = new ConcurrentLinkedQueue<>();
  private final LongAdder errors = new LongAdder();
  private final LongAdder notModified = new LongAdder();
  private final LongAdder bytes = new LongAdder();
  private final LongAdder unanswered = new LongAdder();

  /**
   * @param base where the pages are
   */
  public Viewers(URI base, int count, Duration duration) {
    this.base = base;
    this.count = count;
    this.duration = duration;
  }

  /** Watches for as long as it is to take. */
  public ViewersReport watch() throws IOException, InterruptedException {
    long begin = System.nanoTime();
    ServerLoad before = load();
    long mostHeapBytes = before.usedHeapBytes();
    ScheduledExecutorService clock = Executors.newScheduledThreadPool(2);
    try {
      for (int i = 0; i < count; i++) {
        Viewer viewer = new Viewer();
        long phase = INTERVAL.toNanos() * i / count;
        clock.scheduleAtFixedRate(viewer::look, phase, INTERVAL.toNanos(), TimeUnit.NANOSECONDS);
      }
      long end = begin + duration.toNanos();
      while (System.nanoTime() < end) {
        TimeUnit.NANOSECONDS.sleep(
            Math.max(0, Math.min(INTERVAL.toNanos(), end - System.nanoTime())));
        mostHeapBytes = Math.max(mostHeapBytes, load().usedHeapBytes());
      }
    } finally {
      clock.shutdownNow();
    }
    ServerLoad after = load();
    Duration watched = Duration.ofNanos(System.nanoTime() - begin);
    awaitAnswers();
    return new ViewersReport(
        count,
        watched,
        latenciesNanos.stream().mapToLong(Long::longValue).toArray(),
        errors.sum(),
        notModified.sum(),
        bytes.sum(),
        after.resultsReads() - before.resultsReads(),
        mostHeapBytes);
  }

  private ServerLoad load() throws IOException, InterruptedException {
    URI uri = base.resolve(ServerLoad.PATH);
    HttpResponse<byte[]> response;
    try {
      response =
          client.send(
              HttpRequest.newBuilder(uri).timeout(TIMEOUT).build(), BodyHandlers.ofByteArray());
    } catch (ConnectException e) {
      throw nothingAnswersAt(base, e);
    }
    if (response.statusCode() != 200) {
      throw new CannotStartException(uri + " answered " + response.statusCode());
    }
    return ServerLoad.parse(response.body());
  }

  /** Returns what commands say that look at a running system, where there is none. */
  static CannotStartException nothingAnswersAt(URI base, Exception cause) {
    return new CannotStartException(
        "nothing answers at "
            + base
            + ": start it with citytally run, or name the address of its pages with --url",
        cause);
  }

  private void awaitAnswers() throws InterruptedException {
    long patience = System.nanoTime() + TIMEOUT.toNanos();
    while (unanswered.sum() > 0 && System.nanoTime() < patience) {
      TimeUnit.MILLISECONDS.sleep(10);
    }
  }

  private final class Viewer {

    private Optional<String> tag = Optional.empty();
    private boolean waiting;

    synchronized void look() {
      if (waiting) {
        return;
      }
      waiting = true;
      unanswered.increment();
      HttpRequest.Builder request =
          HttpRequest.newBuilder(base.resolve("/api/results"))
              .timeout(TIMEOUT)
              .header("Accept-Encoding", "gzip");
      tag.ifPresent(known -> request.header("If-None-Match", known));
      long start = System.nanoTime();
      client
          .sendAsync(request.build(), BodyHandlers.ofByteArray())
          .whenComplete((response, failure) -> take(response, System.nanoTime() - start));
    }

    private synchronized void take(HttpResponse<byte[]> response, long tookNanos) {
      waiting = false;
      unanswered.decrement();
      if (response == null
          || response.statusCode() != 200 && response.statusCode() != NOT_MODIFIED) {
        errors.increment();
        return;
      }
      latenciesNanos.add(tookNanos);
      bytes.add(response.body().length);
      tag = response.headers().firstValue("ETag");
      if (response.statusCode() == NOT_MODIFIED) {
        notModified.increment();
      }
    }
  }
}
