package io.citytally.election;

import static io.citytally.election.ElectionRules.AT_MOST;
import static io.citytally.election.ElectionRules.CITY;
import static io.citytally.election.ElectionRules.CLOSES_AT;
import static io.citytally.election.ElectionRules.EVERY_LANGUAGE;
import static io.citytally.election.ElectionRules.LANGUAGES;
import static io.citytally.election.ElectionRules.LINKS;
import static io.citytally.election.ElectionRules.LOGO;
import static io.citytally.election.ElectionRules.MAX_AT_MOST;
import static io.citytally.election.ElectionRules.NAME;
import static io.citytally.election.ElectionRules.OPENS_AT;
import static io.citytally.election.ElectionRules.REGIONS_CLAIM;
import static io.citytally.election.ElectionRules.REGION_TITLES;
import static io.citytally.election.ElectionRules.RESULTS;
import static io.citytally.election.ElectionRules.TIME_ZONE;
import static io.citytally.election.ElectionRules.VOTE_PER;
import static io.citytally.election.ElectionRules.VOTING;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.citytally.vote.VoteText;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reads the rules of an election from JSON, strictly: a field that nobody knows is a mistake.
 *
 * <pre>{@code
 * {
 *   "name": "Participatory budget 2027",
 *   "time_zone": "Europe/Warsaw",
 *   "opens_at": "2027-06-15T08:00",
 *   "closes_at": "2027-06-30T20:00",
 *   "voting": "signed-in",
 *   "vote_per": "region",
 *   "at_most": {"W": 15, "city": 10},
 *   "results": "turnout"
 * }
 * }</pre>
 */
public final class RulesFile {

  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private static final List<String> FIELDS =
      List.of(
          NAME,
          TIME_ZONE,
          OPENS_AT,
          CLOSES_AT,
          VOTING,
          VOTE_PER,
          AT_MOST,
          RESULTS,
          REGIONS_CLAIM,
          REGION_TITLES,
          CITY,
          LOGO,
          LINKS,
          LANGUAGES);

  private static final List<String> LINK_FIELDS = List.of("help", "privacy", "accessibility");

  private static final String TIME_EXAMPLE = "Use for example 2027-06-15T08:00";

  private final JsonNode json;

  private RulesFile(JsonNode json) {
    this.json = json;
  }

  /**
   * Reads the rules.
   *
   * @throws RulesException saying which field is wrong, and what to write instead
   */
  public static ElectionRules parse(String text) throws RulesException {
    JsonNode json;
    try {
      json = MAPPER.readTree(text);
    } catch (JsonProcessingException e) {
      throw new RulesException(
          "The rules are not proper JSON: "
              + e.getOriginalMessage()
              + " in line "
              + (e.getLocation() == null ? 1 : e.getLocation().getLineNr())
              + ". Correct the file.");
    }
    if (!json.isObject()) {
      throw new RulesException(
          "The rules are not a JSON object. Write them as {\"name\": \"..\", ..}.");
    }
    return new RulesFile(json).rules();
  }

  private ElectionRules rules() throws RulesException {
    for (Iterator<String> names = json.fieldNames(); names.hasNext(); ) {
      String name = names.next();
      if (!FIELDS.contains(name)) {
        throw new RulesException(
            name, "there is no such field", "The fields are " + String.join(", ", FIELDS) + ".");
      }
    }
    ElectionRules.Builder rules =
        new ElectionRules.Builder(
            oneOf(VOTING, VotingMode.values(), VotingMode::label, null),
            oneOf(VOTE_PER, VotePer.values(), VotePer::label, VotePer.REGION));
    rules.name = required(NAME);
    rules.timeZone = timeZone();
    rules.opensAt = time(OPENS_AT, rules.timeZone);
    rules.closesAt = time(CLOSES_AT, rules.timeZone);
    if (!rules.opensAt.isBefore(rules.closesAt)) {
      throw new RulesException(
          CLOSES_AT,
          rules.closesAt + " is not after opens_at, " + rules.opensAt,
          "An election closes after it opens; correct one of them.");
    }
    rules.results = oneOf(RESULTS, ShownResults.values(), ShownResults::label, ShownResults.LIVE);
    readAtMost(rules);
    rules.regionsClaim = text(REGIONS_CLAIM).orElse(null);
    if (rules.regionsClaim != null && rules.voting == VotingMode.OPEN) {
      throw new RulesException(
          REGIONS_CLAIM,
          "open voting has no claims",
          "Leave the field out, or set voting to \"signed-in\".");
    }
    rules.regionTitles = regionTitles();
    rules.city = text(CITY).orElse(null);
    rules.logo = logo();
    rules.links = links();
    rules.languages = languages();
    return rules.build();
  }

