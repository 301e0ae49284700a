package io.citytally.cloudformation;

import static java.util.Map.entry;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a role may do to the tables and the stream, each as the action, a blank and the table's
 * default name: {@code dynamodb:UpdateItem total_votes}. The feed is called {@code stream}.
 */
public final class Permissions {

  public static final String STREAM = "stream";

  private static final Map<String, String> NAMES =
      Map.ofEntries(
          entry("<VotesTableArn>", "votes"),
          entry("<TotalVotesTableArn>", "total_votes"),
          entry("<RecentVotesTableArn>", "recent_votes"),
          entry("<RejectedVotesTableArn>", "rejected_votes"),
          entry("<BallotTableArn>", "ballot"),
          entry("<VotesTableStreamArn>", STREAM),
          entry("<VoteStreamArn>", STREAM));

  private Permissions() {}

  /** Those of a role of a template. */
  public static Set<String> of(Template template, String role) {
    Set<String> found = new TreeSet<>();
    for (Object policy : (List<?>) template.properties(role).get("Policies")) {
      Map<?, ?> document = (Map<?, ?>) ((Map<?, ?>) policy).get("PolicyDocument");
      for (Object each : (List<?>) document.get("Statement")) {
        Map<?, ?> statement = (Map<?, ?>) each;
        for (Object action : list(statement.get("Action"))) {
          if (action.toString().matches("(dynamodb|kinesis):.*")) {
            for (Object resource : list(statement.get("Resource"))) {
              found.add(
                  action + " " + NAMES.getOrDefault(resource.toString(), resource.toString()));
            }
          }
        }
      }
    }
    return found;
  }

  private static List<?> list(Object oneOrMore) {
    return oneOrMore instanceof List<?> list ? list : List.of(oneOrMore);
  }
}
