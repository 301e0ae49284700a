package io.citytally.table;

import io.citytally.vote.Choice;
import io.citytally.vote.VoteText;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * The votes as citizens cast them: one item for each ballot, which holds the improvements of one
 * region that its citizen votes for.
 *
 * <pre>{@code
 * {"id": S, "region": S, "improvements": SS}
 * {"id": S, "region": S, "improvement": S}
 * }</pre>
 *
 * <p>The second form is a ballot with one improvement, as older voting applications write it. An
 * item votes for the union of both attributes. A ballot is cast and changed by a put and withdrawn
 * by a delete. The job learns of both through the stream.
 */
public final class VotesTable {

  public static final String DEFAULT_NAME = "votes";

  /** The most improvements that one ballot may name. */
  public static final int MAX_IMPROVEMENTS = 100;

  /** The partition key. */
  public static final String ID = "id";

  public static final String IMPROVEMENT = "improvement";
  public static final String IMPROVEMENTS = "improvements";
  public static final String REGION = "region";

  private VotesTable() {}

  public static Map<String, AttributeValue> keyOf(String id) {
    return Map.of(ID, Attributes.text(id));
  }

  /** A ballot with one improvement, in its older form. */
  public static Map<String, AttributeValue> itemOf(String id, Choice choice) {
    return Map.of(
        ID, Attributes.text(id),
        IMPROVEMENT, Attributes.text(choice.improvement),
        REGION, Attributes.text(choice.region));
  }

  /**
   * A ballot.
   *
   * @param improvements at least one: a withdrawn ballot has no item
   * @throws IllegalArgumentException if there are none, or more than {@value #MAX_IMPROVEMENTS}
   */
  public static Map<String, AttributeValue> itemOf(
      String id, String region, Collection<String> improvements) {
    return Map.of(
        ID, Attributes.text(id),
        REGION, Attributes.text(region),
        IMPROVEMENTS, improvementsOf(improvements));
  }

  /**
   * The set of improvements as it stands in an item, sorted and without repetition.
   *
   * @throws IllegalArgumentException if there are none, or more than {@value #MAX_IMPROVEMENTS}
   */
  public static AttributeValue improvementsOf(Collection<String> improvements) {
    SortedSet<String> names = new TreeSet<>(improvements);
    if (names.isEmpty() || names.size() > MAX_IMPROVEMENTS) {
      throw new IllegalArgumentException(
          "a ballot names 1 to " + MAX_IMPROVEMENTS + " improvements, not " + names.size());
    }
    return AttributeValue.fromSs(new ArrayList<>(names));
  }

  /**
   * Returns what the ballot votes for: each well-formed improvement once. None if the id or the
   * region is malformed, or if there are more than {@value #MAX_IMPROVEMENTS} names.
   */
  public static List<Choice> choicesOf(Map<String, AttributeValue> item) {
    SortedSet<String> names = namesOf(item);
    if (problemOf(item, ID) != null
        || problemOf(item, REGION) != null
        || names.size() > MAX_IMPROVEMENTS) {
      return List.of();
    }
    String region = Attributes.text(item, REGION);
    List<Choice> choices = new ArrayList<>();
    for (String name : names) {
      if (VoteText.of(name).problem() == null) {
        choices.add(new Choice(region, name));
      }
    }
    return choices;
  }

  /**
   * Returns why the job can't count all of the item, such as "region is empty"; null if it can. An
   * item that names no improvement is an empty ballot, and no problem.
   */
  @Nullable
  public static String problemOf(Map<String, AttributeValue> item) {
    for (String name : List.of(ID, REGION)) {
      String problem = problemOf(item, name);
      if (problem != null) {
        return problem;
      }
    }
    if (item.containsKey(IMPROVEMENT)) {
      String problem = problemOf(item, IMPROVEMENT);
      if (problem != null) {
        return problem;
      }
    }
    if (item.containsKey(IMPROVEMENTS) && !item.get(IMPROVEMENTS).hasSs()) {
      return IMPROVEMENTS + " is not a set of strings";
    }
    SortedSet<String> names = namesOf(item);
    if (names.size() > MAX_IMPROVEMENTS) {
      return "more than " + MAX_IMPROVEMENTS + " improvements are named";
    }
    for (String name : names) {
      String problem = VoteText.of(name).problem();
      if (problem != null) {
        return "an improvement " + problem;
      }
    }
    return null;
  }

  private static SortedSet<String> namesOf(Map<String, AttributeValue> item) {
    SortedSet<String> names = new TreeSet<>();
    AttributeValue one = item.get(IMPROVEMENT);
    if (one != null && one.s() != null) {
      names.add(one.s());
    }
    AttributeValue several = item.get(IMPROVEMENTS);
    if (several != null && several.hasSs()) {
      names.addAll(several.ss());
    }
    return names;
  }

  private static @Nullable String problemOf(Map<String, AttributeValue> item, String name) {
    AttributeValue value = item.get(name);
    VoteText text =
        value == null
            ? VoteText.MISSING
            : value.s() == null ? VoteText.NOT_A_STRING : VoteText.of(value.s());
    return text.problem() == null ? null : name + " " + text.problem();
  }
}
