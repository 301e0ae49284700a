package io.citytally.local.viewers;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static io.citytally.local.city.City.PARK;
import static io.citytally.local.city.City.POOL;
import static io.citytally.local.city.City.TREES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Dialog;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import io.citytally.local.city.City;
import io.citytally.local.web.LocalWebServer;
import io.citytally.table.VotesTable;
import io.citytally.vote.Choice;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Voting in a browser, with all that there is behind it: from the click to the counted vote. */
class VotingITCase {

  private static final Map<Choice, String> BALLOT =
      Map.of(PARK, "A park by the river", POOL, "A swimming pool", TREES, "Trées for the square");

  private static City city;
  private static LocalWebServer web;
  private static Browser browser;

  @BeforeAll
  static void start() throws Exception {
    city = City.withDynamoDbStreams();
    city.cloud().publishBallot(BALLOT);
    web = city.startWeb();
    browser = Browser.startAt(web.address());
    city.startJob(city.settings(Duration.ofMillis(100), 1, 1), Optional.empty());
  }

  @AfterAll
  static void stop() throws Exception {
    if (browser != null) {
      browser.close();
    }
    city.close();
  }

  @AfterEach
  void nothingWentWrong() {
    browser.assertNothingWentWrong();
  }

  @Test
  void aVoteIsSeenOnAnOpenDashboardThroughItsWholeLife() {
    Page dashboard = open(browser.citizen(), "/");
    long before = total(dashboard);
    Page voting = open(browser.citizen(), "/vote");

    choose(voting, PARK);
    button(voting, "Vote").click();

    assertThat(steps(voting)).containsText(new String[] {"Recorded", "Counted"});
    assertThat(dashboard.locator("#total")).hasText(Long.toString(before + 1));
    assertThat(row(dashboard, PARK)).isVisible();
    assertThat(dashboard.locator("#newest li").first()).containsText(BALLOT.get(PARK));
    // By its minute, which may have passed.
    assertThat(dashboard.locator("#newest li time").first())
        .hasText(Pattern.compile("just now|1 min ago"));

    button(voting, "Change your votes in " + PARK.region).click();
    voting.getByLabel(BALLOT.get(PARK)).uncheck();
    voting.getByLabel(BALLOT.get(POOL)).check();
    button(voting, "Change it to this").click();

    assertThat(steps(voting)).containsText(new String[] {"Recorded", "Counted"});
    assertThat(votes(voting)).hasText(BALLOT.get(POOL));
    assertThat(dashboard.locator("#newest li").first()).containsText(BALLOT.get(POOL));
    assertThat(dashboard.locator("#total")).hasText(Long.toString(before + 1));

    withdraw(voting, POOL.region);

    assertThat(steps(voting)).containsText(new String[] {"Withdrawn", "No longer counted"});
    assertThat(dashboard.locator("#total")).hasText(Long.toString(before));
    assertThat(dashboard.locator("#newest")).not().containsText(BALLOT.get(POOL));
  }

  @Test
  void aBallotMayHaveSeveralVotesAndACitizenABallotInEachRegion() {
    Page dashboard = open(browser.citizen(), "/");
    long before = total(dashboard);
    int items = items();
    Page voting = open(browser.citizen(), "/vote");

    choose(voting, PARK);
    choose(voting, POOL);
    button(voting, "Vote").click();
    assertThat(steps(voting)).containsText(new String[] {"Recorded", "Counted"});
    button(voting, "Vote in another region").click();
    choose(voting, TREES);
    button(voting, "Vote").click();

    assertThat(ballots(voting)).hasCount(2);
    assertThat(steps(ballot(voting, TREES.region)))
        .containsText(new String[] {"Recorded", "Counted"});
    assertThat(dashboard.locator("#total")).hasText(Long.toString(before + 3));
    assertThat(items()).isEqualTo(items + 2);
  }

