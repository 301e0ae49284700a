package io.citytally.local.fuzz;

import static io.citytally.local.fuzz.FuzzTarget.promise;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.citytally.cli.ballot.BallotFile;
import io.citytally.cli.ballot.BallotFileException;
import io.citytally.cli.ballot.CityBallot;
import io.citytally.cli.ballot.DistrictMap;
import io.citytally.cli.ballot.MapFile;
import io.citytally.table.BallotPresentation;
import io.citytally.vote.BallotEntry;
import io.citytally.vote.VoteText;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * The readers of ballot files and of maps.
 *
 * <p>Promised: the file is refused, with its name and a reason; or it has choices, and each can be
 * counted, has a title, is votable or hidden, and links to nothing but an encrypted page. A map is
 * refused likewise, or has a region.
 */
public final class BallotTarget implements FuzzTarget {

  private static final ObjectNode NOTHING = JsonNodeFactory.instance.objectNode();

  private final TemporaryFile file = new TemporaryFile(".json");

  @Override
  public void accept(byte[] input) throws Exception {
    Files.write(file.path(), input);
    acceptMap(input);
    CityBallot ballot;
    try {
      ballot = BallotFile.read(file.path());
    } catch (BallotFileException e) {
      promise(e.getMessage().startsWith(file.path() + ": "), "a refusal names the file");
      return;
    }
    promise(!ballot.entries().isEmpty(), "a ballot is not empty");
    ballot
        .entries()
        .forEach(
            (choice, entry) -> {
              promise(
                  VoteText.of(choice.region).problem() == null
                      && VoteText.of(choice.improvement).problem() == null,
                  "what is voted for obeys the rule of texts");
              promise(
                  VoteText.ofTitle(entry.title()).problem() == null,
                  "an improvement has a title that obeys the rule of titles");
              promise(
                  entry.status() != BallotEntry.Status.LEFT, "a file has what is on the ballot");
              promise(
                  entry.titles().values().stream()
                      .allMatch(title -> VoteText.ofTitle(title).problem() == null),
                  "an improvement has a title in each of its languages");
            });
    ballot.projects().forEach((region, projects) -> projects.forEach(BallotTarget::check));
    for (Map<String, AttributeValue> item : ballot.presentation(NOTHING)) {
      promise(BallotPresentation.jsonOf(item).isObject(), "what is stored reads as it was written");
    }
  }

  private static void check(JsonNode project) {
    String link = project.path("link").asText("https://");
    promise(link.startsWith("https://"), "a link leads to a page, encrypted");
    String image = project.path("image").asText("/");
    promise(image.startsWith("/") && !image.startsWith("//"), "an image is of this site");
    promise(project.path("cost").asLong(0) >= 0, "nothing costs less than nothing");
  }

  private static void acceptMap(byte[] input) {
    try {
      DistrictMap map = MapFile.parse("map", input, Set.of("Laki"));
      promise(!map.regions().isEmpty(), "a map is not empty");
    } catch (BallotFileException e) {
      promise(e.getMessage().startsWith("map: "), "a refusal names the file");
    }
  }

  @Override
  public List<byte[]> seeds() {
    return Stream.of(
            "",
            "{\"regions\": []}",
            "{\"regions\": [{\"region\": \"Laki\", \"improvements\": [{\"improvement\": \"88\","
                + " \"title\": \"Benches\"}, {\"improvement\": \"89\", \"title\": \"Trees\"}]}]}",
            "{\"regions\": [null, 1]}",
            "{\"regions\": [{\"region\": \"Laki\", \"improvements\": [{\"improvement\": \"88\","
                + " \"title\": \"Benches\", \"hidden\": true}]}], \"voting\": {}}",
            "region;improvement;title\nLaki;88;Benches\n",
            "{\"currency\": \"EUR\", \"ordered\": true, \"regions\": [{\"region\": \"Laki\","
                + " \"budget\": 9, \"improvements\": [{\"improvement\": \"88\", \"title\": {\"en\":"
                + " \"Benches\"}, \"description\": \"Forty\", \"cost\": 7, \"image\": \"/a.png\","
                + " \"link\": \"https://a.example/b\", \"place\": \"here\"}]}]}",
            "{\"type\": \"FeatureCollection\", \"features\": [{\"type\": \"Feature\", \"properties\":"
                + " {\"region\": \"Laki\"}, \"geometry\": {\"type\": \"Polygon\", \"coordinates\":"
                + " [[[0,0],[1,0],[1,1],[0,0]]]}}]}",
            "{\"regions\": [{\"region\": \"\\u0000\", \"improvements\": [{\"improvement\": \""
                + "x".repeat(257)
                + "\", \"title\": \"t\"}]}]}",
            "[".repeat(2_000))
        .map(text -> text.getBytes(StandardCharsets.UTF_8))
        .toList();
  }

  @Override
  public List<String> words() {
    return List.of(
        "{\"regions\":[",
        "{\"region\":\"",
        "\"improvements\":[",
        "{\"improvement\":\"",
        "\"title\":\"",
        "\"hidden\":true",
        "\"description\":\"",
        "\"cost\":1",
        "\"image\":\"/",
        "\"link\":\"https://",
        "\"type\":\"FeatureCollection\",\"features\":[",
        "\"type\":\"MultiPolygon\",\"coordinates\":[[[",
        "[1e9,-1]",
        "\"}",
        "]}",
        "\\u0000",
        "\\ud800",
        "null");
  }

  @Override
  public void close() throws Exception {
    file.close();
  }
}
