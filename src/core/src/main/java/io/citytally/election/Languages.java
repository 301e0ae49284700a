package io.citytally.election;

import java.util.IllformedLocaleException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The languages that the pages and the API speak. */
public final class Languages {

  /** For readers of no other. */
  public static final String DEFAULT = "en";

  /** The tags of all languages. Each has a file of texts in the web application. */
  public static final List<String> TAGS = List.of(DEFAULT, "de", "fr", "es", "pl", "uk", "ar");

  private Languages() {}

  /**
   * Returns a tag of BCP 47 as it is usually written, such as {@code pt-BR}; nothing if it is none.
   */
  public static Optional<String> tagOf(String text) {
    try {
      Locale locale = new Locale.Builder().setLanguageTag(text).build();
      return locale.getLanguage().isEmpty()
          ? Optional.empty()
          : Optional.of(locale.toLanguageTag());
    } catch (IllformedLocaleException e) {
      return Optional.empty();
    }
  }
}
