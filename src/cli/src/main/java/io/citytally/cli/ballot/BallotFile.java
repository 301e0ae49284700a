package io.citytally.cli.ballot;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.citytally.cli.command.DisplayText;
import io.citytally.vote.BallotEntry;
import io.citytally.vote.Choice;
import io.citytally.vote.VoteText;
import java.io.CharConversionException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A ballot in a file, {@code {"regions": [{"region", "improvements": [{"improvement", "title",
 * "hidden"}]}]}}, as {@code GET /api/ballot} shows it; {@code hidden} is optional and true for a
 * choice that must not be shown. The {@code voting} that the API adds is ignored.
 */
public final class BallotFile {

  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private static final String FORM =
      "A ballot file is JSON, as GET /api/ballot answers it; turn a table such as CSV into that"
          + " first. `citytally ballot --help` shows an example.";

  private final Path file;

  private BallotFile(Path file) {
    this.file = file;
  }

  /**
   * Reads the choices, each votable or hidden, in the order of the file: at least one.
   *
   * @throws BallotFileException if the file is not a ballot
   * @throws IOException if it can't be read
   */
  public static Map<Choice, BallotEntry> read(Path file) throws IOException {
    return new BallotFile(file).entries();
  }

  private Map<Choice, BallotEntry> entries() throws IOException {
    Map<Choice, BallotEntry> entries = new LinkedHashMap<>();
    Set<String> names = new HashSet<>();
    JsonNode ballot = json();
    if (!ballot.isObject()) {
      throw refusal("not a ballot: it is not a JSON object. " + FORM);
    }
    requireOnly(ballot, "", List.of("regions", "voting"));
    JsonNode regions = array(ballot, "", "regions");
    if (regions.isEmpty()) {
      throw refusal(
          "the ballot is empty, which would close voting. Give at least one region with an"
              + " improvement; to take choices off the ballot, leave out those alone.");
    }
    for (int r = 0; r < regions.size(); r++) {
      String at = "regions[" + r + "]";
      JsonNode region = object(regions.get(r), at);
      requireOnly(region, at, List.of("region", "improvements"));
      String name = text(region, at, "region");
      if (!names.add(name)) {
        throw refusal(
            at + ": the region '" + name + "' is there already. Put its improvements together.");
      }
      JsonNode improvements = array(region, at, "improvements");
      if (improvements.isEmpty()) {
        throw refusal(
            at
                + ": the region '"
                + name
                + "' has no improvements. Give at least one, or leave the region out.");
      }
      for (int i = 0; i < improvements.size(); i++) {
        putImprovement(entries, name, improvements.get(i), at + ".improvements[" + i + "]");
      }
    }
    return entries;
  }

  private void putImprovement(
      Map<Choice, BallotEntry> entries, String region, JsonNode json, String at) {
    JsonNode improvement = object(json, at);
    requireOnly(improvement, at, List.of("improvement", "title", "hidden"));
    Choice choice = new Choice(region, text(improvement, at, "improvement"));
    BallotEntry entry = new BallotEntry(title(improvement, at), status(improvement, at));
    if (entries.put(choice, entry) != null) {
      throw refusal(
          at
              + ": the improvement '"
              + choice.improvement
              + "' is on the ballot of its region already. Leave one of the two out.");
    }
  }

  private JsonNode json() throws IOException {
    JsonNode json;
    try {
      json = JSON.readTree(Files.readAllBytes(file));
    } catch (StreamConstraintsException | CharConversionException e) {
      // They name no place.
      throw refusal("not a ballot: " + e.getMessage() + ". " + FORM);
    } catch (JsonProcessingException e) {
      throw refusal(
          "not proper JSON in line %d, column %d: %s. %s"
              .formatted(
                  e.getLocation().getLineNr(),
                  e.getLocation().getColumnNr(),
                  e.getOriginalMessage(),
                  FORM));
    }
    if (json.isMissingNode()) {
      throw refusal("the file is empty. " + FORM);
    }
    return json;
  }

  private JsonNode object(JsonNode value, String at) {
    if (!value.isObject()) {
      throw refusal(at + " must be an object, with its fields in braces");
    }
    return value;
  }

  private void requireOnly(JsonNode object, String at, List<String> fields) {
    for (Iterator<String> names = object.fieldNames(); names.hasNext(); ) {
      String name = names.next();
      if (!fields.contains(name)) {
        throw refusal(
            "there is no field "
                + path(at, name)
                + ". Known here are "
                + String.join(", ", fields)
                + ".");
      }
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

  private BallotEntry.Status status(JsonNode improvement, String at) {
    JsonNode hidden = improvement.path("hidden");
    if (!hidden.isMissingNode() && !hidden.isBoolean()) {
      throw refusal(path(at, "hidden") + " must be true or false");
    }
    return hidden.booleanValue() ? BallotEntry.Status.HIDDEN : BallotEntry.Status.VOTABLE;
  }

  private static String path(String at, String field) {
    return at.isEmpty() ? field : at + "." + field;
  }

  private BallotFileException refusal(String reason) {
    return new BallotFileException(file + ": " + DisplayText.plain(reason));
  }
}
