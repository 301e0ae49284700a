package io.citytally.web;

import com.fasterxml.jackson.databind.JsonNode;
import io.citytally.vote.Choice;
import io.citytally.vote.VoteText;
import java.io.IOException;
import java.util.Iterator;
import java.util.Locale;

/**
 * What a request's body votes for: {@code {"region", "improvement"}}. Each field is checked when it
 * is asked for, as not every request needs both.
 */
final class Choices {

  private static final String REGION = "region";
  private static final String IMPROVEMENT = "improvement";

  private final JsonNode json;

  private Choices(JsonNode json) {
    this.json = json;
  }

  /**
   * Reads the body.
   *
   * @throws ProblemException if it is not a JSON object, or has any other field
   */
  static Choices in(Request request) {
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
      String name = names.next();
      if (!name.equals(REGION) && !name.equals(IMPROVEMENT)) {
        throw new ProblemException(400, "A vote has a region and an improvement, and nothing else");
      }
    }
    return new Choices(json);
  }

  /**
   * @throws ProblemException if it is missing or malformed, as for the others
   */
  String region() {
    return text(REGION);
  }

  String improvement() {
    return text(IMPROVEMENT);
  }

  Choice choice() {
    return new Choice(region(), improvement());
  }

  private String text(String field) {
    JsonNode value = json.get(field);
    VoteText text =
        value == null
            ? VoteText.MISSING
            : value.isTextual() ? VoteText.of(value.textValue()) : VoteText.NOT_A_STRING;
    if (text.problem() != null) {
      throw new ProblemException(400, "The " + field + " of the vote " + text.problem());
    }
    return text.value();
  }
}
