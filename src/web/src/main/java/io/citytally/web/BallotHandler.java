package io.citytally.web;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.citytally.vote.Choice;
import java.util.Comparator;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /api/ballot}: what can be voted for, regions and their improvements, each in the order
 * of what they are called.
 */
final class BallotHandler {

  private static final String CACHE_CONTROL = "public, max-age=1";

  private final Reading<Ballot> ballot;
  private final ObjectNode voting;
  private @Nullable Made made;

  /**
   * @param voting how one votes, told with the ballot
   */
  BallotHandler(Reading<Ballot> ballot, ObjectNode voting) {
    this.ballot = ballot;
    this.voting = voting;
  }

  Response get(Request request, String rest) {
    Ballot latest = ballot.latest().content;
    return madeOf(latest).content.answer(request, CACHE_CONTROL);
  }

  private synchronized Made madeOf(Ballot latest) {
    if (made == null || made.ballot != latest) {
      made = new Made(latest, content(latest));
    }
    return made;
  }

  private Content content(Ballot latest) {
    Map<String, Map<Choice, String>> regions = new TreeMap<>();
    latest
        .votable()
        .forEach(
            (key, title) ->
                regions
                    .computeIfAbsent(
                        key.region,
                        region ->
                            new TreeMap<>(
                                Comparator.comparing(latest::titleOf)
                                    .thenComparing(choice -> choice.improvement)))
                    .put(key, title));
    ObjectNode json = Json.object();
    ArrayNode array = json.putArray("regions");
    regions.forEach(
        (region, titles) -> {
          ArrayNode improvements = array.addObject().put("region", region).putArray("improvements");
          titles.forEach(
              (key, title) ->
                  improvements.addObject().put("improvement", key.improvement).put("title", title));
        });
    json.set("voting", voting);
    byte[] bytes = Json.bytes(json);
    return Content.json(bytes, bytes);
  }

  private static final class Made {
    final Ballot ballot;
    final Content content;

    Made(Ballot ballot, Content content) {
      this.ballot = ballot;
      this.content = content;
    }
  }
}
