package io.citytally.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.EncoderException;
import java.io.IOException;
import java.net.ConnectException;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.exception.ApiCallAttemptTimeoutException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;

class FailuresTest {

  @Test
  void aConnectionThatIsRefusedOrSilentMayPass() {
    assertThat(Failures.mayPass(clientFailure(new ConnectException("Connection refused"))))
        .isTrue();
    assertThat(Failures.mayPass(clientFailure(new IOException("Connection reset")))).isTrue();
    assertThat(Failures.mayPass(ApiCallAttemptTimeoutException.create(5_000))).isTrue();
  }

  @Test
  void anErrorMayPassIfTheServiceIsToBlame() {
    assertThat(Failures.mayPass(answer(503))).isTrue();
    assertThat(Failures.mayPass(answer(400))).isFalse();
  }

  @Test
  void aFailureToEncodeARequestInThisProcessDoesNotPass() {
    assertThat(Failures.mayPass(clientFailure(new OutOfMemoryError("direct buffer memory"))))
        .isFalse();
    assertThat(
            Failures.mayPass(
                clientFailure(
                    new IOException(
                        new EncoderException(new IllegalStateException("unexpected message"))))))
        .isFalse();
  }

  private static SdkClientException clientFailure(Throwable cause) {
    return SdkClientException.create("Unable to execute HTTP request", cause);
  }

  private static Throwable answer(int statusCode) {
    return DynamoDbException.builder().message("an answer").statusCode(statusCode).build();
  }
}
