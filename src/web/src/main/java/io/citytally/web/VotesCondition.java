package io.citytally.web;

import io.citytally.table.VotesTable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * What must stand in the table {@code votes} for a write to happen.
 *
 * @param names the attributes that the expression names
 * @param values what it compares them with
 */
record VotesCondition(
    String expression, Map<String, String> names, Map<String, AttributeValue> values) {

  /** The attributes of an item besides its key. */
  private static final List<String> ATTRIBUTES =
      List.of(VotesTable.REGION, VotesTable.IMPROVEMENT, VotesTable.IMPROVEMENTS);

  /** The vote stands as this application writes it; nothing stands if there is none. */
  static VotesCondition seen(Optional<Vote> vote) {
    return vote.map(
            seen ->
                exactly(
                    Map.of(
                        VotesTable.REGION, AttributeValue.fromS(seen.region()),
                        VotesTable.IMPROVEMENTS, VotesTable.improvementsOf(seen.improvements()))))
        .orElse(
            new VotesCondition(
                "attribute_not_exists(#id)", Map.of("#id", VotesTable.ID), Map.of()));
  }

  /** The item stands, with any key. */
  static VotesCondition exactly(Map<String, AttributeValue> item) {
    List<String> parts = new ArrayList<>(List.of("attribute_exists(#id)"));
    Map<String, String> names = new HashMap<>(Map.of("#id", VotesTable.ID));
    Map<String, AttributeValue> values = new HashMap<>();
    for (String name : ATTRIBUTES) {
      names.put("#" + name, name);
      AttributeValue value = item.get(name);
      if (value == null) {
        parts.add("attribute_not_exists(#" + name + ")");
      } else {
        parts.add("#" + name + " = :" + name);
        values.put(":" + name, value);
      }
    }
    return new VotesCondition(String.join(" AND ", parts), names, values);
  }
}
