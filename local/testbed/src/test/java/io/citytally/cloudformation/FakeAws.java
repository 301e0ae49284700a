package io.citytally.cloudformation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;

/**
 * As much of AWS over HTTP as it takes to erase what links ballots to citizens: one city's stacks,
 * its key, its logs, and the table of its election. Deletions take effect as AWS documents them: a
 * deleted key is marked first, and gone later.
 */
final class FakeAws implements AutoCloseable {

  static final String KEY = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:key-AbCdEf";

  private static final String TARGET = "X-Amz-Target";
  private static final ObjectMapper JSON = new ObjectMapper();

  /** The log streams by their group. */
  final Map<String, List<String>> logs = new TreeMap<>();

  /** The ids and their attributes, all texts, of the table of the election. */
  final Map<String, Map<String, String>> election = new HashMap<>();

  /** The parameters of the web stack. */
  final Map<String, String> web = new LinkedHashMap<>();

  /** What was changed, in order. */
  final List<String> changes = new CopyOnWriteArrayList<>();

  /** Whether nobody may ask for the resources of a stack. */
  volatile boolean hidesResources;

  /** What can be asked of the key still; it is marked after the first answer. */
  private boolean isKeyThere = true;

  private boolean isKeyMarked;
  private final HttpServer server;

  FakeAws() throws IOException {
    logs.put("/aws/lambda/city-web", new ArrayList<>(List.of("2026/11/29/live[1]a", "b")));
    logs.put("/aws/vendedlogs/apis/city-web", new ArrayList<>(List.of("c")));
    web.putAll(Map.of("Revision", "20261129T000000Z", "CodeKey", "web/1.jar"));
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::handle);
    server.start();
  }

  URI endpoint() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  boolean isKeyThere() {
    return isKeyThere && !isKeyMarked;
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      String target = exchange.getRequestHeaders().getFirst(TARGET);
      if (target == null) {
        query(exchange, fields(body));
      } else {
        json(exchange, target.replaceFirst(".*\\.", ""), JSON.readTree(body));
      }
    }
  }

  private static Map<String, String> fields(String form) {
    return Arrays.stream(form.split("&"))
        .map(field -> field.split("=", 2))
        .collect(
            Collectors.toMap(
                field -> field[0], field -> URLDecoder.decode(field[1], StandardCharsets.UTF_8)));
  }

  // --- CloudFormation and STS -------------------------------------------------------------------

  private void query(HttpExchange exchange, Map<String, String> request) throws IOException {
    String action = request.get("Action");
    String stack = request.getOrDefault("StackName", "");
    String result =
        switch (action) {
          case "GetCallerIdentity" -> "<Account>123456789012</Account>";
          case "DescribeStacks" -> stacks(stack);
          case "DescribeStackResource" ->
              "<StackResourceDetail><PhysicalResourceId>"
                  + (request.get("LogicalResourceId").startsWith("Function")
                      ? "/aws/lambda/"
                      : "/aws/vendedlogs/apis/")
                  + stack
                  + "</PhysicalResourceId></StackResourceDetail>";
          case "UpdateStack" -> update(request);
          default -> "";
        };
    if (hidesResources && action.equals("DescribeStackResource")) {
      answer(
          exchange,
          403,
          "text/xml",
          "<ErrorResponse><Error><Code>AccessDenied</Code><Message>not authorized</Message>"
              + "</Error></ErrorResponse>");
      return;
    }
    if (result.isEmpty()) {
      answer(
          exchange,
          400,
          "text/xml",
          "<ErrorResponse><Error><Code>ValidationError</Code><Message>Stack with id "
              + stack
              + " does not exist</Message></Error></ErrorResponse>");
      return;
    }
    answer(
        exchange,
        200,
        "text/xml",
        "<%1$sResponse><%1$sResult>%2$s</%1$sResult></%1$sResponse>".formatted(action, result));
  }

  private String stacks(String stack) {
    return switch (stack) {
      case "city-storage" ->
          stack("", Map.of("ElectionTableName", "city-storage-election", "VoteIdKeyArn", KEY));
      case "city-web" -> stack(members("Parameter", web), Map.of());
      default -> "";
    };
  }

  private static String stack(String parameters, Map<String, String> outputs) {
    return "<Stacks><member><StackStatus>UPDATE_COMPLETE</StackStatus><Parameters>"
        + parameters
        + "</Parameters><Outputs>"
        + members("Output", outputs)
        + "</Outputs></member></Stacks>";
  }

  private static String members(String name, Map<String, String> values) {
    return values.entrySet().stream()
        .map(
            each ->
                "<member><%1$sKey>%2$s</%1$sKey><%1$sValue>%3$s</%1$sValue></member>"
                    .formatted(name, each.getKey(), each.getValue()))
        .collect(Collectors.joining());
  }

  private String update(Map<String, String> request) {
    for (int i = 1; request.containsKey("Parameters.member." + i + ".ParameterKey"); i++) {
      String parameter = "Parameters.member." + i + ".";
      String key = request.get(parameter + "ParameterKey");
      if (!"true".equals(request.get(parameter + "UsePreviousValue"))) {
        web.put(key, request.get(parameter + "ParameterValue"));
      }
    }
    changes.add("UpdateStack " + request.get("StackName"));
    return "<StackId>arn:of:it</StackId>";
  }

  // --- Secrets Manager, CloudWatch Logs, DynamoDB -----------------------------------------------

  private void json(HttpExchange exchange, String action, JsonNode request) throws IOException {
    Object response =
        switch (action) {
          case "GetItem" -> item(request.at("/Key/id/S").asText());
          case "DeleteSecret" -> {
            changes.add("DeleteSecret " + request.path("ForceDeleteWithoutRecovery"));
            isKeyMarked = true;
            yield Map.of("ARN", KEY, "DeletionDate", 1_700_000_000);
          }
          case "DescribeSecret" -> {
            boolean wasThere = isKeyThere;
            isKeyThere = !isKeyMarked;
            yield wasThere ? describedKey() : null;
          }
          case "DescribeLogStreams" ->
              Map.of(
                  "logStreams",
                  logs.get(request.path("logGroupName").asText()).stream()
                      .map(name -> Map.of("logStreamName", name))
                      .toList());
          case "DeleteLogStream" -> {
            String group = request.path("logGroupName").asText();
            String stream = request.path("logStreamName").asText();
            changes.add("DeleteLogStream " + group + " " + stream);
            yield logs.get(group).remove(stream) ? Map.of() : null;
          }
          default -> null;
        };
    answer(
        exchange,
        response == null ? 400 : 200,
        "application/x-amz-json-1.1",
        JSON.writeValueAsString(
            response == null ? Map.of("__type", "ResourceNotFoundException") : response));
  }

  private Map<String, Object> describedKey() {
    return isKeyMarked ? Map.of("ARN", KEY, "DeletedDate", 1_700_000_000) : Map.of("ARN", KEY);
  }

  private Map<String, Object> item(String id) {
    Map<String, Object> item = new HashMap<>();
    election.getOrDefault(id, Map.of()).forEach((name, text) -> item.put(name, Map.of("S", text)));
    return item.isEmpty() ? Map.of() : Map.of("Item", item);
  }

  private static void answer(HttpExchange exchange, int status, String type, String body)
      throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", type);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
