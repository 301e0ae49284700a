package io.citytally.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The API's description, to which answers can be held. */
final class OpenApi {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final JsonSchemaFactory SCHEMAS =
      JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012);

  private final JsonNode document;

  private OpenApi(JsonNode document) {
    this.document = document;
  }

  static OpenApi read() {
    try (InputStream in = OpenApi.class.getResourceAsStream("pages/openapi.json")) {
      return new OpenApi(JSON.readTree(in));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Fails unless the answer is one that the document promises for the request. */
  void assertDescribes(String method, String path, int status, Optional<String> type, byte[] body)
      throws IOException {
    Optional<JsonNode> item = item(path);
    if (item.isEmpty()) {
      assertThat(status).as("the status of an address that is not described").isEqualTo(404);
      if (!method.equals("HEAD")) {
        assertThat(problems(document.at("/components/schemas/Problem"), JSON.readTree(body)))
            .isEmpty();
      }
      return;
    }
    JsonNode operation =
        item.get().path(method.equals("HEAD") ? "get" : method.toLowerCase(Locale.ROOT));
    if (operation.isMissingNode()) {
      assertThat(status).as("the status of %s, which is not described", method).isEqualTo(405);
      operation = item.get().elements().next();
      for (JsonNode each : item.get()) {
        operation = each.has("responses") ? each : operation;
      }
    }
    JsonNode response = operation.path("responses").path(Integer.toString(status));
    assertThat(response.isMissingNode())
        .as("%s %s is not said to answer %d", method, path, status)
        .isFalse();
    JsonNode content = response.path("content");
    if (content.isMissingNode()) {
      assertThat(body).isEmpty();
    } else if (!method.equals("HEAD")) {
      assertThat(type).isPresent();
      JsonNode schema = content.path(type.get().split(";", -1)[0]).path("schema");
      assertThat(schema.isMissingNode())
          .as("%s %s is not said to answer in %s", method, path, type.get())
          .isFalse();
      assertThat(problems(schema, valueOf(type.get(), body))).isEmpty();
    }
  }

  private static JsonNode valueOf(String type, byte[] body) throws IOException {
    return type.endsWith("json")
        ? JSON.readTree(body)
        : JSON.getNodeFactory().textNode(new String(body, StandardCharsets.UTF_8));
  }

  private Iterable<?> problems(JsonNode schema, JsonNode value) {
    ObjectNode whole = JSON.createObjectNode();
    whole.put("$schema", "https://json-schema.org/draft/2020-12/schema");
    whole.set("components", document.path("components"));
    whole.putArray("allOf").add(schema);
    return SCHEMAS.getSchema(whole).validate(value);
  }

  /** By the path that is written out, if there is one, or else by one with a parameter. */
  private Optional<JsonNode> item(String path) {
    JsonNode exact = document.path("paths").path(path);
    if (!exact.isMissingNode()) {
      return Optional.of(exact);
    }
    for (Map.Entry<String, JsonNode> entry : document.path("paths").properties()) {
      String pattern = entry.getKey().replaceAll("\\{[a-z]+}", "[^/].*");
      if (path.matches(pattern)) {
        return Optional.of(entry.getValue());
      }
    }
    return Optional.empty();
  }
}
