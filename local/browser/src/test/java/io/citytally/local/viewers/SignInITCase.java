package io.citytally.local.viewers;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static io.citytally.local.city.City.PARK;
import static io.citytally.local.city.City.POOL;
import static io.citytally.local.city.City.TREES;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Dialog;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.AriaRole;
import io.citytally.local.city.City;
import io.citytally.local.cloud.LocalIdentity;
import io.citytally.local.cloud.Ports;
import io.citytally.table.VotesTable;
import io.citytally.vote.Choice;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Voting signed in, with a real OpenID Connect provider: the whole way of a citizen. */
class SignInITCase {

  private static final Choice BENCHES = new Choice(PARK.region, "benches");
  private static final Map<Choice, String> BALLOT =
      Map.of(
          PARK, "A park by the river",
          POOL, "A swimming pool",
          BENCHES, "Benches in the shade",
          TREES, "Trées for the square");

  private static City city;
  private static LocalIdentity identity;
  private static Browser browser;

  @BeforeAll
  static void start() throws Exception {
    city = City.withDynamoDbStreams();
    city.cloud().publishBallot(BALLOT);
    city.setElection(
        """
        {"name": "Participatory budget", "city": "Lunden", "time_zone": "Europe/Warsaw",
         "opens_at": "%s", "closes_at": "%s", "voting": "signed-in", "at_most": 2}
        """
            .formatted(
                Instant.now().minus(Duration.ofHours(1)), Instant.now().plus(Duration.ofHours(1))));
    int port = Ports.free();
    identity = city.startIdentity(port, LocalIdentity.TOKEN_LIFETIME);
    browser = Browser.startAt(city.startWeb(identity, port).address(), identity.issuer());
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
  void aCitizenGoesTheWholeWay() {
    Page voting = open(browser.citizen());
    assertThat(voting.locator("#form")).isHidden();
    signIn(voting, "anna");
    assertThat(voting.locator("#citizen")).hasText("Anna Björk");

    voting.getByLabel("Your region").selectOption(PARK.region);
    voting.getByLabel(BALLOT.get(PARK)).check();
    voting.getByLabel(BALLOT.get(POOL)).check();

    assertThat(voting.locator("#counter")).containsText("2 of 2 chosen. That is all");
    voting.getByText(BALLOT.get(BENCHES)).click(new Locator.ClickOptions().setForce(true));
    assertThat(voting.getByLabel(BALLOT.get(BENCHES))).not().isChecked();

    button(voting, "Vote").click();
    assertThat(steps(voting)).containsText(new String[] {"Recorded", "Counted"});
    button(voting, "Change your votes in " + PARK.region).click();
    voting.getByLabel(BALLOT.get(POOL)).uncheck();
    voting.getByLabel(BALLOT.get(BENCHES)).check();
    button(voting, "Change it to this").click();
    assertThat(steps(voting)).containsText(new String[] {"Recorded", "Counted"});
    assertThat(votes(voting)).hasText(new String[] {BALLOT.get(PARK), BALLOT.get(BENCHES)});
    button(voting, "Withdraw your votes in " + PARK.region).click();
    button(voting, "Yes, withdraw").click();
    assertThat(steps(voting)).containsText(new String[] {"Withdrawn", "No longer counted"});
    assertThat(city.cloud().counted()).isEmpty();
    assertThat(city.cloud().scan(VotesTable.DEFAULT_NAME)).isEmpty();

    signOut(voting);

    assertThat(voting.locator("#signing-in")).containsText("You need to sign in to vote.");
    assertThat(voting.locator("#ballots > section")).hasCount(0);
    // What stays is the device's: the languages that are offered.
    assertThat(voting.evaluate("sessionStorage.length")).isEqualTo(0);
    assertThat(voting.evaluate("Object.keys(localStorage).sort().join(' ')"))
        .isEqualTo("citytally.languages");
  }

  @Test
  void aCitizenSeesOwnVotesOnAnotherDeviceAndNobodyElseDoes() {
    BrowserContext shared = browser.citizen();
    Page first = open(shared);
    signIn(first, "dawid");
    first.getByLabel("Your region").selectOption(TREES.region);
    first.getByLabel(BALLOT.get(TREES)).check();
    button(first, "Vote").click();
    assertThat(steps(first)).containsText(new String[] {"Recorded", "Counted"});

    Page second = open(browser.citizen());
    signIn(second, "dawid");

    assertThat(votes(second)).hasText(BALLOT.get(TREES));

    signOut(first);
    signIn(first, "elif");

    assertThat(first.locator("#citizen")).hasText("Elif Aydın");
    assertThat(first.locator("#form")).isVisible();
    assertThat(first.locator("#ballots > section")).hasCount(0);

    button(second, "Withdraw your votes in " + TREES.region).click();
    button(second, "Yes, withdraw").click();
    assertThat(steps(second)).containsText(new String[] {"Withdrawn"});
  }

  @Test
  void anExpiredSignInLosesNoChoice() {
    Page voting = open(browser.citizen());
    signIn(voting, "grace");
    voting.getByLabel("Your region").selectOption(PARK.region);
    voting.getByLabel(BALLOT.get(POOL)).check();

    voting.evaluate(
        """
        const session = JSON.parse(sessionStorage.getItem('citytally.session'))
        sessionStorage.setItem('citytally.session', JSON.stringify({ ...session, expiresAt: 0 }))
        """);
    voting.reload();
    assertThat(voting.locator("#signing-in")).containsText("What you have chosen is kept.");
    button(voting, "Sign in again").click();

    assertThat(voting.locator("#signing-in")).isHidden();
    assertThat(voting.getByLabel(BALLOT.get(POOL))).isChecked();
    button(voting, "Vote").click();
    assertThat(steps(voting)).containsText(new String[] {"Recorded"});
    button(voting, "Withdraw your votes in " + PARK.region).click();
    button(voting, "Yes, withdraw").click();
    assertThat(steps(voting)).containsText(new String[] {"Withdrawn"});
  }

  @Test
  void whatWasChosenStandsBeforeTheServerHasAnswered() {
    Page voting = open(browser.citizen());
    signIn(voting, "grace");
    voting.getByLabel("Your region").selectOption(PARK.region);
    voting.getByLabel(BALLOT.get(POOL)).check();
    List<Route> held = new ArrayList<>();
    voting.route(
        "**/api/votes/mine",
        route -> {
          if (route.request().method().equals("GET")) {
            held.add(route);
          } else {
            route.resume();
          }
        });
    voting.reload();

    assertThat(voting.getByLabel(BALLOT.get(POOL))).isChecked();
    button(voting, "Vote").click();
    assertThat(steps(voting)).containsText(new String[] {"Recorded"});

    held.forEach(Route::resume);
    voting.unroute("**/api/votes/mine");
    button(voting, "Withdraw your votes in " + PARK.region).click();
    button(voting, "Yes, withdraw").click();
    assertThat(steps(voting)).containsText(new String[] {"Withdrawn"});
  }

  @Test
  void votesThatTheServerTakesForNobodysAreSentAfterTheNextSignIn() {
    Page voting = open(browser.citizen());
    signIn(voting, "hana");
    voting.getByLabel("Your region").selectOption(PARK.region);
    voting.getByLabel(BALLOT.get(PARK)).check();
    // The provider has withdrawn the token.
    voting.evaluate(
        """
        const session = JSON.parse(sessionStorage.getItem('citytally.session'))
        sessionStorage.setItem('citytally.session', JSON.stringify({ ...session, accessToken: 'x' }))
        """);
    voting.reload();

    button(voting, "Vote").click();
    assertThat(voting.locator("#signing-in")).containsText("sent once you have signed in again");
    button(voting, "Sign in again").click();

    assertThat(steps(voting)).containsText(new String[] {"Recorded"});
    assertThat(votes(voting)).hasText(BALLOT.get(PARK));
    button(voting, "Withdraw your votes in " + PARK.region).click();
    button(voting, "Yes, withdraw").click();
    assertThat(steps(voting)).containsText(new String[] {"Withdrawn"});
    browser.forgetFailedRequests();
  }

  @Test
  void asksACitizenWhoSignsOutWhileABallotIsOnItsWay() {
    Page voting = open(browser.citizen());
    signIn(voting, "elif");
    voting.route("**/api/votes/mine", Route::abort);
    voting.getByLabel("Your region").selectOption(TREES.region);
    voting.getByLabel(BALLOT.get(TREES)).check();
    button(voting, "Vote").click();
    assertThat(steps(voting).first()).containsText("sent again until it arrives");

    voting.onceDialog(Dialog::dismiss);
    button(voting, "Sign out").click();
    assertThat(voting.locator("#account")).isVisible();
    assertThat(steps(voting).first()).containsText("sent again until it arrives");
    voting.onceDialog(Dialog::accept);
    signOut(voting);

    assertThat(voting.locator("#signing-in")).containsText("You need to sign in to vote.");
    browser.forgetFailedRequests();
  }

  @Test
  void isAccessibleAllTheWayAlsoAtTheProvider() {
    Page voting = open(browser.citizen());
    assertThat(button(voting, "Sign in")).isVisible();
    Browser.assertAccessibleAnywhere(voting);

    button(voting, "Sign in").click();
    voting.getByLabel("Citizen").selectOption("joao");
    Browser.assertAccessibleAnywhere(voting);
    voting.getByLabel("Password").fill("wrong");
    button(voting, "Sign in").click();
    assertThat(voting.getByRole(AriaRole.ALERT)).containsText("not the password");
    Browser.assertAccessibleAnywhere(voting);

    voting.getByLabel("Password").fill(identity.citizens().password());
    button(voting, "Sign in").click();
    voting.getByLabel("Your region").selectOption(PARK.region);
    voting.getByLabel(BALLOT.get(PARK)).check();
    voting.getByLabel(BALLOT.get(POOL)).check();
    Browser.assertAccessibleAnywhere(voting);

    button(voting, "Vote").click();
    assertThat(steps(voting)).containsText(new String[] {"Recorded", "Counted"});
    Browser.assertAccessibleAnywhere(voting);
    button(voting, "Withdraw your votes in " + PARK.region).click();
    Browser.assertAccessibleAnywhere(voting);
    button(voting, "Yes, withdraw").click();
    assertThat(steps(voting)).containsText(new String[] {"Withdrawn"});
    browser.forgetFailedRequests();
  }

  // --- Pages

  private static Page open(BrowserContext citizen) {
    Page page = citizen.newPage();
    page.navigate("/vote");
    return page;
  }

  private static void signIn(Page voting, String citizen) {
    button(voting, "Sign in").click();
    voting.getByLabel("Citizen").selectOption(citizen);
    voting.getByLabel("Password").fill(identity.citizens().password());
    button(voting, "Sign in").click();
    assertThat(voting).hasURL(Pattern.compile(".*/vote$"));
    assertThat(voting.locator("#account")).isVisible();
  }

  private static void signOut(Page voting) {
    button(voting, "Sign out").click();
    assertThat(voting).hasURL(Pattern.compile(identity.issuer() + "/.*"));
    button(voting, "Sign out").click();
    assertThat(voting).hasURL(Pattern.compile(".*/vote$"));
  }

  private static Locator button(Page page, String name) {
    return page.getByRole(
        AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name).setExact(true));
  }

  private static Locator steps(Page voting) {
    return voting.locator(".steps li");
  }

  private static Locator votes(Page voting) {
    return voting.locator(".chosen-list:visible li");
  }
}
