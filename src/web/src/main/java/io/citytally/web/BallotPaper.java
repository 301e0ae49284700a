package io.citytally.web;

import com.fasterxml.jackson.databind.JsonNode;
import io.citytally.table.VotesTable;
import io.citytally.vote.VoteText;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a request wants to be cast: {@code {"region", "improvements", "seen": {"region",
 * "improvements"}}}.
 *
 * @param improvements none to withdraw the ballot
 * @param seen what the citizen last saw stored; none if nothing
 */
record BallotPaper(String region, SortedSet<String> improvements, Optional<Vote> seen) {

  private static final String REGION = "region";
  private static final String IMPROVEMENTS = "improvements";
  private static final String SEEN = "seen";

  /** What is to stand afterwards; none for a withdrawal. */
  Optional<Vote> wanted() {
    return Vote.of(region, improvements);
  }

  /** The improvements that the citizen's ballot of the region has not had. */
  SortedSet<String> added() {
    SortedSet<String> added = new TreeSet<>(improvements);
    seen.filter(vote -> vote.region().equals(region))
        .ifPresent(vote -> added.removeAll(vote.improvements()));
    return added;
  }

  /**
   * Reads the body.
   *
   * @throws ProblemException if it is malformed, or has any other field
   */
  static BallotPaper in(Request request) {
    String type = request.header("Content-Type").orElse("");
    if (!type.split(";", -1)[0].strip().toLowerCase(Locale.ROOT).equals(Json.TYPE)) {
      throw new ProblemException(415, Problem.WRONG_TYPE);
    }
    if (request.body().length > Request.MAX_BODY_BYTES) {
      throw new ProblemException(413, Problem.TOO_LONG, Map.of("limit", Request.MAX_BODY_BYTES));
    }
    JsonNode json;
    try {
      json = Json.read(request.body());
    } catch (IOException e) {
      throw new ProblemException(400, Problem.NO_JSON);
    }
    checkFields(json, List.of(REGION, IMPROVEMENTS, SEEN));
    JsonNode seen = json.get(SEEN);
    if (seen == null) {
      return new BallotPaper(regionOf(json), improvementsOf(json), Optional.empty());
    }
    checkFields(seen, List.of(REGION, IMPROVEMENTS));
    return new BallotPaper(
        regionOf(json), improvementsOf(json), Vote.of(regionOf(seen), improvementsOf(seen)));
  }

  private static void checkFields(JsonNode json, List<String> fields) {
    if (!json.isObject()) {
      throw new ProblemException(400, Problem.NO_BALLOT);
    }
    for (Iterator<String> names = json.fieldNames(); names.hasNext(); ) {
      if (!fields.contains(names.next())) {
        throw new ProblemException(400, Problem.UNKNOWN_FIELD);
      }
    }
  }

  private static String regionOf(JsonNode json) {
    return checked(Problem.BAD_REGION, json.get(REGION));
  }

  private static SortedSet<String> improvementsOf(JsonNode json) {
    JsonNode array = json.get(IMPROVEMENTS);
    if (array == null || !array.isArray()) {
      throw new ProblemException(
          400, array == null ? Problem.NO_IMPROVEMENTS : Problem.IMPROVEMENTS_NO_LIST);
    }
    SortedSet<String> improvements = new TreeSet<>();
    for (JsonNode each : array) {
      improvements.add(checked(Problem.BAD_IMPROVEMENT, each));
    }
    if (improvements.size() > VotesTable.MAX_IMPROVEMENTS) {
      throw new ProblemException(
          400, Problem.TOO_MANY_IMPROVEMENTS, Map.of("limit", VotesTable.MAX_IMPROVEMENTS));
    }
    return improvements;
  }

  private static String checked(Problem problem, @Nullable JsonNode value) {
    VoteText text =
        value == null
            ? VoteText.MISSING
            : value.isTextual() ? VoteText.of(value.textValue()) : VoteText.NOT_A_STRING;
    if (text.reason() != null) {
      throw new ProblemException(400, problem, Map.of("reason", text.reason()));
    }
    return text.value();
  }
}
