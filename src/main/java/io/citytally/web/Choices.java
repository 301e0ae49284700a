package io.citytally.web;

import com.fasterxml.jackson.databind.JsonNode;
import io.citytally.vote.TallyKey;
import io.citytally.vote.VoteText;
import java.io.IOException;
import java.util.Iterator;
import java.util.Locale;
import java.util.Map;

/** What a request votes for, checked. */
final class Choices {

  private static final String REGION = "region";
  private static final String IMPROVEMENT = "improvement";

  private Choices() {}

  /**
   * The choice in a body {@code {"region", "improvement"}}.
   *
   * @throws ProblemException if it is anything else
   */
  static TallyKey inBody(Request request) {
    String type = request.header("Content-Type").orElse("");
    if (!type.split(";", -1)[0].strip().toLowerCase(Locale.ROOT).equals(Json.TYPE)) {
      throw new ProblemException(415, "A vote is sent as application/json");
    }
    if (request.body().length > Request.MAX_BODY_BYTES) {
      throw new ProblemException(
          413, "A vote is not longer than " + Request.MAX_BODY_BYTES + " bytes");
    }
    JsonNode json;
    try {
      json = Json.read(request.body());
    } catch (IOException e) {
      throw new ProblemException(400, "The vote is not proper JSON");
    }
    if (!json.isObject()) {
      throw new ProblemException(400, "A vote is a JSON object with region and improvement");
    }
    for (Iterator<String> names = json.fieldNames(); names.hasNext(); ) {
      refuseUnknown(names.next());
    }
    return new TallyKey(text(json, REGION), text(json, IMPROVEMENT));
  }

  private static String text(JsonNode json, String field) {
    JsonNode value = json.get(field);
    return checked(
        field,
        value == null
            ? VoteText.MISSING
            : value.isTextual() ? VoteText.of(value.textValue()) : VoteText.NOT_A_STRING);
  }

  /**
   * One of the query's parameters.
   *
   * @throws ProblemException if it is missing or malformed, or there is another that means nothing
   */
  private static String inQuery(Request request, String name) {
    Map<String, String> query = request.query();
    query.keySet().forEach(Choices::refuseUnknown);
    String value = query.get(name);
    return checked(name, value == null ? VoteText.MISSING : VoteText.of(value));
  }

  /**
   * The choice in a query {@code ?region=..&improvement=..}.
   *
   * @throws ProblemException if it is anything else
   */
  static TallyKey inQuery(Request request) {
    return new TallyKey(inQuery(request, REGION), inQuery(request, IMPROVEMENT));
  }

  /** The region in a query, which may say more. */
  static String regionInQuery(Request request) {
    return inQuery(request, REGION);
  }

  private static void refuseUnknown(String name) {
    if (!name.equals(REGION) && !name.equals(IMPROVEMENT)) {
      throw new ProblemException(400, "A vote has a region and an improvement, and nothing else");
    }
  }

  private static String checked(String field, VoteText text) {
    if (text.problem() != null) {
      throw new ProblemException(400, "The " + field + " of the vote " + text.problem());
    }
    return text.value();
  }
}
