package io.citytally.election;

import java.net.URI;
import java.util.regex.Pattern;

/** The addresses that a city's files may name. */
public final class WebAddress {

  /** Letters, digits and {@code _ - .}, with slashes between; no name begins with a dot. */
  private static final Pattern FILE = Pattern.compile("(/[A-Za-z0-9_-][A-Za-z0-9_.-]*){1,8}");

  private WebAddress() {}

  /** Whether the text is the path of a file of the pages' own origin, such as {@code /logo.svg}. */
  public static boolean isFileOfThisSite(String text) {
    return FILE.matcher(text).matches();
  }

  /** Whether the text is an absolute address of a page. */
  public static boolean isPage(String text) {
    return hasScheme(text, "https") || hasScheme(text, "http");
  }

  /** Whether the text is an absolute address of a page that comes encrypted. */
  public static boolean isSecurePage(String text) {
    return hasScheme(text, "https");
  }

  private static boolean hasScheme(String text, String scheme) {
    try {
      URI address = URI.create(text);
      return scheme.equals(address.getScheme()) && address.getHost() != null;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
