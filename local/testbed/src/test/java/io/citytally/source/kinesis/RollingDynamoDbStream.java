package io.citytally.source.kinesis;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.citytally.vote.Choice;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A table's stream whose shards roll over, as AWS's do every four hours and the emulator's never: a
 * shard is closed after a few records, and a child goes on with the same votes. Answers the calls
 * of the DynamoDB Streams API that a consumer makes.
 *
 * <p>A closed shard says where it ends, and its last page has no next iterator. Sequence numbers
 * rise over all shards.
 */
final class RollingDynamoDbStream implements AutoCloseable {

  static final String ARN =
      "arn:aws:dynamodb:eu-west-1:000000000000:table/votes/stream/2026-01-01T00:00:00.000";

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int PAGE = 2;
  private static final String TARGET = "X-Amz-Target";

  private static final class Shard {
    final String id;
    final String parent;
    final List<ObjectNode> records = new ArrayList<>();
    final long from;
    boolean closed;

    Shard(String id, String parent, long from) {
      this.id = id;
      this.parent = parent;
      this.from = from;
    }
  }

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final int recordsPerShard;
  private final List<Shard> shards = new ArrayList<>();
  private long lastSequence = 100;

  /**
   * @param recordsPerShard after how many records a shard is closed
   */
  RollingDynamoDbStream(int recordsPerShard) throws IOException {
    this.recordsPerShard = recordsPerShard;
    shards.add(new Shard(shardId(), null, lastSequence));
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.setExecutor(threads);
    server.start();
  }

  URI endpoint() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  /** A vote is cast. */
  synchronized void cast(String id, Choice choice) {
    Shard shard = shards.get(shards.size() - 1);
    lastSequence++;
    ObjectNode record = JSON.createObjectNode();
    record
        .put("eventID", "event-" + lastSequence)
        .put("eventName", "INSERT")
        .put("eventVersion", "1.1")
        .put("eventSource", "aws:dynamodb")
        .put("awsRegion", "eu-west-1");
    ObjectNode change =
        record
            .putObject("dynamodb")
            .put("ApproximateCreationDateTime", 1_800_000_000L)
            .put("SequenceNumber", sequence(lastSequence))
            .put("SizeBytes", 100)
            .put("StreamViewType", "NEW_AND_OLD_IMAGES");
    change.putObject("Keys").putObject("id").put("S", id);
    ObjectNode image = change.putObject("NewImage");
    image.putObject("id").put("S", id);
    image.putObject("region").put("S", choice.region);
    image.putObject("improvement").put("S", choice.improvement);
    shard.records.add(record);
    if (shard.records.size() == recordsPerShard) {
      shard.closed = true;
      shards.add(new Shard(shardId(), shard.id, lastSequence + 1));
    }
  }

  /** How many shards there are, closed ones included. */
  synchronized int shards() {
    return shards.size();
  }

  private String shardId() {
    return "shardId-%020d-%08x".formatted(1_800_000_000_000L + shards.size(), shards.size());
  }

  private static String sequence(long number) {
    return "%021d".formatted(number);
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      JsonNode request = JSON.readTree(exchange.getRequestBody());
      String operation = exchange.getRequestHeaders().getFirst(TARGET);
      byte[] body = JSON.writeValueAsBytes(answer(operation, request));
      exchange.getResponseHeaders().set("Content-Type", "application/x-amz-json-1.0");
      exchange.sendResponseHeaders(200, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  private synchronized ObjectNode answer(String operation, JsonNode request) {
    return switch (operation.substring(operation.indexOf('.') + 1)) {
      case "DescribeStream" -> describe(request);
      case "GetShardIterator" -> iterator(request);
      case "GetRecords" -> records(request);
      default -> throw new IllegalArgumentException("not one of its calls: " + operation);
    };
  }

  /** One shard per page, so that a consumer must follow the pages. */
  private ObjectNode describe(JsonNode request) {
    int next = 0;
    if (request.has("ExclusiveStartShardId")) {
      next = indexOf(request.get("ExclusiveStartShardId").textValue()) + 1;
    }
    ObjectNode answer = JSON.createObjectNode();
    ObjectNode description =
        answer
            .putObject("StreamDescription")
            .put("StreamArn", ARN)
            .put("StreamLabel", "2026-01-01T00:00:00.000")
            .put("StreamStatus", "ENABLED")
            .put("StreamViewType", "NEW_AND_OLD_IMAGES")
            .put("TableName", "votes");
    ArrayNode page = description.putArray("Shards");
    if (next < shards.size()) {
      Shard shard = shards.get(next);
      ObjectNode shown = page.addObject().put("ShardId", shard.id);
      if (shard.parent != null) {
        shown.put("ParentShardId", shard.parent);
      }
      ObjectNode range =
          shown
              .putObject("SequenceNumberRange")
              .put("StartingSequenceNumber", sequence(shard.from));
      if (shard.closed) {
        range.put(
            "EndingSequenceNumber", sequence(shard.from + Math.max(0, shard.records.size() - 1)));
      }
      if (next + 1 < shards.size()) {
        description.put("LastEvaluatedShardId", shard.id);
      }
    }
    return answer;
  }

  private ObjectNode iterator(JsonNode request) {
    Shard shard = shards.get(indexOf(request.get("ShardId").textValue()));
    int position =
        switch (request.get("ShardIteratorType").textValue()) {
          case "TRIM_HORIZON" -> 0;
          case "LATEST" -> shard.records.size();
          case "AT_SEQUENCE_NUMBER" -> positionOf(shard, request);
          case "AFTER_SEQUENCE_NUMBER" -> positionOf(shard, request) + 1;
          default -> throw new IllegalArgumentException(request.toString());
        };
    return JSON.createObjectNode().put("ShardIterator", iterator(shard, position));
  }

  private static int positionOf(Shard shard, JsonNode request) {
    String number = request.get("SequenceNumber").textValue();
    for (int i = 0; i < shard.records.size(); i++) {
      if (shard.records.get(i).at("/dynamodb/SequenceNumber").textValue().equals(number)) {
        return i;
      }
    }
    throw new IllegalArgumentException("no record of this shard: " + number);
  }

  private ObjectNode records(JsonNode request) {
    String[] iterator = request.get("ShardIterator").textValue().split("/", -1);
    Shard shard = shards.get(indexOf(iterator[0]));
    int from = Integer.parseInt(iterator[1]);
    int to = Math.min(shard.records.size(), from + PAGE);
    ObjectNode answer = JSON.createObjectNode();
    ArrayNode records = answer.putArray("Records");
    shard.records.subList(from, to).forEach(records::add);
    if (!(shard.closed && to == shard.records.size())) {
      answer.put("NextShardIterator", iterator(shard, to));
    }
    return answer;
  }

  private static String iterator(Shard shard, int position) {
    return shard.id + "/" + position;
  }

  private int indexOf(String shardId) {
    for (int i = 0; i < shards.size(); i++) {
      if (shards.get(i).id.equals(shardId)) {
        return i;
      }
    }
    throw new IllegalArgumentException("no shard " + shardId);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
