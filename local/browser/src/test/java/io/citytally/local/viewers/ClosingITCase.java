package io.citytally.local.viewers;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static io.citytally.local.city.City.PARK;
import static io.citytally.local.city.City.POOL;
import static org.awaitility.Awaitility.await;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import io.citytally.election.ElectionRules;
import io.citytally.election.FinalResult;
import io.citytally.local.city.City;
import io.citytally.local.lifecycle.Closing;
import io.citytally.table.ElectionTable;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** What citizens see when voting closes while their pages are open, and of the final result. */
@Isolated("Voting closes by the clock.")
class ClosingITCase {

  private static final String SHA_256 =
      "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

  /** Time enough to vote, on a busy machine, too. */
  private static final Duration OPEN_FOR = Duration.ofSeconds(25);

  private final Closing closing = new Closing();
  private Browser browser;

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

  @Test
  void theTotalsStayHiddenUntilVotingClosesAndThenBecomeFinal() throws Exception {
    City city = closing.add(City.withDynamoDbStreams());
    city.cloud().publishBallot(Map.of(PARK, "A park", POOL, "A pool"));
    city.startJob(city.settings(Duration.ofMillis(100), 1, 1), Optional.empty());
    browser = Browser.startAt(city.startWeb().address());
    ElectionRules rules =
        city.setElection(
            """
        {"name": "Participatory budget", "city": "Lunden", "time_zone": "Europe/Warsaw",
         "opens_at": "%s", "closes_at": "%s", "voting": "open", "results": "turnout",
         "languages": ["pl", "en"]}
        """
                .formatted(Instant.now().minusSeconds(60), Instant.now().plus(OPEN_FOR)));
    Page sent = open("/vote");
    Page unsent = open("/vote");
    Page wall = open("/");

    sent.getByLabel("A park").check();
    sent.locator("#cast").click();
    unsent.getByLabel("A pool").check();

    assertThat(sent.locator(".steps")).containsText("Recorded");
    assertThat(sent.locator(".steps")).containsText("Totals are hidden");
    assertThat(sent.locator("#opening")).containsText("Voting closes in");
    assertThat(wall.locator("#regions")).containsText("1 ballot");
    assertThat(wall.locator("#language option")).hasText(new String[] {"Polski", "English"});
    assertThat(wall.locator("#language")).hasValue("en");
    assertThat(wall.locator("#outcome")).containsText("only how many ballots there are");
    assertThat(wall.locator("#ranking")).isHidden();
    assertThat(wall.locator("#course-headings th"))
        .hasText(new String[] {"From", "Ballots", "Ballots in all"});
    assertThat(wall.locator("#course-plot")).isVisible();
    Browser.assertAccessibleAnywhere(wall);

    assertThat(unsent.locator("#notice"))
        .hasText(
            "Voting has closed. What you had chosen but not sent was not recorded:"
                + " \u2068A pool\u2069.");
    assertThat(unsent.locator("#form")).isHidden();
    assertThat(sent.locator("#notice"))
        .hasText("Voting has closed. What is recorded below counts.");
    assertThat(sent.locator("#opening")).containsText("Voting closed on");
    assertThat(sent.locator(".yours button:visible")).hasCount(0);
    assertThat(wall.locator("#total")).hasText("1");
    assertThat(wall.locator("#outcome")).containsText("The result is not final yet.");
    Browser.assertAccessibleAnywhere(sent);
    Browser.assertAccessibleAnywhere(unsent);

    makeFinal(city, rules);
    await()
        .pollInSameThread()
        .atMost(City.TIMEOUT)
        .until(() -> wall.request().get("/api/ballot").text().contains(SHA_256));
    wall.reload();

    assertThat(wall.locator("#live")).hasText("Final result");
    assertThat(wall.locator("#outcome")).containsText("Final result, of");
    assertThat(wall.locator("#outcome")).containsText(SHA_256);
    assertThat(wall.locator("#total")).hasText("1");
    Browser.assertAccessibleAnywhere(wall);
  }

  /** As the operator's command does. */
  private static void makeFinal(City city, ElectionRules rules) {
    city.cloud()
        .dynamoDb()
        .updateItem(
            ElectionTable.close(
                ElectionTable.DEFAULT_NAME, rules, new FinalResult(Instant.now(), SHA_256)));
  }

  private Page open(String path) {
    Page page = browser.citizen(390, 780, ColorScheme.LIGHT).newPage();
    page.navigate(path);
    return page;
  }
}
