package io.citytally.cli.ballot;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.citytally.cli.command.DisplayText;
import io.citytally.election.Languages;
import io.citytally.election.WebAddress;
import io.citytally.table.BallotPresentation;
import io.citytally.vote.BallotEntry;
import io.citytally.vote.Choice;
import io.citytally.vote.VoteChange;
import io.citytally.vote.VoteText;
import java.io.CharConversionException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Currency;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * A ballot in a file, as {@code citytally ballot --show} prints it:
 *
 * <pre>{@code
 * {
 *   "currency": "EUR",
 *   "ordered": true,
 *   "regions": [{
 *     "region": "old-town",
 *     "budget": 120000,
 *     "improvements": [{
 *       "improvement": "benches",
 *       "title": {"en": "Benches in the shade", "pl": "Ławki w cieniu"},
 *       "description": "Forty benches.",
 *       "cost": 34000,
 *       "image": "/projects/benches.jpg",
 *       "link": "https://lunden.example/benches",
 *       "place": "Market Square",
 *       "hidden": true
 *     }]
 *   }]
 * }
 * }</pre>
 *
 * <p>Title and description are a text, or texts by language, the first of which holds for all other
 * languages. Only the names of regions and improvements and the titles are required.
 */
public final class BallotFile {

  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private static final String FORM =
      "A ballot file is JSON, as `citytally ballot --show` prints it; turn a table such as CSV into"
          + " that first. `citytally ballot --help` shows an example.";

  private static final int MAX_DESCRIPTION_LENGTH = 4_000;
  private static final int MAX_LINK_LENGTH = 2_000;

  /** The sum of a whole ballot is exact in JavaScript, too. */
  private static final long MAX_AMOUNT = 1_000_000_000_000L;

  private static final Pattern IMAGE = Pattern.compile(".*\\.(avif|jpg|png|svg|webp)");

  private final String name;
  private final Map<Choice, BallotEntry> entries = new LinkedHashMap<>();
  private final Map<String, ObjectNode> projects = new LinkedHashMap<>();
  private boolean hasAmount;

  private BallotFile(String name) {
    this.name = name;
  }

  /**
   * Reads a ballot with at least one choice.
   *
   * @throws BallotFileException if the file is not a ballot
   * @throws IOException if it can't be read
   */
  public static CityBallot read(Path file) throws IOException {
    return parse(file.toString(), Files.readAllBytes(file));
  }

  /**
   * Reads a ballot with at least one choice.
   *
   * @param name where it is from, for the refusal
   * @throws BallotFileException if it is not a ballot
   */
  public static CityBallot parse(String name, byte[] json) {
    return new BallotFile(name).ballot(json);
  }

  private CityBallot ballot(byte[] bytes) {
    Set<String> names = new HashSet<>();
    JsonNode ballot = json(bytes);
    if (!ballot.isObject()) {
      throw refusal("not a ballot: it is not a JSON object. " + FORM);
    }
    requireOnly(ballot, "", List.of("currency", "ordered", "regions"));
    JsonNode regions = array(ballot, "", "regions");
    if (regions.isEmpty()) {
      throw refusal(
          "the ballot is empty, which would close voting. Give at least one region with an"
              + " improvement; to take choices off the ballot, leave out those alone.");
    }
    ObjectNode plan = JsonNodeFactory.instance.objectNode();
    Optional<String> currency = currency(ballot);
    currency.ifPresent(code -> plan.put("currency", code));
    boolean ordered = flag(ballot, "", "ordered");
    if (ordered) {
      plan.put("ordered", true);
    }
    ArrayNode plans = plan.putArray("regions");
    for (int r = 0; r < regions.size(); r++) {
      String at = "regions[" + r + "]";
      JsonNode json = object(regions.get(r), at);
      requireOnly(json, at, List.of("region", "budget", "improvements"));
      String region = text(json, at, "region");
      if (!names.add(region)) {
        throw refusal(
            at + ": the region '" + region + "' is there already. Put its improvements together.");
      }
      JsonNode improvements = array(json, at, "improvements");
      if (improvements.isEmpty()) {
        throw refusal(
            at
                + ": the region '"
                + region
                + "' has no improvements. Give at least one, or leave the region out.");
      }
      ObjectNode about = JsonNodeFactory.instance.objectNode();
      for (int i = 0; i < improvements.size(); i++) {
        putImprovement(region, improvements.get(i), at + ".improvements[" + i + "]", about);
      }
      requireRoom(at + ": what is said of the improvements of '" + region + "'", about);
      projects.put(region, about);
      putPlan(plans, json, at, region, ordered);
    }
    if (hasAmount && currency.isEmpty()) {
      throw refusal(
          "currency is missing, but there are costs or budgets. Add it by its code of ISO 4217,"
              + " such as \"currency\": \"EUR\".");
    }
    requireRoom("the list of regions, with their order", plan);
    return new CityBallot(entries, plan, projects);
  }

