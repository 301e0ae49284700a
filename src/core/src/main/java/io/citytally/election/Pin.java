package io.citytally.election;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Objects;

/**
 * What decides which ballot is a citizen's. If any of it changed during an election, everyone could
 * vote a second time. So the first ballot pins it for as long as the election lasts.
 */
public final class Pin {

  private final String text;

  private Pin(ObjectNode json) {
    text = json.toString();
  }

  /** Open voting. */
  public static Pin open(VotePer votePer) {
    return new Pin(
        JsonNodeFactory.instance
            .objectNode()
            .put("voting", VotingMode.OPEN.label())
            .put("vote_per", votePer.label()));
  }

  /**
   * Voting for citizens who sign in.
   *
   * @param subjectClaim the claim that tells one citizen from another
   * @param keyFingerprint tells the key of the ballots' ids from another, and nothing else about it
   */
  public static Pin signedIn(
      VotePer votePer, String issuer, String audience, String subjectClaim, String keyFingerprint) {
    return new Pin(
        JsonNodeFactory.instance
            .objectNode()
            .put("voting", VotingMode.SIGNED_IN.label())
            .put("vote_per", votePer.label())
            .put("issuer", issuer)
            .put("audience", audience)
            .put("subject_claim", subjectClaim)
            .put("key", keyFingerprint));
  }

  /** The one text for equal pins, in JSON. */
  public String text() {
    return text;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Pin && text.equals(((Pin) other).text);
  }

  @Override
  public int hashCode() {
    return Objects.hash(text);
  }

  @Override
  public String toString() {
    return text;
  }
}
