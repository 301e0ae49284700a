package io.citytally.local.faults;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A request or an answer of HTTP/1.1 as it came, byte for byte, with as much understood of it as it
 * takes to find its end (RFC 9112, 6.3): a body of a known length or in chunks. That is all that
 * DynamoDB and its clients send.
 */
public final class HttpMessage {

  private static final int MAX_HEAD_BYTES = 64 * 1024;
  private static final String END_OF_HEAD = "\r\n\r\n";

  private final String startLine;
  private final Map<String, String> headers;
  private final byte[] bytes;
  private final int headLength;

  private HttpMessage(String startLine, Map<String, String> headers, byte[] bytes, int headLength) {
    this.startLine = startLine;
    this.headers = headers;
    this.bytes = bytes;
    this.headLength = headLength;
  }

  /**
   * The next message; nothing if the other side has closed the connection after the one before.
   *
   * @throws IOException if it ends in the middle of one, or speaks another protocol
   */
  static Optional<HttpMessage> read(InputStream in) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    String head = readThrough(in, END_OF_HEAD, bytes);
    if (head.isEmpty()) {
      return Optional.empty();
    }
    int headLength = bytes.size();
    String[] lines = head.split("\r\n");
    Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    for (int i = 1; i < lines.length; i++) {
      int colon = lines[i].indexOf(':');
      if (colon > 0) {
        headers.put(lines[i].substring(0, colon).trim(), lines[i].substring(colon + 1).trim());
      }
    }
    if (headers.getOrDefault("Transfer-Encoding", "").toLowerCase(Locale.ROOT).equals("chunked")) {
      readChunks(in, bytes);
    } else {
      read(in, Integer.parseInt(headers.getOrDefault("Content-Length", "0")), bytes);
    }
    return Optional.of(new HttpMessage(lines[0], headers, bytes.toByteArray(), headLength));
  }

  private static void readChunks(InputStream in, ByteArrayOutputStream bytes) throws IOException {
    while (true) {
      String size = readThrough(in, "\r\n", bytes);
      int length = Integer.parseInt(size.split(";")[0].trim(), 16);
      if (length == 0) {
        // No trailers: neither side sends them.
        readThrough(in, "\r\n", bytes);
        return;
      }
      read(in, length + 2, bytes);
    }
  }

  private static void read(InputStream in, int length, ByteArrayOutputStream bytes)
      throws IOException {
    byte[] read = in.readNBytes(length);
    if (read.length < length) {
      throw new EOFException("the connection ends within a message");
    }
    bytes.write(read);
  }

  /** Empty only if the connection ends before the first byte. */
  private static String readThrough(InputStream in, String end, ByteArrayOutputStream bytes)
      throws IOException {
    StringBuilder text = new StringBuilder();
    while (text.length() < end.length()
        || !text.substring(text.length() - end.length()).equals(end)) {
      int next = in.read();
      if (next < 0) {
        if (text.length() == 0) {
          return "";
        }
        throw new EOFException("the connection ends within a message");
      }
      if (text.length() == MAX_HEAD_BYTES) {
        throw new IOException("this is not HTTP");
      }
      bytes.write(next);
      text.append((char) next);
    }
    return text.toString();
  }

  /** An answer of DynamoDB to a request that it refuses. */
  static HttpMessage error(int status, String type, String message) {
    byte[] body =
        "{\"__type\":\"%s\",\"message\":\"%s\"}"
            .formatted(type, message)
            .getBytes(StandardCharsets.UTF_8);
    String startLine = "HTTP/1.1 " + status + (status < 500 ? " Bad Request" : " Server Error");
    byte[] head =
        (startLine
                + "\r\nContent-Type: application/x-amz-json-1.0\r\nContent-Length: "
                + body.length
                + END_OF_HEAD)
            .getBytes(StandardCharsets.US_ASCII);
    byte[] bytes = new byte[head.length + body.length];
    System.arraycopy(head, 0, bytes, 0, head.length);
    System.arraycopy(body, 0, bytes, head.length, body.length);
    return new HttpMessage(startLine, Map.of(), bytes, head.length);
  }

  /**
   * The service and the operation that a request is for, as {@code DynamoDB_20120810.UpdateItem};
   * empty if it names none.
   */
  public String target() {
    return headers.getOrDefault("X-Amz-Target", "");
  }

  /** The operation that a request is for, as {@code UpdateItem}; empty if it names none. */
  public String operation() {
    return target().substring(target().indexOf('.') + 1);
  }

  /** The body as text, unless it comes in chunks. */
  public String body() {
    return new String(bytes, headLength, bytes.length - headLength, StandardCharsets.UTF_8);
  }

  /** Whether this is an answer that says that all went well. */
  boolean isSuccess() {
    String[] words = startLine.split(" ");
    return words.length > 1 && words[1].equals("200");
  }

  byte[] bytes() {
    return bytes;
  }

  /** The head and half of the body. */
  int halfLength() {
    return headLength + (bytes.length - headLength) / 2;
  }
}