  /** Only for a region of which there is something to say. */
  private void putPlan(ArrayNode plans, JsonNode json, String at, String region, boolean ordered) {
    ObjectNode plan = JsonNodeFactory.instance.objectNode();
    amount(json, at, "budget").ifPresent(budget -> plan.put("budget", budget));
    if (ordered) {
      ArrayNode order = plan.putArray("order");
      json.path("improvements").forEach(each -> order.add(each.path("improvement").textValue()));
    }
    if (!projects.getOrDefault(region, JsonNodeFactory.instance.objectNode()).isEmpty()) {
      plan.put("projects", true);
    }
    if (!plan.isEmpty()) {
      plans.addObject().put("region", region).setAll(plan);
    }
  }

  private void requireRoom(String what, ObjectNode json) {
    int bytes = BallotPresentation.packedBytes(json);
    if (bytes > BallotPresentation.MAX_PACKED_BYTES) {
      throw refusal(
          "%s takes %s bytes, compressed; there is room for %s. Shorten the texts."
              .formatted(
                  what,
                  DisplayText.number(bytes),
                  DisplayText.number(BallotPresentation.MAX_PACKED_BYTES)));
    }
  }

  private void putImprovement(String region, JsonNode json, String at, ObjectNode about) {
    JsonNode improvement = object(json, at);
    requireOnly(
        improvement,
        at,
        List.of("improvement", "title", "description", "cost", "image", "link", "place", "hidden"));
    Choice choice = new Choice(region, text(improvement, at, "improvement"));
    Map<String, String> titles = texts(improvement, at, "title");
    titles.forEach((language, text) -> requireTitle(text, path(path(at, "title"), language)));
    String title = titles.values().iterator().next();
    titles.remove("");
    BallotEntry entry = new BallotEntry(title, titles, status(improvement, at));
    if (entries.put(choice, entry) != null) {
      throw refusal(
          at
              + ": the improvement '"
              + choice.improvement
              + "' is on the ballot of its region already. Leave one of the two out.");
    }
    ObjectNode project = project(improvement, at);
    if (!project.isEmpty()) {
      about.set(choice.improvement, project);
    }
  }

  private void requireTitle(String title, String at) {
    String problem = VoteText.ofTitle(title).problem();
    if (problem != null) {
      throw refusal(
          at
              + " "
              + problem
              + ". Write a title of 1 to "
              + VoteChange.MAX_TEXT_LENGTH
              + " characters, in one line.");
    }
  }

  private ObjectNode project(JsonNode json, String at) {
    ObjectNode project = JsonNodeFactory.instance.objectNode();
    if (json.has("description")) {
      putDescription(project, texts(json, at, "description"), path(at, "description"));
    }
    amount(json, at, "cost").ifPresent(cost -> project.put("cost", cost));
    if (json.has("image")) {
      String image = text(json, at, "image");
      if (!WebAddress.isFileOfThisSite(image) || !IMAGE.matcher(image).matches()) {
        throw refusal(
            path(at, "image")
                + ": '"
                + image
                + "' is not the path of an image of this site. Browsers load it from here alone:"
                + " use for example /projects/benches.jpg (avif, jpg, png, svg or webp).");
      }
      project.put("image", image);
    }
    if (json.has("link")) {
      JsonNode link = json.get("link");
      if (!link.isTextual()
          || link.textValue().length() > MAX_LINK_LENGTH
          || !WebAddress.isSecurePage(link.textValue())) {
        throw refusal(
            path(at, "link")
                + ": "
                + link
                + " is not the https address of a page, of at most "
                + DisplayText.number(MAX_LINK_LENGTH)
                + " characters. Use for example https://www.lunden.example/benches.");
      }
      project.put("link", link.textValue());
    }
    if (json.has("place")) {
      project.put("place", text(json, at, "place"));
    }
    return project;
  }

