package io.citytally.local.election;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.citytally.election.ElectionRules;
import io.citytally.election.RulesException;
import io.citytally.election.RulesFile;
import io.citytally.election.VotePer;
import io.citytally.election.VotingMode;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;

/** The rules of an election in Lunden in which citizens sign in: open at once, and for a week. */
public final class DefaultRules {

  private static final Duration OPEN_FOR = Duration.ofDays(7);
  private static final int AT_MOST = 3;

  private DefaultRules() {}

  /**
   * @param votePer whether a citizen has one ballot in all or one in each region
   */
  public static ElectionRules startingAt(Instant now, ZoneId zone, VotePer votePer) {
    Instant opens = now.truncatedTo(ChronoUnit.SECONDS);
    ObjectNode json =
        JsonNodeFactory.instance
            .objectNode()
            .put("name", "Participatory budget of Lunden")
            .put("city", "Lunden")
            .put("time_zone", zone.getId())
            .put("opens_at", opens.toString())
            .put("closes_at", opens.plus(OPEN_FOR).toString())
            .put("voting", VotingMode.SIGNED_IN.label())
            .put("vote_per", votePer.label());
    if (votePer == VotePer.REGION) {
      json.put("at_most", AT_MOST);
    }
    try {
      return RulesFile.parse(json.toString());
    } catch (RulesException e) {
      throw new IllegalStateException("the rules of the local election are wrong", e);
    }
  }
}
