package io.citytally.web;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Something that many ask for and that is read seldom: at most once per interval, however many ask.
 * Those who ask while it is being read wait for that one read. While it can't be read, or a read
 * takes longer than the timeout, they get what was read last, marked stale. An executor that reads
 * in the caller's thread makes the caller wait until the read has ended.
 *
 * <p>So what the source bears doesn't depend on how many ask, nor on how fast they ask again when
 * it fails: a read that fails counts as one, too. There is no timer in it, and nobody asking means
 * no reading.
 *
 * @param <T> what is read, immutable
 */
final class Reading<T> {

  private static final Logger LOG = LoggerFactory.getLogger(Reading.class);

  private final String name;
  private final Problem unreadable;
  private final Supplier<T> source;
  private final Duration interval;
  private final Duration timeout;
  private final Clock clock;
  private final Executor executor;

  private Instant startedAt = Instant.EPOCH;
  private boolean isExpired;
  private @Nullable CompletableFuture<Latest<T>> read;
  private volatile @Nullable Latest<T> last;
  private volatile boolean failing;

  /**
   * @param name of what is read, for the log and for those who don't get it
   * @param source reads; it must come to an end by itself
   * @param interval from the start of one read to the start of the next, at least
   * @param timeout how long a read may take before they get what was read last instead
   * @param executor does the reading
   */
  Reading(
      String name,
      Problem unreadable,
      Supplier<T> source,
      Duration interval,
      Duration timeout,
      Clock clock,
      Executor executor) {
    this.name = name;
    this.unreadable = unreadable;
    this.source = source;
    this.interval = interval;
    this.timeout = timeout;
    this.clock = clock;
    this.executor = executor;
  }

  /**
   * What was read last, not longer ago than the interval unless it is stale. As long as it doesn't
   * change, it is the same object.
   *
   * @throws ProblemException if it never could be read
   */
  Latest<T> latest() {
    CompletableFuture<Latest<T>> current;
    Duration timeLeft;
    boolean begins = false;
    Instant now;
    synchronized (this) {
      now = clock.instant();
      current = read;
      if (current == null || (current.isDone() && isDue(now))) {
        startedAt = now;
        isExpired = false;
        current = new CompletableFuture<>();
        read = current;
        begins = true;
      }
      timeLeft = timeout.minus(Duration.between(startedAt, now));
    }
    if (begins) {
      begin(current, now);
    }
    try {
      // A client that can be shown nothing else waits for as long as it takes.
      return last == null
          ? current.get()
          : current.get(Math.max(0, timeLeft.toNanos()), TimeUnit.NANOSECONDS);
    } catch (ExecutionException | TimeoutException e) {
      return stale();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return stale();
    }
  }

  /**
   * Lets the next request read again, because what was read last is outdated. A read that is under
   * way may be, too, so another one follows it.
   */
  synchronized void expire() {
    isExpired = true;
  }

  private void begin(CompletableFuture<Latest<T>> begun, Instant now) {
    try {
      begun.completeAsync(() -> readAt(now), executor);
    } catch (RejectedExecutionException e) {
      // It is being closed; nobody waits for what never comes.
      begun.completeExceptionally(e);
    }
  }

  /**
   * Whether a read is due: the last one has expired, the interval has passed, or the clock was set
   * back. One read too many is better than none for an hour.
   */
  private boolean isDue(Instant now) {
    Duration elapsed = Duration.between(startedAt, now);
    return isExpired || elapsed.isNegative() || elapsed.compareTo(interval) >= 0;
  }

  private Latest<T> readAt(Instant now) {
    try {
      Latest<T> latest = new Latest<>(source.get(), now, false, clock);
      last = latest;
      if (failing) {
        failing = false;
        LOG.info("Reading the {} works again", name);
      }
      return latest;
    } catch (RuntimeException e) {
      if (!failing) {
        failing = true;
        LOG.warn("The {} can't be read; until they can, the last ones are shown", name, e);
      }
      throw e;
    }
  }

  private synchronized Latest<T> stale() {
    if (last == null) {
      throw Unavailable.because(unreadable);
    }
    if (!last.stale) {
      last = new Latest<>(last.content, last.asOf, true, clock);
    }
    return last;
  }

  /**
   * What was read.
   *
   * @param <T> what it is
   */
  static final class Latest<T> {

    final T content;

    /** When the read began: nothing older than that is missing. */
    final Instant asOf;

    /** Whether it is older than it should be, because nothing newer can be read. */
    final boolean stale;

    private final Clock clock;

    private Latest(T content, Instant asOf, boolean stale, Clock clock) {
      this.content = Objects.requireNonNull(content);
      this.asOf = asOf;
      this.stale = stale;
      this.clock = clock;
    }

    /** Returns how old stale data is now, in whole seconds; zero if it is not stale. */
    Duration age() {
      long seconds = stale ? Duration.between(asOf, clock.instant()).toSeconds() : 0;
      return Duration.ofSeconds(Math.max(0, seconds));
    }

    /** Returns this, or the oldest stale part of what is made of this and others. */
    Latest<?> oldest(Latest<?>... others) {
      Latest<?> oldest = this;
      for (Latest<?> other : others) {
        if (other.stale && (!oldest.stale || other.asOf.isBefore(oldest.asOf))) {
          oldest = other;
        }
      }
      return oldest;
    }

    /**
     * Returns the data, under its time and age. Neither makes it another version: otherwise each
     * viewer would load the same stale data once a second.
     *
     * @param others what else the data is made of: it is as stale as the oldest part
     */
    Content content(ObjectNode data, Latest<?>... others) {
      Latest<?> oldest = oldest(others);
      ObjectNode essence = Json.object().put("stale", oldest.stale);
      essence.setAll(data);
      return Content.json(oldest::timeAndAge, essence);
    }

    private ObjectNode timeAndAge() {
      ObjectNode json = Json.object().put("asOf", ResultsHandler.TIME.format(asOf));
      return stale ? json.put("ageMillis", age().toMillis()) : json;
    }
  }
}
