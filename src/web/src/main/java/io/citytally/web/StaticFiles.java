package io.citytally.web;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The pages, as the build has put them on the class path below this package. */
final class StaticFiles {

  private static final String ROOT = "pages/";

  private static final Map<String, String> TYPES =
      Map.ofEntries(
          Map.entry("html", "text/html; charset=utf-8"),
          Map.entry("css", "text/css; charset=utf-8"),
          Map.entry("js", "text/javascript; charset=utf-8"),
          Map.entry("mjs", "text/javascript; charset=utf-8"),
          Map.entry("json", Json.TYPE),
          Map.entry("svg", "image/svg+xml"),
          Map.entry("png", "image/png"),
          Map.entry("jpg", "image/jpeg"),
          Map.entry("webp", "image/webp"),
          Map.entry("avif", "image/avif"),
          Map.entry("ico", "image/x-icon"),
          Map.entry("woff2", "font/woff2"),
          Map.entry("txt", "text/plain; charset=utf-8"),
          Map.entry("md", "text/plain; charset=utf-8"),
          Map.entry("webmanifest", "application/manifest+json"));

  private final Map<String, Content> contents = new ConcurrentHashMap<>();

  /** The file at the path, or 404. */
  Response get(Request request, String path) {
    return find(path)
        .orElseThrow(() -> new ProblemException(404, Problem.NOTHING_HERE))
        // With the tag, asking again is cheap, and a new release is seen at once.
        .answer(request, "no-cache");
  }

  /** Always this file, for any address. */
  Handler always(String path) {
    return (request, rest) -> get(request, path);
  }

  private Optional<Content> find(String path) {
    Content known = contents.get(path);
    if (known != null) {
      return Optional.of(known);
    }
    String type = TYPES.get(path.substring(path.lastIndexOf('.') + 1));
    if (type == null || !isSimple(path)) {
      return Optional.empty();
    }
    try (InputStream in = StaticFiles.class.getResourceAsStream(ROOT + path)) {
      if (in == null) {
        return Optional.empty();
      }
      Content content = Content.of(type, in.readAllBytes());
      contents.put(path, content);
      return Optional.of(content);
    } catch (IOException e) {
      throw new UncheckedIOException("the file " + path + " can't be read", e);
    }
  }

  /**
   * Whether each name is made of letters, digits, and {@code _ - .}, begins with no dot, and the
   * last has one: no way up, no way to a directory, nothing encoded.
   *
   * <p>Not a regular expression: one with a repeated group takes stack for each repetition.
   */
  private static boolean isSimple(String path) {
    boolean nameBegins = true;
    boolean hasDot = false;
    for (int i = 0; i < path.length(); i++) {
      char each = path.charAt(i);
      if (each == '/' || each == '.') {
        if (nameBegins) {
          return false;
        }
        nameBegins = each == '/';
        hasDot = each == '.';
      } else if (isPlain(each)) {
        nameBegins = false;
      } else {
        return false;
      }
    }
    return hasDot && !nameBegins;
  }

  private static boolean isPlain(char each) {
    return ('a' <= each && each <= 'z')
        || ('A' <= each && each <= 'Z')
        || ('0' <= each && each <= '9')
        || each == '_'
        || each == '-';
  }
}
