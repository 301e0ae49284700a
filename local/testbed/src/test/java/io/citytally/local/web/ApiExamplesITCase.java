package io.citytally.local.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.citytally.election.Election;
import io.citytally.election.RulesFile;
import io.citytally.election.VotePer;
import io.citytally.election.VotingMode;
import io.citytally.local.city.City;
import io.citytally.local.lifecycle.Closing;
import io.citytally.table.BallotTable;
import io.citytally.table.ElectionTable;
import io.citytally.table.HistoryTable;
import io.citytally.table.RecentVotesTable;
import io.citytally.table.TotalVotesTable;
import io.citytally.table.TurnoutTable;
import io.citytally.table.VotesTable;
import io.citytally.vote.Choice;
import io.citytally.web.CitizenIdentity;
import io.citytally.web.SignIn;
import io.citytally.web.StoredBallot;
import io.citytally.web.StoredElection;
import io.citytally.web.StoredHistory;
import io.citytally.web.StoredResults;
import io.citytally.web.StoredVotes;
import io.citytally.web.WebApplication;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Runs the commands of docs/api.md, each example in an election of its own. */
class ApiExamplesITCase {

  private static final Path PAGE = Path.of("docs", "api.md");
  private static final Path TRUE_PAGE = Path.of("target", "api.md");

  private static final String ISSUER = "https://id.lunden.example";
  private static final String TOKEN = "genuine";
  private static final Map<String, String> CLAIMS =
      Map.of("iss", ISSUER, "sub", "anna", "scope", "citytally/vote", "districts", "old-town");

  /** A heading, what it says, and its commands with their answers. */
  private static final Pattern EXAMPLE =
      Pattern.compile("(?ms)^(### ([^\n]+)\n[^#]*?^```console\n)(.*?)^```\n");

  /** A command, which goes on in lines that are indented, and its answer. */
  private static final Pattern STEP = Pattern.compile("(?m)^\\$ (.*\n(?: .*\n)*)(?:[^$].*\n)*");

  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path temporary;

  private String page;
  private City city;

  @Test
  void thePageShowsWhatTheApiAnswers() throws Exception {
    assumeTrue(isThere("curl"), "this machine has no curl");
    page = Files.readString(PAGE);
    try (City started = City.withDynamoDbStreams()) {
      city = started;
      city.cloud()
          .publishBallot(
              Map.of(
                  new Choice("old-town", "benches"), "Benches in the shade",
                  new Choice("old-town", "lanterns"), "Warm lanterns",
                  new Choice("old-town", "fountain"), "A fountain",
                  new Choice("harbour", "tram"), "The tram to the fish hall"));

      StringBuilder answered = new StringBuilder();
      Matcher examples = EXAMPLE.matcher(page);
      while (examples.find()) {
        String answers = run(examples.group(2), examples.group(3));
        examples.appendReplacement(
            answered, Matcher.quoteReplacement(examples.group(1) + answers + "```\n"));
      }
      examples.appendTail(answered);

      Files.writeString(Files.createDirectories(TRUE_PAGE.getParent()).resolve("api.md"), answered);
      assertThat(answered.toString())
          .as("%s; as it should be, it is in %s", PAGE, TRUE_PAGE)
          .isEqualTo(page);
    }
  }

  /** Returns the commands with the answers that they have had. */
  private String run(String title, String steps) throws Exception {
    try (Closing closing = new Closing()) {
      Map<String, String> shownTimes = new HashMap<>();
      setElection(rulesFor(title, shownTimes));
      LocalWebServer server = serve(closing);
      StringBuilder answered = new StringBuilder();
      Matcher each = STEP.matcher(steps);
      while (each.find()) {
        String answer = answerTo(each.group(1), server);
        for (Map.Entry<String, String> time : shownTimes.entrySet()) {
          answer = answer.replace(time.getKey(), time.getValue());
        }
        answered.append("$ ").append(each.group(1)).append(answer);
      }
      return answered.toString();
    }
  }

