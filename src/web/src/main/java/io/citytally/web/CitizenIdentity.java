package io.citytally.web;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.Objects;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Who a citizen is: a subject that an OpenID Connect issuer vouches for; and which votes are his.
 *
 * <p>A vote's id is a keyed hash of the subject and of what the rule allows one vote for. So
 * whoever comes twice meets his own vote, can change it and can't add another, and can't reach
 * anyone else's; and whoever sees the id, but not the key, learns nothing of the citizen, not even
 * by trying all the subjects there are.
 */
public final class CitizenIdentity {

  /** As long as the hash itself, as RFC 2104 advises. */
  public static final int MIN_KEY_BYTES = 32;

  private static final String ALGORITHM = "HmacSHA256";

  private final String issuer;
  private final String audience;
  private final SecretKeySpec key;
  private final VotePer votePer;

  /**
   * @param issuer as it stands in the tokens' {@code iss}
   * @param audience whom the tokens are for, as it stands in their {@code aud}
   * @param key secret, random, and the same for as long as an election lasts
   * @throws IllegalArgumentException if the key is too short
   */
  public CitizenIdentity(String issuer, String audience, byte[] key, VotePer votePer) {
    if (key.length < MIN_KEY_BYTES) {
      throw new IllegalArgumentException(
          "the key of the votes' ids must have at least " + MIN_KEY_BYTES + " bytes");
    }
    this.issuer = Objects.requireNonNull(issuer, "issuer");
    this.audience = Objects.requireNonNull(audience, "audience");
    this.key = new SecretKeySpec(key, ALGORITHM);
    this.votePer = Objects.requireNonNull(votePer, "votePer");
  }

  String issuer() {
    return issuer;
  }

  String audience() {
    return audience;
  }

  VotePer votePer() {
    return votePer;
  }

  /**
   * The id of the citizen's vote.
   *
   * @param scope what the rule allows one vote for: nothing, a region, or a region and an
   *     improvement
   */
  String voteId(String subject, String... scope) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      update(mac, issuer);
      update(mac, subject);
      for (String each : scope) {
        update(mac, each);
      }
      return Base64.getUrlEncoder().withoutPadding().encodeToString(mac.doFinal());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has " + ALGORITHM, e);
    }
  }

  /** With its length before it, so that no two lists of texts run together to the same bytes. */
  private static void update(Mac mac, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    mac.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).array());
    mac.update(bytes);
  }
}
