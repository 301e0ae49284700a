package io.citytally.web;

import com.fasterxml.jackson.databind.JsonNode;
import io.citytally.election.Languages;
import io.citytally.vote.VoteChange;
import io.citytally.vote.VoteText;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.text.NumberFormat;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The texts of a language, from the same file as those of the pages. */
final class Texts {

  private static final Pattern PLACE = Pattern.compile("\\{(\\w+)}");

  /** Longer than what browsers send, and short enough to be parsed in milliseconds. */
  private static final int MAX_ACCEPTED_CHARS = 1000;

  private static final Map<String, Texts> READ = new ConcurrentHashMap<>();

  private final String language;
  private final Locale locale;
  private final JsonNode texts;

  private Texts(String language) {
    this.language = language;
    // Arabic has Latin digits on the pages, too.
    locale = Locale.forLanguageTag(language + "-u-nu-latn");
    try (InputStream in = Texts.class.getResourceAsStream("pages/text/" + language + ".json")) {
      if (in == null) {
        throw new IllegalStateException("the build left out the texts of " + language);
      }
      texts = Json.read(in.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException("the texts of " + language + " can't be read", e);
    }
  }

  static Texts english() {
    return in(Languages.DEFAULT);
  }

  private static Texts in(String language) {
    return READ.computeIfAbsent(language, Texts::new);
  }

  /**
   * Returns the texts of the known language that a client likes best.
   *
   * @param acceptLanguage the header of that name (RFC 9110, section 12.5.4); English if it is
   *     missing, too long, or names no known language. A malformed range is skipped.
   */
  static Texts accepted(Optional<String> acceptLanguage) {
    if (acceptLanguage.isEmpty() || acceptLanguage.get().length() > MAX_ACCEPTED_CHARS) {
      return english();
    }
    return ranges(acceptLanguage.get())
        .filter(range -> range.getWeight() > 0)
        .sorted(Comparator.comparingDouble(Locale.LanguageRange::getWeight).reversed())
        .map(range -> range.getRange().split("-", 2)[0])
        .filter(Languages.TAGS::contains)
        .findFirst()
        .map(Texts::in)
        .orElseGet(Texts::english);
  }

  /** The parser of Java refuses tabs, and all ranges because of one: it gets each alone. */
  private static Stream<Locale.LanguageRange> ranges(String acceptLanguage) {
    return Arrays.stream(acceptLanguage.replace('\t', ' ').split(","))
        .flatMap(
            range -> {
              try {
                return Locale.LanguageRange.parse(range).stream();
              } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
                // Malformed; the parser fails with the latter at a range of hyphens alone.
                return Stream.empty();
              }
            });
  }

  String language() {
    return language;
  }

  /**
   * Returns what the problem is called.
   *
   * @param values those in its places; a number and a reason are said in the language
   */
  String say(Problem problem, Map<String, ?> values) {
    return say(problem.key(), values);
  }

  /** The key of a reason's text, such as {@code reason.not-a-string}. */
  static String key(VoteText.Reason reason) {
    return "reason." + reason.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private String say(String key, Map<String, ?> values) {
    JsonNode text = texts.path(key);
    if (!text.isTextual()) {
      throw new IllegalStateException("there is no text " + key + " in " + language);
    }
    return PLACE
        .matcher(text.textValue())
        .replaceAll(place -> Matcher.quoteReplacement(say(values.get(place.group(1)))));
  }

  private String say(@Nullable Object value) {
    if (value instanceof Number) {
      return NumberFormat.getInstance(locale).format(value);
    }
    return value instanceof VoteText.Reason reason
        ? say(key(reason), Map.of("limit", VoteChange.MAX_TEXT_LENGTH))
        : String.valueOf(value);
  }
}
