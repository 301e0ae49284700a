package io.citytally.local.election;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.citytally.vote.TallyKey;
import io.citytally.vote.VoteText;
import java.io.CharConversionException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A ballot in a file, {@code {"regions": [{"region", "improvements": [{"improvement",
 * "title"}]}]}}, as {@code GET /api/ballot} shows it.
 */
public final class BallotFile {

  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private final Path file;

  private BallotFile(Path file) {
    this.file = file;
  }

  /**
   * The title of each improvement, in the order of the file.
   *
   * @throws BallotFileException if the file is not a ballot
   * @throws IOException if it can't be read
   */
  public static Map<TallyKey, String> read(Path file) throws IOException {
    return new BallotFile(file).titles();
  }

  private Map<TallyKey, String> titles() throws IOException {
    Map<TallyKey, String> titles = new LinkedHashMap<>();
    JsonNode regions = array(json(), "", "regions");
    for (int r = 0; r < regions.size(); r++) {
      String atRegion = "regions[" + r + "]";
      String region = text(regions.get(r), atRegion, "region");
      JsonNode improvements = array(regions.get(r), atRegion, "improvements");
      for (int i = 0; i < improvements.size(); i++) {
        String at = atRegion + ".improvements[" + i + "]";
        TallyKey key = new TallyKey(region, text(improvements.get(i), at, "improvement"));
        if (titles.put(key, title(improvements.get(i), at)) != null) {
          throw refusal(at + " is on the ballot of its region already");
        }
      }
    }
    return titles;
  }

  private JsonNode json() throws IOException {
    try {
      return JSON.readTree(Files.readAllBytes(file));
    } catch (StreamConstraintsException | CharConversionException e) {
      // They name no place.
      throw refusal("not a ballot: " + e.getMessage());
    } catch (JsonProcessingException e) {
      throw refusal(
          "not proper JSON in line %d, column %d: %s"
              .formatted(
                  e.getLocation().getLineNr(),
                  e.getLocation().getColumnNr(),
                  e.getOriginalMessage()));
    }
  }

  private JsonNode array(JsonNode parent, String at, String field) {
    JsonNode value = parent.get(field);
    if (value == null || !value.isArray()) {
      throw refusal(path(at, field) + " must be a list");
    }
    return value;
  }

  private String text(JsonNode parent, String at, String field) {
    JsonNode value = parent.get(field);
    VoteText text =
        value == null
            ? VoteText.MISSING
            : value.isTextual() ? VoteText.of(value.textValue()) : VoteText.NOT_A_STRING;
    if (text.problem() != null) {
      throw refusal(path(at, field) + " " + text.problem());
    }
    return text.value();
  }

  /** However long: it is only shown. */
  private String title(JsonNode improvement, String at) {
    JsonNode title = improvement.get("title");
    if (title == null || !title.isTextual() || title.textValue().isBlank()) {
      throw refusal(path(at, "title") + " must be a text");
    }
    return title.textValue();
  }

  private static String path(String at, String field) {
    return at.isEmpty() ? field : at + "." + field;
  }

  private BallotFileException refusal(String reason) {
    return new BallotFileException(file + ": " + reason);
  }
}
