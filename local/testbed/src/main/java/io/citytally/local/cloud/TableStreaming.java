package io.citytally.local.cloud;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.citytally.local.lifecycle.Retry;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.SdkClientException;

/**
 * How far the DynamoDB emulator is with putting changes to Kinesis, and a way to stop it for a
 * moment. It asks the emulator in operations of its own: AWS has no such operation.
 */
public final class TableStreaming {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long POLL_MILLIS = 20;

  private final HttpClient client = HttpClient.newHttpClient();
  private final URI dynamoDb;

  TableStreaming(URI dynamoDb) {
    this.dynamoDb = dynamoDb;
  }

  /**
   * Returns once every change that was made before the call is in Kinesis.
   *
   * @throws TimeoutException if that takes longer
   */
  public void awaitCaughtUp(Duration timeout) throws TimeoutException {
    long end = System.nanoTime() + timeout.toNanos();
    Map<String, Long> made = timesOfLast("stored");
    while (isBehind(timesOfLast("sent"), made)) {
      if (System.nanoTime() > end) {
        throw new TimeoutException("changes have not reached Kinesis within " + timeout);
      }
      Retry.pause(POLL_MILLIS);
    }
  }

  private static boolean isBehind(Map<String, Long> sent, Map<String, Long> made) {
    return sent.entrySet().stream()
        .anyMatch(
            destination -> destination.getValue() < made.getOrDefault(destination.getKey(), 0L));
  }

  /** Returns the time that each destination reports as {@code what}, by its table and stream. */
  private Map<String, Long> timesOfLast(String what) {
    Map<String, Long> times = new HashMap<>();
    for (JsonNode destination : call("Progress").path("destinations")) {
      String name = destination.path("TableName").asText() + destination.path("StreamArn").asText();
      times.put(name, destination.path(what).asLong());
    }
    return times;
  }

  /** The changes that were put twice on purpose since the emulator was started. */
  public long duplicates() {
    return call("Progress").path("duplicates").asLong();
  }

  /** Does something while nothing is put. */
  <T> T whilePaused(Supplier<T> action) {
    call("Pause");
    try {
      return action.get();
    } finally {
      call("Resume");
    }
  }

  private JsonNode call(String operation) {
    HttpRequest request =
        HttpRequest.newBuilder(dynamoDb)
            .header("X-Amz-Target", "Launcher." + operation)
            .POST(BodyPublishers.ofString("{}"))
            .build();
    return Retry.with(
        () -> {
          try {
            HttpResponse<String> answer = client.send(request, BodyHandlers.ofString());
            if (answer.statusCode() != 200) {
              throw new IllegalStateException(operation + " was refused: " + answer.body());
            }
            return JSON.readTree(answer.body());
          } catch (IOException e) {
            throw SdkClientException.create("the DynamoDB emulator does not answer", e);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw AbortedException.create("interrupted", e);
          }
        });
  }
}