  @Test
  void asksOnceBeforeItWithdrawsAndThenShowsNothingAsChosen() {
    Page voting = open(browser.citizen(), "/vote");
    choose(voting, PARK);
    button(voting, "Vote").click();
    assertThat(steps(voting)).containsText(new String[] {"Recorded", "Counted"});

    button(voting, "Withdraw your votes in " + PARK.region).click();
    assertThat(button(voting, "Yes, withdraw")).isFocused();
    Browser.assertAccessible(voting);
    button(voting, "No, keep them").click();
    assertThat(steps(voting)).containsText(new String[] {"Recorded", "Counted"});
    withdraw(voting, PARK.region);

    assertThat(steps(voting)).containsText(new String[] {"Withdrawn", "No longer counted"});
    assertThat(votes(voting)).hasText("No votes here.");
    voting.getByLabel("Your region").selectOption(PARK.region);
    assertThat(voting.locator("#improvements :checked")).hasCount(0);
    voting.reload();
    assertThat(voting.locator("#form")).isVisible();
    assertThat(voting.locator("#improvements :checked")).hasCount(0);
  }

  @Test
  void aBallotThatWasChangedElsewhereIsShownNextToWhatTheCitizenWants() {
    Page voting = votedAndOvertaken();

    button(voting, "Change your votes in " + PARK.region).click();
    voting.getByLabel(BALLOT.get(POOL)).check();
    button(voting, "Change it to this").click();

    assertThat(ballots(voting)).containsText("changed on another device");
    assertThat(votes(voting).nth(0)).hasText(BALLOT.get(PARK));
    assertThat(votes(voting).nth(1)).hasText(BALLOT.get(POOL));
    Browser.assertAccessible(voting);

    button(voting, "Record what you chose here").click();

    assertThat(steps(voting)).containsText(new String[] {"Recorded", "Counted"});
    assertThat(votes(voting)).hasCount(2);
    browser.forgetFailedRequests();
  }

  @Test
  void theSameChoiceIsSentAgainAndMeetsThatOfAnotherDevice() {
    Page voting = votedAndOvertaken();

    button(voting, "Change your votes in " + PARK.region).click();
    button(voting, "Change it to this").click();

    assertThat(ballots(voting)).containsText("changed on another device");
    button(voting, "Record what you chose here").click();
    assertThat(votes(voting)).hasText(BALLOT.get(PARK));
    assertThat(steps(voting)).containsText(new String[] {"Recorded", "Counted"});

    button(voting, "Change your votes in " + PARK.region).click();
    button(voting, "Change it to this").click();
    assertThat(steps(voting)).containsText(new String[] {"Recorded", "Counted"});
    browser.forgetFailedRequests();
  }

  @Test
  void aWithdrawalThatMeetsTheChangeOfAnotherDeviceCanBeInsistedOn() {
    Page voting = votedAndOvertaken();

    button(voting, "Withdraw your votes in " + PARK.region).click();
    button(voting, "Yes, withdraw").click();
    assertThat(ballots(voting)).containsText("changed on another device");
    button(voting, "Record what you chose here").click();

    assertThat(steps(voting)).containsText(new String[] {"Withdrawn", "No longer counted"});
    browser.forgetFailedRequests();
  }

  /** A page that has recorded a vote for the park, which another device has changed to the pool. */
  private static Page votedAndOvertaken() {
    Page voting = open(browser.citizen(), "/vote");
    choose(voting, PARK);
    button(voting, "Vote").click();
    assertThat(steps(voting)).containsText(new String[] {"Recorded", "Counted"});
    changeElsewhere(voting, PARK, POOL);
    return voting;
  }

  /**
   * As a second device does that has the key of the first. Returns when the page can read that it
   * is counted: a vote that goes and comes back between two readings moves no total.
   */
  private static void changeElsewhere(Page voting, Choice seen, Choice wanted) {
    Object status =
        voting.evaluate(
            """
            async ({ region, seen, wanted }) => {
              const response = await fetch('/api/votes/mine', {
                method: 'PUT',
                headers: {
                  'Citytally-Capability': localStorage.getItem('citytally.device'),
                  'Content-Type': 'application/json',
                },
                body: JSON.stringify({
                  region,
                  improvements: [wanted],
                  seen: { region, improvements: [seen] },
                }),
              })
              return response.status
            }
            """,
            Map.of("region", seen.region, "seen", seen.improvement, "wanted", wanted.improvement));
    assertThat(status).isEqualTo(200);
    await().until(() -> city.cloud().counted().equals(city.truth()));
    long counted = city.truth().get(wanted);
    await().until(() -> totalRead(voting, wanted) == counted);
  }

