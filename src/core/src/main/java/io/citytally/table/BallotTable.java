package io.citytally.table;

import io.citytally.vote.BallotEntry;
import io.citytally.vote.Choice;
import java.util.HashMap;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * Every choice that can be voted for, or ever could be: {@code {region, improvement, title,
 * status}}, all texts, and {@code titles}, a map of texts by language, where the title is not the
 * same in all. The table only grows. A choice that goes gets a {@code status}: {@code left} or
 * {@code hidden} (see {@link BallotEntry.Status}); without one, it can be voted for.
 *
 * <p>The job counts every choice that has an item, with any title and status. The web application
 * takes votes for votable choices alone, so none are taken while there is none.
 */
public final class BallotTable {

  public static final String DEFAULT_NAME = "ballot";

  /** The partition key. */
  public static final String REGION = "region";

  /** The sort key. */
  public static final String IMPROVEMENT = "improvement";

  public static final String TITLE = "title";

  /** Absent where the title is the same in all languages. */
  public static final String TITLES = "titles";

  /** Absent where the choice can be voted for. */
  public static final String STATUS = "status";

  /** The status of a choice that can no longer be voted for. */
  public static final String LEFT = "left";

  /** The status of a choice that can't be voted for and must not be shown. */
  public static final String HIDDEN = "hidden";

  private BallotTable() {}

  public static Map<String, AttributeValue> keyOf(Choice key) {
    return Map.of(
        REGION, Attributes.text(key.region), IMPROVEMENT, Attributes.text(key.improvement));
  }

  /** The item of a choice that can be voted for. */
  public static Map<String, AttributeValue> itemOf(Choice key, String title) {
    return itemOf(key, BallotEntry.votable(title));
  }

  public static Map<String, AttributeValue> itemOf(Choice key, BallotEntry entry) {
    Map<String, AttributeValue> item = new HashMap<>(keyOf(key));
    item.put(TITLE, Attributes.text(entry.title()));
    if (!entry.titles().isEmpty()) {
      item.put(TITLES, Attributes.texts(entry.titles()));
    }
    switch (entry.status()) {
      case LEFT:
        item.put(STATUS, Attributes.text(LEFT));
        break;
      case HIDDEN:
        item.put(STATUS, Attributes.text(HIDDEN));
        break;
      default:
    }
    return item;
  }

  /**
   * @throws MalformedItemException if region or improvement is missing or not a text
   */
  public static Choice keyOf(Map<String, AttributeValue> item) {
    return new Choice(Attributes.text(item, REGION), Attributes.text(item, IMPROVEMENT));
  }

  /**
   * @throws MalformedItemException if the title is missing or not a text
   */
  public static String titleOf(Map<String, AttributeValue> item) {
    return Attributes.text(item, TITLE);
  }

  /**
   * @throws MalformedItemException if the title is missing or not a text, the titles are there but
   *     are not texts, or the status is neither absent nor known
   */
  public static BallotEntry entryOf(Map<String, AttributeValue> item) {
    return new BallotEntry(titleOf(item), titlesOf(item), statusOf(item));
  }

  private static Map<String, String> titlesOf(Map<String, AttributeValue> item) {
    return item.containsKey(TITLES) ? Attributes.texts(item, TITLES) : Map.of();
  }

  private static BallotEntry.Status statusOf(Map<String, AttributeValue> item) {
    if (!item.containsKey(STATUS)) {
      return BallotEntry.Status.VOTABLE;
    }
    switch (Attributes.text(item, STATUS)) {
      case LEFT:
        return BallotEntry.Status.LEFT;
      case HIDDEN:
        return BallotEntry.Status.HIDDEN;
      default:
        throw Attributes.malformed(item, STATUS, "absent, '" + LEFT + "' or '" + HIDDEN + "'");
    }
  }
}
