package io.citytally.dynamodb;

import io.citytally.vote.TallyKey;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * What may be voted for, and what it is called: {@code {region, improvement, title}}, all texts. An
 * empty one leaves everything open. To the job the titles mean nothing; they are for whoever shows
 * the results.
 */
public final class BallotTable {

  public static final String DEFAULT_NAME = "ballot";

  /** The partition key. */
  public static final String REGION = "region";

  /** The sort key. */
  public static final String IMPROVEMENT = "improvement";

  public static final String TITLE = "title";

  private BallotTable() {}

  public static Map<String, AttributeValue> keyOf(TallyKey key) {
    return Map.of(
        REGION, Attributes.text(key.region), IMPROVEMENT, Attributes.text(key.improvement));
  }

  public static Map<String, AttributeValue> itemOf(TallyKey key, String title) {
    return Map.of(
        REGION, Attributes.text(key.region),
        IMPROVEMENT, Attributes.text(key.improvement),
        TITLE, Attributes.text(title));
  }

  /**
   * @throws MalformedItemException if region or improvement is missing or not a text
   */
  public static TallyKey keyOf(Map<String, AttributeValue> item) {
    return new TallyKey(Attributes.text(item, REGION), Attributes.text(item, IMPROVEMENT));
  }

  /**
   * @throws MalformedItemException if the title is missing or not a text
   */
  public static String titleOf(Map<String, AttributeValue> item) {
    return Attributes.text(item, TITLE);
  }
}
