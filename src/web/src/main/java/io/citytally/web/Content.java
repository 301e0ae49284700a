package io.citytally.web;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.zip.GZIPOutputStream;

/**
 * A body that is sent as it is, over and over: what can be worked out about it is worked out once,
 * so that a thousand viewers cost little more than one.
 */
final class Content {

  /** Below that, gzip gains nothing. */
  private static final int MIN_GZIP_BYTES = 512;

  private static final int TAG_BYTES = 16;

  private final String type;
  private final byte[] bytes;
  private final String tag;
  private final byte[] gzipped;

  private Content(String type, byte[] bytes, String tag, boolean compressible) {
    this.type = type;
    this.bytes = bytes;
    this.tag = tag;
    this.gzipped = compressible && bytes.length >= MIN_GZIP_BYTES ? gzip(bytes) : bytes;
  }

  static Content of(String type, byte[] bytes) {
    return new Content(type, bytes, tagOf(bytes), isCompressible(type));
  }

  /**
   * JSON.
   *
   * @param essence the part whose change makes it another version
   */
  static Content json(byte[] bytes, byte[] essence) {
    return new Content(Json.TYPE, bytes, tagOf(essence), true);
  }

  /** Images are compressed already, but for those that are text. */
  private static boolean isCompressible(String type) {
    return !type.startsWith("image/") || type.startsWith("image/svg");
  }

  /** Weak, by RFC 9110, section 8.8.1: the gzipped bytes bear the same tag as the plain ones. */
  private static String tagOf(byte[] bytes) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(bytes);
      byte[] start = Arrays.copyOf(hash, TAG_BYTES);
      return "W/\"" + Base64.getUrlEncoder().withoutPadding().encodeToString(start) + '"';
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  private static byte[] gzip(byte[] bytes) {
    ByteArrayOutputStream packed = new ByteArrayOutputStream(bytes.length / 4);
    try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
      out.write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException("memory is always writable", e);
    }
    return packed.toByteArray();
  }

  /**
   * The answer to a request for it: packed, if that is accepted, or that it hasn't changed.
   *
   * @param cacheControl how long others may keep it
   */
  Response answer(Request request, String cacheControl) {
    Response unchanged =
        Response.of(304)
            .with("ETag", tag)
            .with("Cache-Control", cacheControl)
            .with("Vary", "Accept-Encoding");
    if (request.header("If-None-Match").filter(this::isNamedIn).isPresent()) {
      return unchanged;
    }
    boolean packed =
        gzipped != bytes
            && request.header("Accept-Encoding").filter(Content::acceptsGzip).isPresent();
    Response whole =
        Response.of(200).with(unchanged.headers()).withBody(type, packed ? gzipped : bytes);
    return packed ? whole.with("Content-Encoding", "gzip") : whole;
  }

  private boolean isNamedIn(String ifNoneMatch) {
    for (String each : ifNoneMatch.split(",", -1)) {
      String stripped = each.strip();
      if (stripped.equals("*") || stripped.equals(tag) || ("W/" + stripped).equals(tag)) {
        return true;
      }
    }
    return false;
  }

  private static boolean acceptsGzip(String acceptEncoding) {
    for (String each : acceptEncoding.split(",", -1)) {
      String[] parts = each.split(";", -1);
      if (parts[0].strip().equalsIgnoreCase("gzip")) {
        return parts.length < 2 || !parts[1].strip().matches("q=0(\\.0*)?");
      }
    }
    return false;
  }
}
