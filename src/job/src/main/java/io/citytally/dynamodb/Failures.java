package io.citytally.dynamodb;

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
   * ("Error handling with DynamoDB"). A transaction of someone else on the item passes, too.
   */
  public static boolean mayPass(Throwable cause) {
    if (cause instanceof DynamoDbException) {
      DynamoDbException answer = (DynamoDbException) cause;
      return answer.statusCode() >= 500
          || answer.isThrottlingException()
          || answer.isClockSkewException()
          || answer instanceof TransactionConflictException;
    }
    return cause instanceof SdkClientException;
  }
}
