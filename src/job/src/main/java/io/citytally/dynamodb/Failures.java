package io.citytally.dynamodb;

import io.netty.handler.codec.EncoderException;
import java.util.concurrent.CompletionException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;
import software.amazon.awssdk.services.dynamodb.model.TransactionConflictException;

/** Tells failures of DynamoDB that may pass from those that stay. */
public final class Failures {

  private Failures() {}

  /** Unwraps the failure of a future. */
  public static Throwable causeOf(Throwable failure) {
    return failure instanceof CompletionException && failure.getCause() != null
        ? failure.getCause()
        : failure;
  }

  /**
   * Whether the same request may succeed later, as the SDK and DynamoDB's developer guide have it
   * ("Error handling with DynamoDB"). A transaction of someone else on the item passes, too. A
   * request that this process could not put into bytes, for want of memory or of a class, does not:
   * the client stays as it is until the task starts again.
   */
  public static boolean mayPass(Throwable cause) {
    if (cause instanceof DynamoDbException) {
      DynamoDbException answer = (DynamoDbException) cause;
      return answer.statusCode() >= 500
          || answer.isThrottlingException()
          || answer.isClockSkewException()
          || answer instanceof TransactionConflictException;
    }
    return cause instanceof SdkClientException && !isOfThisProcess(cause);
  }

  /**
   * Whether the failure arose in this process: an {@code Error} or an encoder's exception is
   * anywhere among the causes. An encoder's exception counts, because Netty hides the first error
   * of a request behind a second one.
   */
  private static boolean isOfThisProcess(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof Error || cause instanceof EncoderException) {
        return true;
      }
    }
    return false;
  }
}
