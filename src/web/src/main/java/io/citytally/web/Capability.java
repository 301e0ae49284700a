package io.citytally.web;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.regex.Pattern;

/**
 * A random text that a citizen's browser makes and keeps. Anyone who knows it owns the vote.
 *
 * <p>Nothing keeps it but that browser. The vote's id is its SHA-256, so a reader of the table, its
 * stream or a backup learns ids, but no text by which a vote can be changed.
 */
public final class Capability {

  /** What 96 random bits fill in base64url, at least. */
  private static final Pattern TEXT = Pattern.compile("[A-Za-z0-9_-]{16,128}");

  private Capability() {}

  /**
   * Returns the id of the vote that the capability owns: its SHA-256, in base64url.
   *
   * @throws ProblemException if the text can be guessed, or is malformed
   */
  public static String voteId(String capability) {
    if (!TEXT.matcher(capability).matches()) {
      throw new ProblemException(
          400, "The id of a vote is 16 to 128 random letters, digits, hyphens and underscores");
    }
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256")
              .digest(capability.getBytes(StandardCharsets.US_ASCII));
      return Base64.getUrlEncoder().withoutPadding().encodeToString(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
