package io.citytally.cli.ballot;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.citytally.table.BallotPresentation;
import io.citytally.table.BallotTable;
import io.citytally.vote.BallotEntry;
import io.citytally.vote.Choice;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * A whole ballot, as a city gives it.
 *
 * @param entries the choices, each votable or hidden, in the order of the file
 * @param plan what {@link BallotPresentation#BALLOT} holds, without {@code map}
 * @param projects what {@link BallotPresentation#projectsOf} holds of each region, which may be
 *     nothing
 */
public record CityBallot(
    Map<Choice, BallotEntry> entries, ObjectNode plan, Map<String, ObjectNode> projects) {

  /** The regions with something on the ballot, even if it is hidden. */
  public Set<String> regions() {
    return entries.keySet().stream().map(choice -> choice.region).collect(Collectors.toSet());
  }

  /** The items of the ballot's table. */
  public List<Map<String, AttributeValue>> items() {
    return entries.entrySet().stream()
        .map(each -> BallotTable.itemOf(each.getKey(), each.getValue()))
        .toList();
  }

  /**
   * The items for the table of the election.
   *
   * @param map the regions on a map; empty if there is none
   */
  public List<Map<String, AttributeValue>> presentation(ObjectNode map) {
    List<Map<String, AttributeValue>> items = new ArrayList<>();
    projects.forEach(
        (region, json) ->
            items.add(BallotPresentation.itemOf(BallotPresentation.projectsOf(region), json)));
    ObjectNode whole = plan.deepCopy();
    if (!map.isEmpty()) {
      items.add(BallotPresentation.itemOf(BallotPresentation.MAP, map));
      whole.put("map", true);
    }
    items.add(BallotPresentation.itemOf(BallotPresentation.BALLOT, whole));
    return items;
  }
}