  private static long totalRead(Page voting, Choice choice) {
    Object total =
        voting.evaluate(
            """
            async choice => {
              const results = await (await fetch('/api/results', { cache: 'no-cache' })).json()
              const region = results.regions.find(each => each.region === choice.region)
              const found = region?.improvements.find(
                each => each.improvement === choice.improvement)
              return found?.votes ?? 0
            }
            """,
            Map.of("region", choice.region, "improvement", choice.improvement));
    return ((Number) total).longValue();
  }

  @Test
  void aForgottenDeviceCanVoteAgainAsAnyoneCanAndTheFirstVotesStay() {
    Page voting = open(browser.citizen(), "/vote");
    assertThat(voting.locator("#anyone")).containsText("any number of times");
    choose(voting, PARK);
    button(voting, "Vote").click();
    assertThat(steps(voting)).containsText(new String[] {"Recorded", "Counted"});
    int items = items();

    button(voting, "Forget on this device").click();

    assertThat(ballots(voting)).hasCount(0);
    assertThat(voting.locator("#notice")).containsText("They still count");
    voting.reload();
    choose(voting, PARK);
    button(voting, "Vote").click();
    assertThat(steps(voting)).containsText(new String[] {"Recorded", "Counted"});
    assertThat(items()).isEqualTo(items + 1);
  }

  @Test
  void whatIsChosenAndNotSentOutlivesAReload() {
    Page voting = open(browser.citizen(), "/vote");
    choose(voting, PARK);
    choose(voting, POOL);

    voting.reload();

    assertThat(voting.getByLabel(BALLOT.get(PARK))).isChecked();
    assertThat(voting.getByLabel(BALLOT.get(POOL))).isChecked();
    assertThat(button(voting, "Vote")).isVisible();
    assertThat(button(voting, "Leave it as it is")).isHidden();
  }

  @Test
  void aVoteCastWithoutAConnectionIsSentOnceThereIsOne() {
    BrowserContext citizen = browser.citizen();
    Page voting = open(citizen, "/vote");
    choose(voting, POOL);
    int votes = items();

    voteWithoutAConnection(voting);
    citizen.setOffline(false);

    assertThat(steps(voting)).containsText(new String[] {"Recorded", "Counted"});
    assertThat(items()).isEqualTo(votes + 1);
    browser.forgetFailedRequests();
  }

  @Test
  void aVoteOnItsWayIsForgottenOnlyByAVoterWhoGivesItUp() {
    BrowserContext citizen = browser.citizen();
    Page voting = open(citizen, "/vote");
    choose(voting, POOL);
    int votes = items();
    voteWithoutAConnection(voting);

    voting.onceDialog(Dialog::dismiss);
    button(voting, "Forget on this device").click();
    assertThat(ballots(voting)).hasCount(1);
    voting.onceDialog(Dialog::accept);
    button(voting, "Forget on this device").click();

    assertThat(ballots(voting)).hasCount(0);
    citizen.setOffline(false);
    voting.reload();
    assertThat(voting.locator("#form")).isVisible();
    assertThat(items()).isEqualTo(votes);
    browser.forgetFailedRequests();
  }

  @Test
  void aVoteOnItsWayIsSentOnWhenThePageIsOpenedAgain() {
    BrowserContext citizen = browser.citizen();
    Page left = open(citizen, "/vote");
    choose(left, POOL);
    voteWithoutAConnection(left);
    left.close();

    citizen.setOffline(false);
    Page opened = open(citizen, "/vote");

    assertThat(steps(opened)).containsText(new String[] {"Recorded", "Counted"});
    assertThat(votes(opened)).hasText(BALLOT.get(POOL));
    browser.forgetFailedRequests();
  }

