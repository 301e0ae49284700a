package io.citytally.local.replay;

import io.citytally.local.flink.LocalFlink;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Crashes a job, in turn by killing a task manager and by losing the job manager. */
public final class Crashes implements AutoCloseable {

  private static final long POLL_MILLIS = 50;

  private final LocalFlink flink;
  private final CountDownLatch closing = new CountDownLatch(1);
  private volatile int count;
  private volatile Exception failure;
  private Thread thread = new Thread();

  /** Crashes the job only when told to. */
  public Crashes(LocalFlink flink) {
    this.flink = flink;
  }

  /**
   * Crashes the job over and over.
   *
   * @param every the time from one crash, and the restart after it, to the next
   */
  public static Crashes start(LocalFlink flink, Duration every) {
    Crashes crashes = new Crashes(flink);
    crashes.thread = new Thread(() -> crashes.crashOnAndOn(every), "crashes");
    crashes.thread.setDaemon(true);
    crashes.thread.start();
    return crashes;
  }

  public int count() {
    return count;
  }

  private void crashOnAndOn(Duration every) {
    try {
      while (!closing.await(every.toNanos(), TimeUnit.NANOSECONDS)) {
        crash();
        awaitRunning();
      }
    } catch (Exception e) {
      failure = e;
    }
  }

  /** Crashes the job now, or once it runs after the last crash. */
  public void crash() throws Exception {
    awaitRunning();
    if (count % 2 == 0) {
      flink.killTaskManager();
    } else {
      flink.failOverJobManager();
    }
    count++;
  }

  /** On a busy machine the next crash might otherwise come before anything was counted. */
  private void awaitRunning() throws Exception {
    boolean stopped = false;
    while (!stopped && !flink.isRunning()) {
      stopped = closing.await(POLL_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  /**
   * Returns when no crash is under way any more.
   *
   * @throws IllegalStateException if the job could not be crashed
   */
  @Override
  public void close() throws InterruptedException {
    closing.countDown();
    thread.join();
    if (failure != null) {
      throw new IllegalStateException("the job could not be crashed", failure);
    }
  }
}
