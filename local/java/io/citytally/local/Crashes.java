package io.citytally.local;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Crashes the job over and over, in turn by killing a task manager and by losing the job manager.
 */
final class Crashes implements AutoCloseable {

  private final LocalFlink flink;
  private final Duration every;
  private final Thread thread = new Thread(this::crashOnAndOn, "crashes");
  private final CountDownLatch closing = new CountDownLatch(1);
  private volatile int count;
  private volatile Exception failure;

  private Crashes(LocalFlink flink, Duration every) {
    this.flink = flink;
    this.every = every;
  }

  /**
   * @param every the time from one crash to the next
   */
  static Crashes start(LocalFlink flink, Duration every) {
    Crashes crashes = new Crashes(flink, every);
    crashes.thread.setDaemon(true);
    crashes.thread.start();
    return crashes;
  }

  int count() {
    return count;
  }

  private void crashOnAndOn() {
    try {
      while (!closing.await(every.toNanos(), TimeUnit.NANOSECONDS)) {
        crash();
      }
    } catch (Exception e) {
      failure = e;
    }
  }

  private void crash() throws Exception {
    if (count % 2 == 0) {
      flink.killTaskManager();
    } else {
      flink.failOverJobManager();
    }
    count++;
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