  /** Titles by region and language, the first one for all other languages. */
  private Map<String, Map<String, String>> regionTitles() throws RulesException {
    Map<String, Map<String, String>> titles = new TreeMap<>();
    for (Map.Entry<String, JsonNode> entry : object(REGION_TITLES)) {
      String region = entry.getKey();
      checkRegion(REGION_TITLES, region);
      Map<String, String> byLanguage = new LinkedHashMap<>();
      if (entry.getValue().isObject() && !entry.getValue().isEmpty()) {
        for (Map.Entry<String, JsonNode> each : entry.getValue().properties()) {
          String title = checked(REGION_TITLES, each.getValue());
          if (byLanguage.put(language(REGION_TITLES, each.getKey()), title) != null) {
            throw new RulesException(
                REGION_TITLES,
                "'" + each.getKey() + "' occurs twice for '" + region + "'",
                "Write each language once.");
          }
        }
      } else {
        byLanguage.put(EVERY_LANGUAGE, checked(REGION_TITLES, entry.getValue()));
      }
      titles.put(region, byLanguage);
    }
    return titles;
  }

  private static String language(String field, String tag) throws RulesException {
    return Languages.tagOf(tag)
        .orElseThrow(
            () ->
                new RulesException(
                    field,
                    "'" + tag + "' is not a language",
                    "Use its tag of BCP 47, such as en, pl or pt-BR."));
  }

  private void readAtMost(ElectionRules.Builder rules) throws RulesException {
    JsonNode value = json.get(AT_MOST);
    if (value == null) {
      return;
    }
    if (value.isObject()) {
      rules.atMostByRegion = new TreeMap<>();
      for (Map.Entry<String, JsonNode> entry : value.properties()) {
        checkRegion(AT_MOST, entry.getKey());
        rules.atMostByRegion.put(entry.getKey(), atMost(entry.getValue()));
      }
    } else {
      rules.atMost = atMost(value);
    }
    if (rules.votePer == VotePer.CITY && (value.isObject() || rules.atMost != 1)) {
      throw new RulesException(
          AT_MOST,
          "with vote_per \"city\", a citizen has one vote, so at_most can only be 1",
          "Leave the field out, or set vote_per to \"region\".");
    }
  }

  private static int atMost(JsonNode value) throws RulesException {
    if (!value.isIntegralNumber()
        || !value.canConvertToInt()
        || value.intValue() < 1
        || value.intValue() > MAX_AT_MOST) {
      throw new RulesException(
          AT_MOST,
          value + " is not a limit",
          "Use a whole number from 1 to "
              + MAX_AT_MOST
              + ", or one for each region such as {\"W\": 15, \"city\": 10}.");
    }
    return value.intValue();
  }

  private static void checkRegion(String field, String region) throws RulesException {
    String problem = VoteText.of(region).problem();
    if (problem != null) {
      throw new RulesException(
          field,
          "the region \"" + region + "\" " + problem,
          "Use the regions of the ballot, as they stand there.");
    }
  }

  private ZoneId timeZone() throws RulesException {
    String zone = required(TIME_ZONE);
    // Browsers know no others: ZoneId also takes UTC+2, and Java has some of System V.
    if (!ZoneId.getAvailableZoneIds().contains(zone) || zone.startsWith("SystemV/")) {
      throw new RulesException(
          TIME_ZONE, "'" + zone + "' is not a time zone", "Use for example Europe/Warsaw.");
    }
    return ZoneId.of(zone);
  }

