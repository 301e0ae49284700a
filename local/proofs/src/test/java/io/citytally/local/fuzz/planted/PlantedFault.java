package io.citytally.local.fuzz.planted;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.citytally.local.fuzz.FuzzTarget;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Fails by one value of one field of a JSON object: no one finds it who does not look. */
public final class PlantedFault implements FuzzTarget {

  private static final ObjectMapper JSON = new ObjectMapper();

  @Override
  public void accept(byte[] input) {
    JsonNode json;
    try {
      json = JSON.readTree(input);
    } catch (IOException e) {
      return;
    }
    JsonNode region = json.get("region");
    if (region == null || !region.isTextual()) {
      return;
    }
    if (region.textValue().startsWith("Atlantis") && region.textValue().endsWith("!")) {
      throw new IllegalStateException("the planted fault");
    }
  }

  @Override
  public List<byte[]> seeds() {
    return List.of("{\"region\":\"Laki\"}".getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public List<String> words() {
    return List.of("\"region\":");
  }

  @Override
  public void close() {}
}
