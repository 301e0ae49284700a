package io.citytally.election;

import java.util.List;

/** The languages that the pages and the API speak. */
public final class Languages {

  /** For readers of no other. */
  public static final String DEFAULT = "en";

  /** The tags of all languages. Each has a file of texts in the web application. */
  public static final List<String> TAGS = List.of(DEFAULT, "de", "fr", "es", "pl", "uk", "ar");

  private Languages() {}
}