  private void putDescription(ObjectNode project, Map<String, String> texts, String at) {
    for (String text : texts.values()) {
      if (text.codePointCount(0, text.length()) > MAX_DESCRIPTION_LENGTH) {
        throw refusal(
            at
                + " has "
                + DisplayText.number(text.codePointCount(0, text.length()))
                + " characters, and may have "
                + DisplayText.number(MAX_DESCRIPTION_LENGTH)
                + ". Shorten it, and give a link to the rest.");
      }
      if (text.chars().anyMatch(each -> each != '\n' && Character.isISOControl(each))) {
        throw refusal(
            at
                + " contains a control character. Only the line feed, \\n, is allowed: remove the"
                + " other ones.");
      }
    }
    project.put("description", texts.values().iterator().next());
    texts.remove("");
    if (!texts.isEmpty()) {
      ObjectNode byLanguage = project.putObject("descriptions");
      new TreeMap<>(texts).forEach(byLanguage::put);
    }
  }

  /** A text, by the empty language; or texts by language, in the order of the file. */
  private Map<String, String> texts(JsonNode parent, String at, String field) {
    JsonNode value = parent.path(field);
    Map<String, String> texts = new LinkedHashMap<>();
    if (value.isTextual()) {
      texts.put("", value.textValue());
    } else if (value.isObject()) {
      for (Map.Entry<String, JsonNode> each : value.properties()) {
        if (texts.put(language(each.getKey(), path(at, field)), each.getValue().asText()) != null
            || !each.getValue().isTextual()) {
          throw refusal(
              path(at, field)
                  + ": '"
                  + each.getKey()
                  + "' must be one text. Write each language once.");
        }
      }
    }
    if (texts.isEmpty() || texts.values().stream().anyMatch(String::isBlank)) {
      throw refusal(
          path(at, field)
              + " must be a text, or texts by language, such as {\"en\": \"Benches\", \"pl\":"
              + " \"Ławki\"}");
    }
    return texts;
  }

  private String language(String tag, String at) {
    return Languages.tagOf(tag)
        .orElseThrow(
            () ->
                refusal(
                    at
                        + ": '"
                        + tag
                        + "' is not a language. Use its tag of BCP 47, such as en, pl or pt-BR."));
  }

  private Optional<String> currency(JsonNode ballot) {
    JsonNode code = ballot.path("currency");
    if (code.isMissingNode()) {
      return Optional.empty();
    }
    try {
      return Optional.of(Currency.getInstance(code.asText()).getCurrencyCode());
    } catch (IllegalArgumentException e) {
      throw refusal(
          "currency: "
              + code
              + " is not a currency. Use its code of ISO 4217, such as EUR or PLN.");
    }
  }

  private Optional<Long> amount(JsonNode parent, String at, String field) {
    JsonNode amount = parent.path(field);
    if (amount.isMissingNode()) {
      return Optional.empty();
    }
    if (!amount.isIntegralNumber()
        || !amount.canConvertToLong()
        || amount.longValue() < 0
        || amount.longValue() > MAX_AMOUNT) {
      throw refusal(
          "%s: %s is not an amount. Use a whole number from 0 to %s, without the currency."
              .formatted(path(at, field), amount, DisplayText.number(MAX_AMOUNT)));
    }
    hasAmount = true;
    return Optional.of(amount.longValue());
  }

  private JsonNode json(byte[] bytes) {
    JsonNode json;
    try {
      json = JSON.readTree(bytes);
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
    } catch (IOException e) {
      throw refusal("not a ballot: " + e.getMessage() + ". " + FORM);
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
            : value.isTextual() ? VoteText.ofTitle(value.textValue()) : VoteText.NOT_A_STRING;
    if (text.problem() != null) {
      throw refusal(path(at, field) + " " + text.problem());
    }
    return text.value();
  }

  private BallotEntry.Status status(JsonNode improvement, String at) {
    return flag(improvement, at, "hidden") ? BallotEntry.Status.HIDDEN : BallotEntry.Status.VOTABLE;
  }

  private boolean flag(JsonNode parent, String at, String field) {
    JsonNode flag = parent.path(field);
    if (!flag.isMissingNode() && !flag.isBoolean()) {
      throw refusal(path(at, field) + " must be true or false");
    }
    return flag.booleanValue();
  }

  private static String path(String at, String field) {
    return at.isEmpty() || field.isEmpty() ? at + field : at + "." + field;
  }

  private BallotFileException refusal(String reason) {
    return new BallotFileException(name + ": " + DisplayText.plain(reason));
  }
}
