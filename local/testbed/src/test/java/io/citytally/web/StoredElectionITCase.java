package io.citytally.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.citytally.dynamodb.LocalDynamoDbExtension;
import io.citytally.election.Election;
import io.citytally.election.ElectionRules;
import io.citytally.election.Pin;
import io.citytally.election.RulesException;
import io.citytally.election.RulesFile;
import io.citytally.election.VotePer;
import io.citytally.election.VotingMode;
import io.citytally.table.ElectionTable;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

class StoredElectionITCase {

  @RegisterExtension static final LocalDynamoDbExtension DYNAMODB = new LocalDynamoDbExtension();

  private static final Election OTHERWISE = Election.alwaysOpen(VotingMode.OPEN, VotePer.REGION);

  private static DynamoDbClient client;
  private static StoredElection election;

  @BeforeAll
  static void createTable() {
    DYNAMODB.createTable("one_election", ElectionTable.ID);
    client = DYNAMODB.blockingClient();
    election = new StoredElection(client, "one_election", OTHERWISE);
  }

  @AfterAll
  static void close() {
    client.close();
  }

  private static ElectionRules rules(String name) throws RulesException {
    return RulesFile.parse(
        """
        {"name": "%s", "time_zone": "UTC", "opens_at": "2026-05-01T08:00",
         "closes_at": "2026-05-01T20:00", "voting": "open"}
        """
            .formatted(name));
  }

  private static void store(ElectionRules rules) {
    Map<String, AttributeValue> item = new HashMap<>(ElectionTable.key());
    item.put(ElectionTable.RULES, AttributeValue.fromS(rules.text()));
    DYNAMODB.put("one_election", item);
  }

  @Test
  void isPinnedOnceAndUnderTheStoredRulesAlone() throws Exception {
    assertThat(election.read()).isSameAs(OTHERWISE);
    store(rules("A"));
    Election known = election.read();
    assertThat(known.rules()).isEqualTo(rules("A"));
    assertThat(known.pinned()).isEmpty();

    store(rules("B"));
    assertThat(election.pin(known, Pin.open(VotePer.REGION))).isFalse();
    assertThat(election.read().pinned()).isEmpty();

    Election current = election.read();
    assertThat(election.pin(current, Pin.open(VotePer.REGION))).isTrue();
    assertThat(election.pin(current, Pin.open(VotePer.REGION))).isTrue();
    assertThat(election.pin(current, Pin.open(VotePer.CITY))).isFalse();
    assertThat(election.read().pinned()).contains(Pin.open(VotePer.REGION).text());
  }
}
