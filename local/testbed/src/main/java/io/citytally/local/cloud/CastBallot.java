package io.citytally.local.cloud;

import io.citytally.table.VotesTable;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * A ballot as it stands in the {@code votes} table: all votes of a citizen in a region.
 *
 * @param id tells it from every other ballot, and is not a citizen's name or number
 * @param improvements at least one, each once
 */
public record CastBallot(String id, String region, List<String> improvements) {

  Map<String, AttributeValue> item() {
    return VotesTable.itemOf(id, region, improvements);
  }
}