  @Test
  void aServerThatFailsIsAskedAgain() {
    Page voting = open(browser.citizen(), "/vote");
    choose(voting, PARK);
    voting.route(
        "**/api/votes/mine",
        route -> route.fulfill(new Route.FulfillOptions().setStatus(503)),
        new Page.RouteOptions().setTimes(1));

    button(voting, "Vote").click();

    assertThat(steps(voting)).containsText(new String[] {"Recorded", "Counted"});
    browser.forgetFailedRequests();
  }

  @Test
  void saysWhyAVoteIsRefusedAndKeepsTheFormer() {
    Page voting = open(browser.citizen(), "/vote");
    choose(voting, PARK);
    button(voting, "Vote").click();
    assertThat(steps(voting)).containsText(new String[] {"Recorded", "Counted"});
    button(voting, "Change your votes in " + PARK.region).click();
    choose(voting, POOL);
    voting.route(
        "**/api/votes/mine",
        route ->
            route.fulfill(
                new Route.FulfillOptions()
                    .setStatus(422)
                    .setContentType("application/problem+json")
                    .setBody("{\"title\":\"Voting is closed\",\"status\":422}")));

    button(voting, "Change it to this").click();

    assertThat(voting.locator("#notice")).containsText("Not recorded. Voting is closed");
    assertThat(votes(voting)).hasText(BALLOT.get(PARK));
    assertThat(voting.getByLabel(BALLOT.get(POOL))).isChecked();
    browser.forgetFailedRequests();
  }

  @Test
  void asksForNoAddressThatNamesAChoice() {
    BrowserContext citizen = browser.citizen();
    List<String> asked = new CopyOnWriteArrayList<>();
    citizen.onRequest(request -> asked.add(sentOf(request.url())));
    Page voting = open(citizen, "/vote#region=" + encoded(PARK.region));

    assertThat(voting.getByLabel("Your region").locator(":checked")).hasText(PARK.region);
    choose(voting, PARK);
    button(voting, "Vote").click();
    assertThat(steps(voting)).containsText(new String[] {"Recorded", "Counted"});
    button(voting, "Vote in another region").click();
    choose(voting, TREES);
    button(voting, "Vote").click();
    assertThat(steps(ballot(voting, TREES.region)))
        .containsText(new String[] {"Recorded", "Counted"});
    voting.getByRole(AriaRole.LINK, linkNamed("See the results")).click();
    assertThat(row(voting, TREES)).isVisible();
    voting.goBack();
    assertThat(votes(ballot(voting, TREES.region))).hasText(BALLOT.get(TREES));
    withdraw(voting, TREES.region);
    assertThat(steps(ballot(voting, TREES.region)))
        .containsText(new String[] {"Withdrawn", "No longer counted"});

    assertThat(asked).anyMatch(url -> url.contains("/api/votes/")).contains("/api/results");
    for (Choice choice : List.of(PARK, TREES)) {
      assertThat(asked)
          .noneMatch(url -> url.contains(choice.region))
          .noneMatch(url -> url.contains(choice.improvement))
          .noneMatch(url -> url.contains(BALLOT.get(choice)));
    }
  }

