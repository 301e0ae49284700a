package io.citytally.table;

import io.citytally.vote.Choice;
import io.citytally.vote.VoteText;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * The votes as citizens cast them, one item each: {@code {id, improvement, region}}, all texts. A
 * vote is cast and changed by a put, and withdrawn by a delete; the job only ever hears of it
 * through the stream.
 */
public final class VotesTable {

  public static final String DEFAULT_NAME = "votes";

  /** The partition key. */
  public static final String ID = "id";

  public static final String IMPROVEMENT = "improvement";
  public static final String REGION = "region";

  private VotesTable() {}

  public static Map<String, AttributeValue> keyOf(String id) {
    return Map.of(ID, Attributes.text(id));
  }

  public static Map<String, AttributeValue> itemOf(String id, Choice choice) {
    return Map.of(
        ID, Attributes.text(id),
        IMPROVEMENT, Attributes.text(choice.improvement),
        REGION, Attributes.text(choice.region));
  }

  /**
   * What the vote is cast for.
   *
   * @throws MalformedItemException if region or improvement is missing or not a text
   */
  public static Choice choiceOf(Map<String, AttributeValue> item) {
    return new Choice(Attributes.text(item, REGION), Attributes.text(item, IMPROVEMENT));
  }

  /** Why the job can't count the vote, such as "region is empty"; null if it can. */
  @Nullable
  public static String problemOf(Map<String, AttributeValue> item) {
    for (String name : List.of(ID, REGION, IMPROVEMENT)) {
      String problem = textOf(item.get(name)).problem();
      if (problem != null) {
        return name + " " + problem;
      }
    }
    return null;
  }

  private static VoteText textOf(@Nullable AttributeValue value) {
    if (value == null) {
      return VoteText.MISSING;
    }
    return value.s() == null ? VoteText.NOT_A_STRING : VoteText.of(value.s());
  }
}
