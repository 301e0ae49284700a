package io.citytally.local;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Crashes the job over and over, in turn by killing a task manager and by losing the job manager. */
final class Crashes implements AutoCloseable {

  private final LocalFlink flink;
  private final Duration every;
  private final Consumer<Exception> onFailure;
  private final Thread thread = new Thread(this::crashOnAndOn, "crashes");
  private final CountDownLatch closing = new CountDownLatch(1);
  private volatile int count;

  private Crashes(LocalFlink flink, Duration every, Consumer<Exception> onFailure) {
    this.flink = flink;
    this.every = every;
    this.onFailure = onFailure;
  }

  /**
   * @param every the time from one crash to the next
   * @param onFailure is told when the job could not be crashed
   */
  static Crashes start(LocalFlink flink, Duration every, Consumer<Exception> onFailure) {
    Crashes crashes = new Crashes(flink, every, onFailure);
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
      onFailure.accept(e);
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

  /** Returns when no crash is under way any more. */
  @Override
  public void close() throws InterruptedException {
    closing.countDown();
    thread.join();
  }
}
