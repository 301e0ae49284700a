package io.citytally.cloudformation;

import static java.util.Map.entry;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a role may do to the tables and the stream, each as the action, a blank and the table's
 * default name: {@code dynamodb:UpdateItem total_votes}. The source is called {@code stream}.
 */
public final class Permissions {

  public static final String STREAM = "stream";

  private static final Map<String, String> NAMES =
      Map.ofEntries(
          entry("<VotesTableArn>", "votes"),
          entry("<TotalVotesTableArn>", "total_votes"),
          entry("<TurnoutTableArn>", "turnout"),
          entry("<VoteHistoryTableArn>", "vote_history"),
          entry("<RecentVotesTableArn>", "recent_votes"),
          entry("<RejectedVotesTableArn>", "rejected_votes"),
          entry("<BallotTableArn>", "ballot"),
          entry("<ElectionTableArn>", "election"),
          entry("<CorrectionsTableArn>", "corrections"),
          entry("<VotesTableStreamArn>", STREAM),
          entry("<VoteStreamArn>", STREAM));

  private Permissions() {}

  /** What a role of a template may do to the tables and the stream. */
  public static Set<String> of(Template template, String role) {
    Set<String> found = of(template, role, "Allow");
    found.removeIf(right -> right.startsWith("secretsmanager:"));
    return found;
  }

  /** The secrets that a role of a template may read. */
  static Set<String> secretsOf(Template template, String role) {
    Set<String> found = of(template, role, "Allow");
    found.removeIf(right -> !right.startsWith("secretsmanager:"));
    return found;
  }

  /** What a role of a template may not do, apart from what it is allowed. */
  static Set<String> denied(Template template, String role) {
    return of(template, role, "Deny");
  }

  private static Set<String> of(Template template, String role, String effect) {
    Set<String> found = new TreeSet<>();
    for (Map<?, ?> statement : statements(template, role)) {
      if (statement.get("Effect").equals(effect)) {
        for (Object action : list(statement.get("Action"))) {
          if (action.toString().matches("(dynamodb|kinesis|secretsmanager):.*")) {
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

  /** The statements of all policies of a role. */
  static List<Map<?, ?>> statements(Template template, String role) {
    List<Map<?, ?>> statements = new ArrayList<>();
    for (Object policy : (List<?>) template.properties(role).get("Policies")) {
      Map<?, ?> document = (Map<?, ?>) ((Map<?, ?>) policy).get("PolicyDocument");
      ((List<?>) document.get("Statement")).forEach(each -> statements.add((Map<?, ?>) each));
    }
    return statements;
  }

  static List<?> list(Object oneOrMore) {
    return oneOrMore instanceof List<?> list ? list : List.of(oneOrMore);
  }
}
