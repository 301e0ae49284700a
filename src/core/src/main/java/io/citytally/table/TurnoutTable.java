package io.citytally.table;

import java.util.Map;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;

/**
 * How many ballots each region has: one item per region, {@code {region, ballots}}, and the numbers
 * {@code {epoch, added, removed}} by which the job adds exactly once, as in {@link
 * TotalVotesTable}.
 *
 * <p>A ballot counts while it names at least one well-formed improvement, on the ballot or not.
 * Regions can't be added up as citizens: a citizen may have a ballot in several.
 */
public final class TurnoutTable {

  public static final String DEFAULT_NAME = "turnout";

  /** The partition key. */
  public static final String REGION = "region";

  public static final String BALLOTS = "ballots";

  private static final Map<String, String> NAMES =
      Map.of(
          "#epoch", TotalVotesTable.EPOCH,
          "#added", TotalVotesTable.ADDED,
          "#removed", TotalVotesTable.REMOVED,
          "#total_votes", BALLOTS);

  private TurnoutTable() {}

  public static Map<String, AttributeValue> keyOf(String region) {
    return Map.of(REGION, Attributes.text(region));
  }

  /**
   * @throws MalformedItemException if the region is missing or not a text
   */
  public static String regionOf(Map<String, AttributeValue> item) {
    return Attributes.text(item, REGION);
  }

  /**
   * The write that is decided on. If its condition fails, DynamoDB's answer holds the item, whose
   * state {@link TotalVotesTable#stateOf} reads.
   *
   * @throws IllegalArgumentException if there is nothing to write
   */
  public static UpdateItemRequest update(String tableName, String region, Decision decision) {
    return TallyUpdate.of(tableName, keyOf(region), BALLOTS, decision);
  }

  /**
   * @throws MalformedItemException if there is no number of ballots, or it is not a whole number of
   *     64 bits
   */
  public static long ballotsOf(Map<String, AttributeValue> item) {
    return Attributes.number(item, BALLOTS);
  }

  /** As {@link TotalVotesTable#correction}, of the ballots of a region. */
  public static UpdateItemRequest correction(
      String tableName, String region, Map<String, AttributeValue> seen, long ballots) {
    return TotalVotesTable.correction(tableName, keyOf(region), NAMES, seen, ballots);
  }
}
