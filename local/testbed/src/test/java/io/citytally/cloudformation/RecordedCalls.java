package io.citytally.cloudformation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Stands between a client and an emulator, whatever SDK the client is built with, and takes down
 * what is called, in the words of {@link Permissions}.
 */
public final class RecordedCalls implements AutoCloseable {

  private static final Set<String> NOT_HANDED_ON =
      Set.of("host", "connection", "content-length", "transfer-encoding", "upgrade", "expect");

  private final ObjectMapper json = new ObjectMapper();
  private final Set<String> calls = new ConcurrentSkipListSet<>();
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final URI emulator;
  private final HttpServer server;

  /** Begins to listen on a free port. */
  public RecordedCalls(URI emulator) throws IOException {
    this.emulator = emulator;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1024);
    server.setExecutor(threads);
    server.createContext("/", this::handOn);
    server.start();
  }

  /** Where the client is to call. */
  public URI endpoint() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  /** What was called so far. */
  public Set<String> calls() {
    return new TreeSet<>(calls);
  }

  private void handOn(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = exchange.getRequestBody().readAllBytes();
      record(exchange.getRequestHeaders().getFirst("X-Amz-Target"), body);
      HttpRequest.Builder request =
          HttpRequest.newBuilder(emulator.resolve(exchange.getRequestURI()))
              .method(exchange.getRequestMethod(), HttpRequest.BodyPublishers.ofByteArray(body));
      exchange
          .getRequestHeaders()
          .forEach(
              (name, values) -> {
                if (!NOT_HANDED_ON.contains(name.toLowerCase())) {
                  values.forEach(value -> request.header(name, value));
                }
              });
      HttpResponse<byte[]> response =
          client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
      response
          .headers()
          .map()
          .forEach(
              (name, values) -> {
                if (!NOT_HANDED_ON.contains(name.toLowerCase())) {
                  exchange.getResponseHeaders().put(name, new ArrayList<>(values));
                }
              });
      exchange.sendResponseHeaders(response.statusCode(), response.body().length);
      try (OutputStream out = exchange.getResponseBody()) {
        out.write(response.body());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The target is as {@code DynamoDB_20120810.UpdateItem}. */
  private void record(String target, byte[] body) throws IOException {
    String action = target.substring(target.indexOf('.') + 1);
    if (target.startsWith("Kinesis_")) {
      calls.add("kinesis:" + action + " " + Permissions.STREAM);
    } else if (target.startsWith("DynamoDBStreams_")) {
      calls.add("dynamodb:" + action + " " + Permissions.STREAM);
    } else {
      for (String table : tablesIn(json.readTree(body))) {
        calls.add("dynamodb:" + action + " " + table);
      }
    }
  }

  private static List<String> tablesIn(JsonNode request) {
    List<String> tables = new ArrayList<>();
    if (request.has("TableName")) {
      tables.add(request.get("TableName").asText());
    }
    request.path("RequestItems").fieldNames().forEachRemaining(tables::add);
    return tables.isEmpty() ? List.of("?") : tables;
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
