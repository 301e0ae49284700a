package io.citytally.web;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;

/** AWS Secrets Manager over HTTP, with its action {@code GetSecretValue} alone. */
public final class FakeSecrets implements AutoCloseable {

  private static final String ARN_PREFIX = "arn:aws:secretsmanager:eu-west-1:000000000000:secret:";
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Statuses and bodies to answer with before any secret. */
  final Queue<Map.Entry<Integer, String>> failures = new ArrayDeque<>();

  private final Map<String, String> secrets = new HashMap<>();
  private final HttpServer server;
  private int requests;
  private String authorization = "";

  public FakeSecrets() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::handle);
    server.start();
  }

  public URI endpoint() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/");
  }

  /** Keeps a secret; returns its ARN. */
  public String put(String name, String text) {
    String arn = ARN_PREFIX + name + "-AbCdEf";
    secrets.put(arn, text);
    return arn;
  }

  /** How often it was asked. */
  int requests() {
    return requests;
  }

  /** By what the last request was signed. */
  String authorization() {
    return authorization;
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      requests++;
      authorization = exchange.getRequestHeaders().getFirst("Authorization");
      JsonNode request = JSON.readTree(exchange.getRequestBody());
      Map.Entry<Integer, String> failure = failures.poll();
      if (failure != null) {
        answer(exchange, failure.getKey(), failure.getValue());
      } else if (authorization == null || !authorization.startsWith("AWS4-HMAC-SHA256 ")) {
        answer(exchange, 400, error("MissingAuthenticationTokenException"));
      } else if (!"secretsmanager.GetSecretValue"
          .equals(exchange.getRequestHeaders().getFirst("X-Amz-Target"))) {
        answer(exchange, 400, error("UnknownOperationException"));
      } else if (!secrets.containsKey(request.path("SecretId").asText())) {
        answer(exchange, 400, error("ResourceNotFoundException"));
      } else {
        String arn = request.path("SecretId").asText();
        answer(
            exchange,
            200,
            JSON.createObjectNode()
                .put("ARN", arn)
                .put("SecretString", secrets.get(arn))
                .toString());
      }
    }
  }

  /** The message may quote anything. */
  static String error(String type) {
    return JSON.createObjectNode()
        .put("__type", "com.amazonaws.secretsmanager#" + type)
        .put("Message", "hush-hush")
        .toString();
  }

  private static void answer(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/x-amz-json-1.1");
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
