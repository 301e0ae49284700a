package io.citytally.web;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The pages, as the build has put them on the class path below this package. */
final class StaticFiles {

  private static final String ROOT = "pages/";

  /** No way up, no way to a directory, nothing encoded: files are called simply. */
  private static final Pattern PATH =
      Pattern.compile(
          "(?:[A-Za-z0-9_-][A-Za-z0-9._-]*/)*[A-Za-z0-9_-][A-Za-z0-9._-]*\\.([a-z0-9]+)");

  private static final Map<String, String> TYPES =
      Map.of(
          "html", "text/html; charset=utf-8",
          "css", "text/css; charset=utf-8",
          "js", "text/javascript; charset=utf-8",
          "json", Json.TYPE,
          "svg", "image/svg+xml",
          "png", "image/png",
          "ico", "image/x-icon",
          "woff2", "font/woff2",
          "txt", "text/plain; charset=utf-8",
          "webmanifest", "application/manifest+json");

  private final Map<String, Content> contents = new ConcurrentHashMap<>();

  /** The file at the path, or 404. */
  Response get(Request request, String path) {
    return find(path)
        .orElseThrow(() -> new ProblemException(404, "There is nothing at this address"))
        // With the tag, asking again is cheap, and a new release is seen at once.
        .answer(request, "no-cache");
  }

  /** Always this file, whatever the address. */
  Handler always(String path) {
    return (request, rest) -> get(request, path);
  }

  private Optional<Content> find(String path) {
    Content known = contents.get(path);
    if (known != null) {
      return Optional.of(known);
    }
    Matcher matcher = PATH.matcher(path);
    if (!matcher.matches() || !TYPES.containsKey(matcher.group(1))) {
      return Optional.empty();
    }
    try (InputStream in = StaticFiles.class.getResourceAsStream(ROOT + path)) {
      if (in == null) {
        return Optional.empty();
      }
      Content content = Content.of(TYPES.get(matcher.group(1)), in.readAllBytes());
      contents.put(path, content);
      return Optional.of(content);
    } catch (IOException e) {
      throw new UncheckedIOException("the file " + path + " can't be read", e);
    }
  }
}