  /** A time with its offset from UTC, or one of the time zone that exists once. */
  private Instant time(String field, ZoneId zone) throws RulesException {
    String text = required(field);
    try {
      return OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeException e) {
      // It has no offset, or is no time at all.
    }
    LocalDateTime local;
    try {
      local = LocalDateTime.parse(text);
    } catch (DateTimeException e) {
      throw new RulesException(field, "'" + text + "' is not a time", TIME_EXAMPLE + ".");
    }
    List<ZoneOffset> offsets = zone.getRules().getValidOffsets(local);
    if (offsets.size() != 1) {
      throw new RulesException(
          field,
          text + (offsets.isEmpty() ? " does not exist in " : " comes twice in ") + zone.getId(),
          "Clocks change that night: use another time, or write the offset from UTC, as in "
              + text
              + "+02:00.");
    }
    return local.toInstant(offsets.get(0));
  }

  private @Nullable String logo() throws RulesException {
    Optional<String> path = text(LOGO);
    if (path.isPresent() && !WebAddress.isFileOfThisSite(path.get())) {
      throw new RulesException(
          LOGO,
          "'" + path.get() + "' is not a path of this site",
          "Browsers load it from here alone: use for example /logo.svg.");
    }
    return path.orElse(null);
  }

  private Map<String, String> links() throws RulesException {
    Map<String, String> links = new TreeMap<>();
    for (Map.Entry<String, JsonNode> link : object(LINKS)) {
      if (!LINK_FIELDS.contains(link.getKey())) {
        throw new RulesException(
            LINKS,
            "'" + link.getKey() + "' is not a link that the pages show",
            "They show " + String.join(", ", LINK_FIELDS) + ".");
      }
      String address = checked(LINKS, link.getValue());
      if (!WebAddress.isPage(address)) {
        throw new RulesException(
            LINKS,
            "'" + address + "' is not an address of a page",
            "Use for example https://www.lunden.example/help.");
      }
      links.put(link.getKey(), address);
    }
    return links;
  }

  private List<String> languages() throws RulesException {
    List<String> languages = new ArrayList<>();
    JsonNode array = json.path(LANGUAGES);
    for (JsonNode each : array) {
      languages.add(each.asText());
    }
    boolean isList = array.isMissingNode() || array.isArray();
    if (!isList
        || !Languages.TAGS.containsAll(languages)
        || Set.copyOf(languages).size() < languages.size()) {
      throw new RulesException(
          LANGUAGES,
          array + " is not a list of languages that the pages have, each once",
          "The pages have "
              + String.join(", ", Languages.TAGS)
              + ". Use for example"
              + " [\"pl\", \"en\"].");
    }
    return languages;
  }

  private <T> T oneOf(String field, T[] values, Function<T, String> label, @Nullable T other)
      throws RulesException {
    Optional<String> text = other == null ? Optional.of(required(field)) : text(field);
    if (text.isEmpty() && other != null) {
      return other;
    }
    for (T value : values) {
      if (label.apply(value).equals(text.orElse(""))) {
        return value;
      }
    }
    throw new RulesException(
        field,
        "'" + text.orElse("") + "' is none of the values",
        "Use "
            + Arrays.stream(values)
                .map(value -> "\"" + label.apply(value) + "\"")
                .collect(Collectors.joining(" or "))
            + ".");
  }

  private Set<Map.Entry<String, JsonNode>> object(String field) throws RulesException {
    JsonNode object = json.path(field);
    if (!object.isMissingNode() && !object.isObject()) {
      throw new RulesException(
          field, object + " is not an object", "Write names and texts: {\"..\": \"..\"}.");
    }
    return object.properties();
  }

  private String required(String field) throws RulesException {
    return text(field)
        .orElseThrow(
            () ->
                new RulesException(
                    field, "the field is missing", "Each election needs it; add it."));
  }

  private Optional<String> text(String field) throws RulesException {
    JsonNode value = json.get(field);
    return value == null ? Optional.empty() : Optional.of(checked(field, value));
  }

  private static String checked(String field, JsonNode value) throws RulesException {
    String problem =
        value.isTextual() ? VoteText.ofTitle(value.textValue()).problem() : "is not a string";
    if (problem != null) {
      throw new RulesException(
          field, value + " " + problem, "Write a text of 1 to 256 characters, in quotes.");
    }
    return value.textValue();
  }
}
