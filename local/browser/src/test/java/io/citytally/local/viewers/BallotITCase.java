package io.citytally.local.viewers;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static io.citytally.local.city.City.PARK;
import static io.citytally.local.city.City.POOL;
import static io.citytally.local.city.City.TREES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import io.citytally.cli.aws.Target;
import io.citytally.cli.ballot.BallotOptions;
import io.citytally.cli.ballot.ReplaceBallot;
import io.citytally.local.city.City;
import io.citytally.local.cloud.JobSettings;
import io.citytally.local.cloud.LocalCloud;
import io.citytally.local.cloud.PortSettings;
import io.citytally.local.cloud.Ports;
import io.citytally.local.cloud.VoteStream;
import io.citytally.local.election.DefaultBallot;
import io.citytally.local.flink.LocalFlink;
import io.citytally.local.lifecycle.Closing;
import io.citytally.local.system.LocalSystem;
import io.citytally.local.web.WebSettings;
import io.citytally.table.BallotTable;
import io.citytally.table.ElectionTable;
import io.citytally.table.VotesTable;
import io.citytally.vote.Choice;
import io.citytally.vote.SourceKind;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** What a ballot means for the count and the pages: one that changes, an empty one, and none. */
class BallotITCase {

  /** Few enough for three choices to fit into a list of recent votes, which holds five. */
  private static final int VOTES = 1;

  private final Closing closing = new Closing();
  private City city;
  private JobSettings settings;
  private Browser browser;

  @TempDir Path directory;

  private void startCity() throws Exception {
    city = City.withDynamoDbStreams();
    settings = city.settings(Duration.ofMillis(100), 1, 1);
    closing.add(city);
    browser = Browser.startAt(city.startWeb().address());
  }

  /** As {@code citytally run} does it, with free ports. */
  private LocalSystem startSystemWithoutABallot() throws Exception {
    LocalSystem system =
        LocalSystem.start(
            closing,
            new LocalCloud.Setup(
                Path.of("").toAbsolutePath(),
                Optional.empty(),
                SourceKind.DYNAMODB_STREAMS,
                0,
                PortSettings.ANY,
                true,
                VoteStream.Packing.SINGLE,
                VoteStream.Faults.NONE),
            new JobSettings(
                    SourceKind.DYNAMODB_STREAMS,
                    Duration.ofMillis(100),
                    5,
                    Duration.ofHours(25),
                    1,
                    1,
                    0)
                .withoutBallot(),
            new WebSettings(DefaultBallot::publish, Optional.empty()),
            step -> {});
    browser = Browser.startAt(address(system));
    return system;
  }

  /** Without the slash at its end. */
  private static URI address(LocalSystem system) throws Exception {
    return URI.create(system.endpoints().get("Dashboard").replaceFirst("/$", ""));
  }

  @AfterEach
  void stop() throws Exception {
    try {
      if (browser != null) {
        browser.assertNothingWentWrong();
        browser.close();
      }
    } finally {
      closing.close();
    }
  }

  private void replaceBallot(String json) throws Exception {
    Path file = Files.writeString(directory.resolve("city.json"), json);
    new ReplaceBallot(new PrintStream(OutputStream.nullOutputStream()))
        .execute(
            new BallotOptions(
                Optional.of(file),
                Optional.empty(),
                new Target.ThisMachine(city.cloud().dynamoDbEndpoint().getPort(), Ports.KINESIS),
                new BallotOptions.Tables(BallotTable.DEFAULT_NAME, ElectionTable.DEFAULT_NAME),
                true));
  }

  private void cast(Choice choice) {
    for (int vote = 0; vote < VOTES; vote++) {
      city.votes().cast(choice.improvement + vote, choice);
    }
  }

  private Page open(String path) {
    return open(path, 1280, 800);
  }

  private Page open(String path, int width, int height) {
    Page page = browser.citizen(width, height, ColorScheme.LIGHT).newPage();
    page.navigate(path);
    return page;
  }

