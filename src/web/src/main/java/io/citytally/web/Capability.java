package io.citytally.web;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * A random text that a voter's browser makes and keeps. Anyone who knows it owns the ballots.
 *
 * <p>Nothing keeps it but that browser. A ballot's id is its SHA-256, together with the region. So
 * a reader of the table, its stream or a backup learns ids, but no text by which a ballot can be
 * changed.
 */
public final class Capability implements Voters.Voter {

  /** 128 random bits. */
  private static final Pattern TEXT = Pattern.compile("[0-9a-f]{32}");

  private final String text;

  private Capability(String text) {
    this.text = text;
  }

  /**
   * @throws ProblemException if the text is malformed
   */
  public static Capability of(String text) {
    if (!TEXT.matcher(text).matches()) {
      throw new ProblemException(400, Problem.BAD_CAPABILITY, Map.of("header", OpenVoters.HEADER));
    }
    return new Capability(text);
  }

  @Override
  public String idOf(String... scope) {
    try {
      MessageDigest hash = MessageDigest.getInstance("SHA-256");
      hash.update(text.getBytes(StandardCharsets.US_ASCII));
      for (String each : scope) {
        hash.update(each.getBytes(StandardCharsets.UTF_8));
      }
      return Base64.getUrlEncoder().withoutPadding().encodeToString(hash.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  @Override
  public boolean isIn(String region, String claim) {
    return false;
  }
}
