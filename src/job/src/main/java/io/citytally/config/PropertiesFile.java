package io.citytally.config;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;

/**
 * Reads the file in which Managed Flink hands an application its runtime properties. Managed
 * Flink's own reader ({@code KinesisAnalyticsRuntime}) treats a missing file, or one of another
 * shape, as a file without properties. On a laptop, that would hide a typing mistake.
 */
final class PropertiesFile {

  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private static final String GROUP_ID = "PropertyGroupId";
  private static final String MAP = "PropertyMap";

  private PropertiesFile() {}

  /**
   * @throws InvalidConfigurationException if there is no such file, or it holds something else
   */
  static Map<String, Properties> read(String file) {
    try {
      return groups(file, JSON.readTree(Files.readAllBytes(Path.of(file))));
    } catch (NoSuchFileException | InvalidPathException e) {
      throw new InvalidConfigurationException(
          "There is no file "
              + file
              + ". Name a file with property groups in JSON, in Managed Flink's format.",
          e);
    } catch (StreamConstraintsException e) {
      // It names no place.
      throw wrong(file, "no valid property groups: " + e.getOriginalMessage());
    } catch (JsonProcessingException e) {
      throw wrong(
          file, "not JSON, at line " + e.getLocation().getLineNr() + ": " + e.getOriginalMessage());
    } catch (IOException e) {
      throw new InvalidConfigurationException("can't read the file " + file + ": " + e, e);
    }
  }

  private static Map<String, Properties> groups(String file, JsonNode root) {
    if (!root.isArray()) {
      throw wrong(file, "not an array of property groups");
    }
    Map<String, Properties> groups = new LinkedHashMap<>();
    for (JsonNode group : root) {
      JsonNode id = group.path(GROUP_ID);
      JsonNode map = group.path(MAP);
      if (group.size() != 2 || !id.isTextual() || !map.isObject()) {
        throw wrong(
            file,
            "each group must have a text "
                + GROUP_ID
                + ", an object "
                + MAP
                + ", and nothing else");
      }
      Properties properties = new Properties();
      for (Map.Entry<String, JsonNode> field : map.properties()) {
        if (!field.getValue().isTextual()) {
          throw wrong(file, id.textValue() + " " + field.getKey() + " must be a text, in quotes");
        }
        properties.setProperty(field.getKey(), field.getValue().textValue());
      }
      if (groups.put(id.textValue(), properties) != null) {
        throw wrong(file, "the property group " + id.textValue() + " occurs twice. Merge the two.");
      }
    }
    return groups;
  }

  private static InvalidConfigurationException wrong(String file, String problem) {
    return new InvalidConfigurationException("the file " + file + " is wrong: " + problem);
  }
}