  private static Locator button(Page page, String name) {
    return page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name));
  }

  @Test
  void aHiddenChoiceLeavesTheWallButNotTheCount() throws Exception {
    startCity();
    city.cloud()
        .publishBallot(Map.of(PARK, "A park", POOL, "The mayor is a crook", TREES, "Trees"));
    LocalFlink job = city.startJob(settings, Optional.empty());
    cast(PARK);
    cast(POOL);
    cast(TREES);
    Page wall = open("/");
    assertThat(wall.locator("#total")).hasText(Integer.toString(3 * VOTES));
    assertThat(wall.locator("#ranking")).containsText("The mayor is a crook");
    assertThat(wall.locator("#newest")).containsText("The mayor is a crook");
    assertThat(wall.locator("#regions .card")).hasCount(2);

    replaceBallot(
        """
        {"regions": [
          {"region": "Wesoła", "improvements": [
            {"improvement": "park", "title": "A park"},
            {"improvement": "pool", "title": "The mayor is a crook", "hidden": true}]},
          {"region": "3 - Les Chalets / Bayard", "improvements": [
            {"improvement": "trees", "title": "Trees", "hidden": true}]}]}
        """);

    assertThat(wall.locator("#total")).hasText(Integer.toString(VOTES));
    assertThat(wall.locator("#regions .card")).hasCount(1);
    assertThat(wall.locator("main")).not().containsText("crook");
    assertThat(wall.locator("main")).not().containsText("Trees");
    assertThat(wall.locator("#newest li")).hasCount(VOTES);
    Page region = open("/regions/3%20-%20Les%20Chalets%20%2F%20Bayard");
    assertThat(region.locator("#notice")).containsText("no region of this name");
    region.close();
    browser.forgetFailedRequests();
    Page voting = open("/vote");
    assertThat(voting.getByLabel("A park")).isVisible();
    assertThat(voting.locator("main")).not().containsText("crook");

    city.votes().withdraw(POOL.improvement + 0);
    city.assertExact(job, settings);
    assertThat(city.cloud().totals()).containsEntry(POOL, (long) VOTES - 1);
  }

  @Test
  void aVoteCanBeWithdrawnThoughItsChoiceLeftTheBallotAndVotingIsClosed() throws Exception {
    startCity();
    city.cloud().publishBallot(Map.of(PARK, "A park"));
    LocalFlink job = city.startJob(settings, Optional.empty());
    Page voting = open("/vote", 320, 640);
    voting.getByLabel("A park").check();
    button(voting, "Vote").click();
    assertThat(counted(voting)).hasText("Counted");

    replaceBallot(
        """
        {"regions": [{"region": "Wesoła", "improvements": [
          {"improvement": "pool", "title": "A pool", "hidden": true}]}]}
        """);
    awaitClosed(voting);

    assertThat(voting.locator("#closed"))
        .hasText("Voting is closed. You can still withdraw your votes.");
    assertThat(voting.locator(".chosen-list:visible")).hasText("A park");
    assertThat(button(voting, "Change your votes in Wesoła")).isHidden();
    assertThat(voting.locator("#form")).isHidden();
    Browser.assertAccessible(voting);
    Browser.assertFitsItsWidth(voting);

    button(voting, "Withdraw your votes in Wesoła").click();
    button(voting, "Yes, withdraw").click();

    assertThat(counted(voting)).hasText("No longer counted");
    assertThat(voting.locator("#closed")).hasText("Voting is closed.");
    assertThat(city.cloud().scan(VotesTable.DEFAULT_NAME)).isEmpty();
    city.assertExact(job, settings);
  }

  private static Locator counted(Page voting) {
    return voting.locator(".steps li").last().locator("b");
  }

  /** The page reads the ballot once; the server, every ten seconds. */
  private static void awaitClosed(Page voting) {
    await()
        .pollInSameThread()
        .atMost(City.TIMEOUT)
        .until(() -> voting.request().get("/api/ballot").text().contains("\"regions\":[]"));
    voting.reload();
  }

  @Test
  void anEmptyBallotClosesVoting() throws Exception {
    startCity();
    Page voting = open("/vote", 320, 640);

    assertThat(voting.locator("#closed")).hasText("Voting is closed.");
    assertThat(voting.locator("#form")).isHidden();
    assertThat(voting.locator("#ballots-section")).isHidden();
    Browser.assertAccessible(voting);
    Browser.assertFitsItsWidth(voting);
  }

  @Test
  void withoutABallotCountsAndShowsWhateverIsPutIntoTheTable() throws Exception {
    LocalCloud cloud = startSystemWithoutABallot().cloud();

    cloud
        .dynamoDb()
        .putItem(
            put ->
                put.tableName(VotesTable.DEFAULT_NAME)
                    .item(
                        Map.of(
                            "id", AttributeValue.fromS("234"),
                            "improvement", AttributeValue.fromS("MORE_TREES"),
                            "region", AttributeValue.fromS("SOUTH"))));

    await()
        .atMost(City.TIMEOUT)
        .untilAsserted(
            () ->
                assertThat(cloud.totals())
                    .isEqualTo(Map.of(new Choice("SOUTH", "MORE_TREES"), 1L)));
    assertThat(cloud.ballot()).isEmpty();
    assertThat(cloud.rejectedVotes()).isEmpty();
    Page wall = open("/");
    assertThat(wall.locator("#total")).hasText("1");
    assertThat(wall.locator("#ranking")).containsText("MORE_TREES");
    assertThat(wall.locator("#regions")).containsText("SOUTH");
    assertThat(wall.locator("#newest")).containsText("MORE_TREES");
    Page voting = open("/vote");
    assertThat(voting.locator("#closed")).hasText("Voting is closed.");
  }
}
