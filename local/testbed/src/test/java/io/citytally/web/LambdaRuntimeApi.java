package io.citytally.web;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * Lambda's side of the interface over which a runtime fetches events and answers them: "Using the
 * Lambda runtime API for custom runtimes".
 */
final class LambdaRuntimeApi implements AutoCloseable {

  private static final String PREFIX = "/2018-06-01/runtime/";
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private final BlockingQueue<String> waiting = new LinkedBlockingQueue<>();
  private final Map<String, String> events = new ConcurrentHashMap<>();
  private final Map<String, CompletableFuture<String>> answers = new ConcurrentHashMap<>();
  private final CompletableFuture<String> initFailure = new CompletableFuture<>();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final HttpServer server;

  LambdaRuntimeApi() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext(PREFIX, this::handle);
    server.start();
  }

  /** As it stands in {@code AWS_LAMBDA_RUNTIME_API}. */
  String address() {
    return "127.0.0.1:" + server.getAddress().getPort();
  }

  /** Hands an event to the function: its answer, or a failure with what it reported. */
  CompletableFuture<String> invoke(String event) {
    String id = UUID.randomUUID().toString();
    CompletableFuture<String> answer = new CompletableFuture<>();
    answers.put(id, answer);
    events.put(id, event);
    waiting.add(id);
    return answer;
  }

  /** What the runtime reports if the function can't even be made. */
  CompletableFuture<String> initFailure() {
    return initFailure;
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath().substring(PREFIX.length());
      String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      if (path.equals("invocation/next")) {
        sendNext(exchange);
        return;
      }
      String[] parts = path.split("/");
      if (path.equals("init/error")) {
        initFailure.complete(body);
      } else if (parts[2].equals("response")) {
        answers.get(parts[1]).complete(body);
      } else {
        answers.get(parts[1]).completeExceptionally(new IllegalStateException(body));
      }
      exchange.sendResponseHeaders(202, -1);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void sendNext(HttpExchange exchange) throws IOException, InterruptedException {
    String id = waiting.take();
    Instant deadline = Instant.now().plus(TIMEOUT);
    exchange.getResponseHeaders().set("Lambda-Runtime-Aws-Request-Id", id);
    exchange
        .getResponseHeaders()
        .set("Lambda-Runtime-Deadline-Ms", Long.toString(deadline.toEpochMilli()));
    exchange
        .getResponseHeaders()
        .set(
            "Lambda-Runtime-Invoked-Function-Arn",
            "arn:aws:lambda:us-east-1:000000000000:function:citytally:live");
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    byte[] event = events.remove(id).getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(200, event.length);
    exchange.getResponseBody().write(event);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
