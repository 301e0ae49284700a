package io.citytally.cloudformation;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.citytally.local.faults.FaultyDynamoDb;
import io.citytally.local.faults.HttpMessage;
import java.net.URI;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;

/**
 * Stands between an emulator and a client of any SDK, and takes down what is called, in the words
 * of {@link Permissions}.
 */
public final class RecordedCalls implements AutoCloseable {

  private final ObjectMapper json = new ObjectMapper();
  private final Set<String> calls = new ConcurrentSkipListSet<>();
  private final FaultyDynamoDb proxy;

  /** Begins to listen on a free port. */
  public RecordedCalls(URI emulator) {
    proxy = new FaultyDynamoDb(emulator);
    proxy.intercept(
        request -> {
          record(request);
          return Optional.empty();
        });
  }

  /** Where the client is to call. */
  public URI endpoint() {
    return proxy.endpoint();
  }

  /** What was called so far. */
  public Set<String> calls() {
    return new TreeSet<>(calls);
  }

  private void record(HttpMessage request) {
    if (request.target().startsWith("Kinesis_")) {
      calls.add("kinesis:" + request.operation() + " " + Permissions.STREAM);
    } else if (request.target().startsWith("DynamoDBStreams_")) {
      calls.add("dynamodb:" + request.operation() + " " + Permissions.STREAM);
    } else {
      for (String table : tablesIn(request.body())) {
        calls.add("dynamodb:" + request.operation() + " " + table);
      }
    }
  }

  private Set<String> tablesIn(String request) {
    Set<String> tables = new TreeSet<>();
    try {
      JsonNode body = json.readTree(request);
      if (body.has("TableName")) {
        tables.add(body.get("TableName").asText());
      }
      body.path("RequestItems").fieldNames().forEachRemaining(tables::add);
    } catch (JsonProcessingException e) {
      tables.add(request);
    }
    return tables.isEmpty() ? Set.of("?") : tables;
  }

  @Override
  public void close() {
    proxy.close();
  }
}
