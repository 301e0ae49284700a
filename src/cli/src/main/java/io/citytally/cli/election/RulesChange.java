package io.citytally.cli.election;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.citytally.election.ElectionRules;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What new rules change in one field.
 *
 * @param before null if the field is new
 * @param after null if the field goes
 */
record RulesChange(String field, @Nullable JsonNode before, @Nullable JsonNode after) {

  /** Returns the changes from one set of rules to another, in the order of the fields. */
  static List<RulesChange> between(Optional<ElectionRules> before, ElectionRules after) {
    ObjectNode old = before.map(ElectionRules::json).orElse(JsonNodeFactory.instance.objectNode());
    ObjectNode updated = after.json();
    Set<String> fields = new LinkedHashSet<>();
    updated.fieldNames().forEachRemaining(fields::add);
    old.fieldNames().forEachRemaining(fields::add);
    List<RulesChange> changes = new ArrayList<>();
    for (String field : fields) {
      if (!Objects.equals(old.get(field), updated.get(field))) {
        changes.add(new RulesChange(field, old.get(field), updated.get(field)));
      }
    }
    return changes;
  }

  /** Such as {@code closes_at "2027-06-30T18:00:00Z", was: "2027-06-29T18:00:00Z"}. */
  @Override
  public String toString() {
    if (after == null) {
      return field + " goes, was: " + before;
    }
    return field + " " + after + (before == null ? "" : ", was: " + before);
  }
}
