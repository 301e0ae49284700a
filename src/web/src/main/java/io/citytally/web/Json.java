package io.citytally.web;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.EOFException;
import java.io.IOException;
import java.util.Map;

/** JSON, read strictly. */
final class Json {

  static final String TYPE = "application/json";

  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private Json() {}

  static ObjectNode object() {
    return MAPPER.createObjectNode();
  }

  static byte[] bytes(JsonNode json) {
    try {
      return MAPPER.writeValueAsBytes(json);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree is always writable", e);
    }
  }

  /**
   * @throws IOException if it is not JSON, has a field twice, or goes on after its end
   */
  static JsonNode read(byte[] bytes) throws IOException {
    JsonNode json = MAPPER.readTree(bytes);
    if (json.isMissingNode()) {
      throw new EOFException("there is nothing");
    }
    return json;
  }

  /** The fields of an object: texts, numbers, lists and so on. */
  static Map<String, Object> fields(ObjectNode json) {
    return MAPPER.convertValue(json, new TypeReference<>() {});
  }
}