  /**
   * The page's rules, as the heading has them and at another time.
   *
   * @param shownTimes gets the times of the page, by the true ones
   */
  private ObjectNode rulesFor(String title, Map<String, String> shownTimes) throws IOException {
    ObjectNode rules = (ObjectNode) JSON.readTree(block("json"));
    Instant opens = OffsetDateTime.parse(rules.path("opens_at").asText()).toInstant();
    int days = title.contains("before it opens") ? 1 : title.contains("has closed") ? -30 : -1;
    Duration shift =
        Duration.between(
            opens, Instant.now().truncatedTo(ChronoUnit.SECONDS).plus(Duration.ofDays(days)));
    for (String field : new String[] {"opens_at", "closes_at"}) {
      Instant shown = OffsetDateTime.parse(rules.path(field).asText()).toInstant();
      shownTimes.put(shown.plus(shift).toString(), shown.toString());
      rules.put(field, shown.plus(shift).toString());
    }
    if (title.contains("\"vote_per\": \"city\"")) {
      rules.put("vote_per", "city").remove("at_most");
      rules.remove("regions_claim");
    }
    if (title.startsWith("503")) {
      rules.put("voting", "open").remove("regions_claim");
    }
    return rules;
  }

  private void setElection(ObjectNode rules) throws Exception {
    DynamoDbClient dynamoDb = city.cloud().dynamoDb();
    for (Map<String, AttributeValue> vote : city.cloud().scan(VotesTable.DEFAULT_NAME)) {
      dynamoDb.deleteItem(
          delete ->
              delete
                  .tableName(VotesTable.DEFAULT_NAME)
                  .key(Map.of(VotesTable.ID, vote.get(VotesTable.ID))));
    }
    dynamoDb.deleteItem(
        delete -> delete.tableName(ElectionTable.DEFAULT_NAME).key(ElectionTable.key()));
    city.cloud().publishElection(RulesFile.parse(rules.toString()));
  }

  private LocalWebServer serve(Closing closing) throws Exception {
    DynamoDbClient dynamoDb = city.cloud().dynamoDb();
    WebApplication application =
        closing.add(
            new WebApplication(
                new StoredResults(
                    dynamoDb,
                    TotalVotesTable.DEFAULT_NAME,
                    RecentVotesTable.DEFAULT_NAME,
                    TurnoutTable.DEFAULT_NAME),
                new StoredHistory(dynamoDb, HistoryTable.DEFAULT_NAME, Clock.systemUTC()),
                new StoredBallot(dynamoDb, BallotTable.DEFAULT_NAME, ElectionTable.DEFAULT_NAME),
                new StoredElection(
                    dynamoDb,
                    ElectionTable.DEFAULT_NAME,
                    Election.alwaysOpen(VotingMode.SIGNED_IN, VotePer.REGION)),
                new StoredVotes(dynamoDb, VotesTable.DEFAULT_NAME),
                new CitizenIdentity(
                    new SignIn(ISSUER, "citytally"), new byte[CitizenIdentity.MIN_KEY_BYTES]),
                Clock.systemUTC()));
    LocalWebServer server = closing.add(LocalWebServer.bind(0));
    server.start(application, token -> token.equals(TOKEN) ? CLAIMS : Map.<String, String>of());
    return server;
  }

  private String answerTo(String command, LocalWebServer server) throws Exception {
    Path script = Files.writeString(temporary.resolve("example"), block("bash") + command);
    ProcessBuilder shell = new ProcessBuilder("bash", script.toString()).redirectErrorStream(true);
    shell.environment().put("CITY", server.address().toString());
    shell.environment().put("TOKEN", TOKEN);
    Process process = shell.start();
    String output =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
            .replace("\r\n", "\n");
    assertThat(process.waitFor()).as("%s says %s", command, output).isZero();
    return output;
  }

  /** The page's first block in this language. */
  private String block(String language) {
    Matcher block = Pattern.compile("(?ms)^```" + language + "\n(.*?)^```\n").matcher(page);
    assertThat(block.find()).as("a block in %s", language).isTrue();
    return block.group(1);
  }

  private static boolean isThere(String program) throws Exception {
    return new ProcessBuilder("bash", "-c", "command -v " + program).start().waitFor() == 0;
  }
}
