package io.citytally.table;

import io.citytally.vote.Choice;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * What audits have corrected in {@code total_votes} and {@code turnout}, by whom and when: {@code
 * {region, correction, improvement, votes, total_before, corrected_by, outcome}}. All are texts,
 * but for {@code votes}, which were added to the total, and {@code total_before}, which are
 * numbers. The sort key {@code correction} is the time, in ISO 8601, and the improvement. If that
 * is longer than a sort key may be, its end is cut off and a hash of the improvement put there. The
 * correction of a turnout has no improvement.
 */
public final class CorrectionsTable {

  public static final String DEFAULT_NAME = "corrections";

  /** The partition key. */
  public static final String REGION = "region";

  /** The sort key. */
  public static final String CORRECTION = "correction";

  public static final String IMPROVEMENT = "improvement";
  public static final String VOTES = "votes";
  public static final String TOTAL_BEFORE = "total_before";
  public static final String CORRECTED_BY = "corrected_by";
  public static final String OUTCOME = "outcome";

  /** The outcome before the write. If it stays so, only the total tells whether it was made. */
  public static final String BEGUN = "begun";

  public static final String MADE = "made";

  /** The outcome if something else wrote the total first, so that the write was refused. */
  public static final String NOT_MADE = "not made";

  /** DynamoDB takes no longer sort key (Amazon DynamoDB Developer Guide, Quotas). */
  private static final int MAX_KEY_BYTES = 1024;

  private CorrectionsTable() {}

  /**
   * @param choice with an empty improvement: the turnout of the region
   * @param votes added to the total; negative where it was too great
   * @param totalBefore the total that the audit saw
   * @param outcome {@link #BEGUN}, {@link #MADE} or {@link #NOT_MADE}
   */
  public static Map<String, AttributeValue> itemOf(
      Choice choice,
      long epochMillis,
      long votes,
      long totalBefore,
      String correctedBy,
      String outcome) {
    Map<String, AttributeValue> item = new HashMap<>();
    String time = Attributes.time(epochMillis).s();
    item.put(REGION, Attributes.text(choice.region));
    if (choice.improvement.isEmpty()) {
      item.put(CORRECTION, Attributes.text(time));
    } else {
      item.put(CORRECTION, Attributes.text(sortKey(time, choice.improvement)));
      item.put(IMPROVEMENT, Attributes.text(choice.improvement));
    }
    item.put(VOTES, Attributes.number(votes));
    item.put(TOTAL_BEFORE, Attributes.number(totalBefore));
    item.put(CORRECTED_BY, Attributes.text(correctedBy));
    item.put(OUTCOME, Attributes.text(outcome));
    return item;
  }

  private static String sortKey(String time, String improvement) {
    String key = time + " " + improvement;
    if (key.getBytes(StandardCharsets.UTF_8).length <= MAX_KEY_BYTES) {
      return key;
    }
    String end = " " + hashOf(improvement);
    CharBuffer cut = CharBuffer.wrap(key);
    // The encoder stops before the first character that doesn't fit whole.
    StandardCharsets.UTF_8
        .newEncoder()
        .onMalformedInput(CodingErrorAction.REPLACE)
        .encode(cut, ByteBuffer.allocate(MAX_KEY_BYTES - end.length()), true);
    return key.substring(0, cut.position()) + end;
  }

  private static String hashOf(String text) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return String.format("%016x", ByteBuffer.wrap(hash).getLong());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
