package io.citytally.local.lifecycle;

import java.time.Duration;
import java.util.function.Supplier;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.SdkClientException;

/** Repeats a request to an emulator while it fails for a reason that may pass, as in a restart. */
public final class Retry {

  private static final Duration TIMEOUT = Duration.ofSeconds(30);
  private static final long FIRST_PAUSE_MILLIS = 20;
  private static final long MAX_PAUSE_MILLIS = 500;

  private Retry() {}

  /**
   * The request's answer.
   *
   * @throws RuntimeException the last failure, if it can't pass, or has not within half a minute
   */
  public static <T> T with(Supplier<T> request) {
    long start = System.nanoTime();
    long pauseMillis = FIRST_PAUSE_MILLIS;
    while (true) {
      try {
        return request.get();
      } catch (SdkClientException | AwsServiceException e) {
        if (!mayPass(e) || System.nanoTime() - start > TIMEOUT.toNanos()) {
          throw e;
        }
      }
      pause(pauseMillis);
      pauseMillis = Math.min(2 * pauseMillis, MAX_PAUSE_MILLIS);
    }
  }

  private static boolean mayPass(RuntimeException e) {
    return e instanceof AwsServiceException service
        ? service.statusCode() >= 500 || service.isThrottlingException()
        : !(e instanceof AbortedException);
  }

  /**
   * @throws AbortedException if the thread is interrupted, as the SDK does
   */
  public static void pause(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw AbortedException.create("interrupted", e);
    }
  }
}
