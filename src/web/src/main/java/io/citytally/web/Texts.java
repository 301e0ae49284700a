package io.citytally.web;

import com.fasterxml.jackson.databind.JsonNode;
import io.citytally.election.Languages;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.text.NumberFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The texts of a language, from the same file as those of the pages. */
final class Texts {

  private static final Pattern PLACE = Pattern.compile("\\{(\\w+)}");
  private static final Map<String, Texts> READ = new ConcurrentHashMap<>();

  private final String language;
  private final JsonNode texts;

  private Texts(String language) {
    this.language = language;
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
   *     missing, malformed, or names no known language
   */
  static Texts accepted(Optional<String> acceptLanguage) {
    try {
      List<Locale.LanguageRange> ranges =
          Locale.LanguageRange.parse(acceptLanguage.orElse(Languages.DEFAULT));
      return in(
          Optional.ofNullable(Locale.lookupTag(ranges, Languages.TAGS)).orElse(Languages.DEFAULT));
    } catch (IllegalArgumentException e) {
      return english();
    }
  }

  String language() {
    return language;
  }

  /** Returns what the problem is called, with these values in their places. */
  String say(Problem problem, Map<String, ?> values) {
    JsonNode text = texts.path(problem.key());
    if (!text.isTextual()) {
      throw new IllegalStateException("there is no text " + problem.key() + " in " + language);
    }
    return PLACE
        .matcher(text.textValue())
        .replaceAll(
            place -> {
              Object value = values.get(place.group(1));
              return Matcher.quoteReplacement(
                  value instanceof Number
                      ? NumberFormat.getInstance(Locale.forLanguageTag(language)).format(value)
                      : String.valueOf(value));
            });
  }
}
