package io.citytally.local.bench;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * A DynamoDB that answers each write after the same time, and keeps nothing: so what a write costs
 * its sender can be measured. It runs in a process of its own.
 */
final class SyntheticDynamoDb {

  /** When each write is answered: DynamoDB takes single-digit milliseconds. */
  static final Duration ANSWER_TIME = Duration.ofMillis(4);

  private static final byte[] ANSWER = "{}".getBytes(StandardCharsets.US_ASCII);

  private SyntheticDynamoDb() {}

  static ServerProcess start() throws IOException {
    return new ServerProcess(SyntheticDynamoDb.class);
  }

  /** The process. */
  public static void main(String[] args) throws IOException {
    ScheduledExecutorService later = Executors.newSingleThreadScheduledExecutor();
    ServerProcess.serve(
        exchange -> {
          exchange.getRequestBody().readAllBytes();
          later.schedule(() -> answer(exchange), ANSWER_TIME.toMillis(), TimeUnit.MILLISECONDS);
        });
    later.shutdownNow();
  }

  private static void answer(HttpExchange exchange) {
    try (exchange) {
      exchange.getResponseHeaders().set("Content-Type", "application/x-amz-json-1.0");
      exchange.sendResponseHeaders(200, ANSWER.length);
      exchange.getResponseBody().write(ANSWER);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