  /** What of an address goes out, decoded: not where, and not what follows its {@code #}. */
  private static String sentOf(String url) {
    String sent = url.substring(url.indexOf('/', "http://".length())).replaceAll("#.*", "");
    return URLDecoder.decode(sent, StandardCharsets.UTF_8);
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  @Test
  void votesByTheKeyboardAlone() {
    Page voting = open(browser.citizen(), "/vote");
    assertThat(voting.getByLabel("Your region")).isVisible();

    pressUntilFocused(voting, "#region");
    voting.keyboard().type(PARK.region);
    pressUntilFocused(voting, "input[type=checkbox]");
    voting.keyboard().press("Space");
    pressUntilFocused(voting, "#cast");
    voting.keyboard().press("Enter");

    assertThat(voting.locator("#ballots-title")).isFocused();
    assertThat(steps(voting)).containsText(new String[] {"Recorded", "Counted"});
    assertThat(ballots(voting).locator("h3")).hasText(PARK.region);
  }

  @Test
  void isAccessibleInBothThemesAndFitsAPhone() {
    for (ColorScheme theme : new ColorScheme[] {ColorScheme.LIGHT, ColorScheme.DARK}) {
      Page voting = open(browser.citizen(320, 640, theme), "/vote");
      choose(voting, TREES);
      Browser.assertAccessible(voting);
      Browser.assertFitsItsWidth(voting);

      button(voting, "Vote").click();
      assertThat(steps(voting)).containsText(new String[] {"Recorded", "Counted"});
      Browser.assertAccessible(voting);
      Browser.assertFitsItsWidth(voting);

      button(voting, "Change your votes in " + TREES.region).click();
      Browser.assertAccessible(voting);
      Browser.assertFitsItsWidth(voting);
    }
  }

  @Test
  void comesFromARegionToItsBallot() {
    Page dashboard = open(browser.citizen(), "/");
    dashboard.getByRole(AriaRole.HEADING, named(TREES.region)).getByRole(AriaRole.LINK).click();

    dashboard.getByRole(AriaRole.LINK, linkNamed("Vote")).click();

    assertThat(dashboard.getByLabel(BALLOT.get(TREES))).isVisible();
    assertThat(dashboard).hasURL(Pattern.compile(".*/vote#region=.*"));
  }

  // --- Pages
  // --------------------------------------------------------------------------------------

  private static Page open(BrowserContext citizen, String path) {
    Page page = citizen.newPage();
    page.navigate(path);
    return page;
  }

  private static long total(Page dashboard) {
    await().until(() -> dashboard.locator("#total").textContent().matches("\\d+"));
    return Long.parseLong(dashboard.locator("#total").textContent());
  }

  private static void voteWithoutAConnection(Page voting) {
    voting.context().setOffline(true);
    button(voting, "Vote").click();
    assertThat(steps(voting).first()).containsText("sent again until it arrives");
  }

  private static void choose(Page voting, Choice choice) {
    voting.getByLabel("Your region").selectOption(choice.region);
    voting.getByLabel(BALLOT.get(choice)).check();
  }

  private static Locator button(Page page, String name) {
    return page.getByRole(
        AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name).setExact(true));
  }

  private static void withdraw(Page voting, String region) {
    button(voting, "Withdraw your votes in " + region).click();
    button(voting, "Yes, withdraw").click();
  }

  private static int items() {
    return city.cloud().scan(VotesTable.DEFAULT_NAME).size();
  }

  private static Locator ballots(Page voting) {
    return voting.locator("#ballots > section");
  }

  private static Locator ballot(Page voting, String region) {
    return ballots(voting).filter(new Locator.FilterOptions().setHasText(region));
  }

  private static Locator steps(Page voting) {
    return voting.locator(".steps li");
  }

  private static Locator steps(Locator ballot) {
    return ballot.locator(".steps li");
  }

  /** What is voted for; of a contested ballot, also what is recorded. */
  private static Locator votes(Page voting) {
    return voting.locator(".chosen-list:visible li");
  }

  private static Locator votes(Locator ballot) {
    return ballot.locator(".chosen-list:visible li");
  }

  private static Locator row(Page dashboard, Choice choice) {
    return dashboard
        .locator("#ranking tbody tr")
        .filter(new Locator.FilterOptions().setHasText(BALLOT.get(choice)));
  }

  private static Page.GetByRoleOptions named(String name) {
    return new Page.GetByRoleOptions().setName(name);
  }

  private static Page.GetByRoleOptions linkNamed(String name) {
    return new Page.GetByRoleOptions().setName(name).setExact(true);
  }

  private static void pressUntilFocused(Page page, String selector) {
    for (int presses = 0; presses < 20; presses++) {
      page.keyboard().press("Tab");
      if ((boolean) page.evaluate("s => document.activeElement.matches(s)", selector)) {
        return;
      }
    }
    throw new AssertionError("the Tab key does not come to " + selector);
  }
}
