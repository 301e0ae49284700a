package io.citytally.web;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.function.Supplier;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * A body that is sent as it is, over and over: what can be worked out about it is worked out once,
 * so that a thousand viewers cost little more than one.
 */
final class Content {

  /** Below that, gzip gains nothing. */
  private static final int MIN_GZIP_BYTES = 512;

  private static final int TAG_BYTES = 16;

  private final String type;
  private final String tag;
  private final Supplier<Body> body;

  private Content(String type, String tag, Supplier<Body> body) {
    this.type = type;
    this.tag = tag;
    this.body = body;
  }

  static Content of(String type, byte[] bytes) {
    Body body = new Body(bytes, isCompressible(type));
    return new Content(type, tagOf(bytes), () -> body);
  }

  /**
   * Returns JSON of two parts, only the second of which makes it another version.
   *
   * @param start gives the fields of the first part, at least one, for each whole answer
   * @param essence the fields of the second part, at least one
   */
  static Content json(Supplier<ObjectNode> start, ObjectNode essence) {
    byte[] bytes = Json.bytes(essence);
    return new Content(Json.TYPE, tagOf(bytes), new Joined(start, bytes));
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
    Body whole = body.get();
    boolean packed =
        whole.gzipped != whole.bytes
            && request.header("Accept-Encoding").filter(Content::acceptsGzip).isPresent();
    Response response =
        Response.of(200)
            .with(unchanged.headers())
            .withBody(type, packed ? whole.gzipped : whole.bytes);
    return packed ? response.with("Content-Encoding", "gzip") : response;
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

  /** The bytes of a whole answer, plain and packed. */
  private static final class Body {

    final byte[] bytes;

    /** The same array as the plain ones if they are not worth packing. */
    final byte[] gzipped;

    Body(byte[] bytes, boolean compressible) {
      this.bytes = bytes;
      gzipped = compressible && bytes.length >= MIN_GZIP_BYTES ? gzip(bytes) : bytes;
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
  }

  /** Two parts of JSON in one object. It is packed again only if the first part has changed. */
  private static final class Joined implements Supplier<Body> {

    private final Supplier<ObjectNode> start;
    private final byte[] essence;
    private byte[] knownStart = new byte[0];
    private @Nullable Body known;

    Joined(Supplier<ObjectNode> start, byte[] essence) {
      this.start = start;
      this.essence = essence;
    }

    @Override
    public synchronized Body get() {
      byte[] now = Json.bytes(start.get());
      Body body = known;
      if (body == null || !Arrays.equals(now, knownStart)) {
        byte[] whole = Arrays.copyOf(now, now.length + essence.length - 1);
        whole[now.length - 1] = ',';
        System.arraycopy(essence, 1, whole, now.length, essence.length - 1);
        body = new Body(whole, true);
        knownStart = now;
        known = body;
      }
      return body;
    }
  }
}
