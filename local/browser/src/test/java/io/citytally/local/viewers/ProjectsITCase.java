package io.citytally.local.viewers;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.microsoft.playwright.APIResponse;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.BoundingBox;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.ForcedColors;
import io.citytally.cli.ballot.BallotFile;
import io.citytally.cli.ballot.CityBallot;
import io.citytally.cli.ballot.MapFile;
import io.citytally.election.RulesFile;
import io.citytally.local.city.City;
import io.citytally.local.lifecycle.Closing;
import io.citytally.table.BallotPresentation;
import io.citytally.table.ElectionTable;
import io.citytally.table.TotalVotesTable;
import io.citytally.vote.Choice;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** What the pages show of projects and of the map, without a job: the totals are put there. */
class ProjectsITCase {

  private static final int PROJECTS = 100;

  /** Not long ago: the course of the vote has a row for each day. */
  private static final Instant YESTERDAY =
      Instant.now().minus(1, ChronoUnit.DAYS).truncatedTo(ChronoUnit.SECONDS);

  private static final String MARKUP = "<img src=x onerror=alert(1)><b>bold</b>";

  /**
   * A concave region, one with a hole in which another lies, an island, and one of two parts with a
   * hostile name.
   */
  private static final String MAP =
      """
      {"type": "FeatureCollection", "features": [
        {"type": "Feature", "properties": {"region": "Łąki"}, "geometry": {"type": "Polygon",
         "coordinates": [[[21.0, 52.0], [21.3, 52.0], [21.3, 52.05], [21.1, 52.05], [21.1, 52.15],
          [21.3, 52.15], [21.3, 52.2], [21.0, 52.2], [21.0, 52.0]]]}},
        {"type": "Feature", "properties": {"region": "Ring"}, "geometry": {"type": "MultiPolygon",
         "coordinates": [[[[21.3, 52.0], [21.6, 52.0], [21.6, 52.2], [21.3, 52.2], [21.3, 52.0]],
          [[21.4, 52.06], [21.4, 52.14], [21.5, 52.14], [21.5, 52.06], [21.4, 52.06]]],
          [[[21.7, 52.02], [21.74, 52.02], [21.74, 52.06], [21.7, 52.02]]]]}},
        {"type": "Feature", "properties": {"region": "Core"}, "geometry": {"type": "Polygon",
         "coordinates": [[[21.4, 52.06], [21.5, 52.06], [21.5, 52.14], [21.4, 52.14],
          [21.4, 52.06]]]}},
        {"type": "Feature", "properties": {"region": "<b>Two</b> & parts"}, "geometry": {"type":
         "MultiPolygon", "coordinates": [[[[21.0, 52.2], [21.2, 52.2], [21.2, 52.3], [21.0, 52.3],
          [21.0, 52.2]]], [[[21.4, 52.2], [21.6, 52.2], [21.6, 52.3], [21.4, 52.3], [21.4, 52.2]]]]}}
      ]}
      """;

  private final Closing closing = new Closing();
  private City city;
  private Browser browser;

  @BeforeEach
  void start() throws Exception {
    city = City.withDynamoDbStreams();
    closing.add(city);
    browser = Browser.startAt(city.startWeb().address());
  }

  @AfterEach
  void stop() throws Exception {
    try {
      browser.assertNothingWentWrong();
      browser.close();
    } finally {
      closing.close();
    }
  }

  private static String project(int i) {
    String more =
        i == 7
            ? ", \"description\": \"%s\", \"place\": \"%s\", \"link\": \"https://a.example/7\""
                .formatted(MARKUP, MARKUP)
            : ", \"description\": \"What project %d is.\"".formatted(i);
    return "{\"improvement\": \"p%d\", \"title\": \"%s %d\", \"cost\": %d%s}"
        .formatted(i, i % 2 == 0 ? "Zielony skwer" : "Ławeczki", i, 10_000 + i, more);
  }

  private static String ballot(String fields) {
    String projects =
        IntStream.range(0, PROJECTS)
            .mapToObj(ProjectsITCase::project)
            .collect(Collectors.joining(","));
    String others =
        List.of("Ring", "Core", "<b>Two</b> & parts").stream()
            .map(
                region ->
                    "{\"region\": \"%s\", \"improvements\": [{\"improvement\": \"park\", \"title\": \"A park\"}]}"
                        .formatted(region))
            .collect(Collectors.joining(","));
    return "{\"currency\": \"PLN\", %s \"regions\": [{\"region\": \"Łąki\", \"budget\": 25000, \"improvements\": [%s]}, %s]}"
        .formatted(fields, projects, others);
  }

  private void publish(String fields) {
    publish(fields, MAP);
  }

  private void publish(String fields, String map) {
    CityBallot ballot =
        BallotFile.parse("city.json", ballot(fields).getBytes(StandardCharsets.UTF_8));
    city.cloud()
        .publish(
            ballot,
            MapFile.parse("map.geojson", map.getBytes(StandardCharsets.UTF_8), ballot.regions())
                .json());
  }

  private void count(String region, String improvement, long votes) {
    city.cloud()
        .dynamoDb()
        .updateItem(
            update ->
                update
                    .tableName(TotalVotesTable.DEFAULT_NAME)
                    .key(TotalVotesTable.keyOf(new Choice(region, improvement)))
                    .updateExpression("ADD total_votes :votes")
                    .expressionAttributeValues(
                        Map.of(":votes", AttributeValue.fromN(Long.toString(votes)))));
  }

  private Page open(String path, int width, int height, ColorScheme scheme) {
    Page page = browser.citizen(width, height, scheme).newPage();
    page.navigate(path);
    return page;
  }

  private static List<String> titles(Page page) {
    return page.locator("#improvements li:not([hidden]) label bdi").allTextContents();
  }

  @Test
  void showsALongBallotOnDemandAndFindsSortsAndFiltersItOnAPhone() {
    publish("");
    Page page = open("/vote#region=%C5%81%C4%85ki", 390, 800, ColorScheme.LIGHT);

    assertThat(page.locator("#improvements .more")).hasCount(PROJECTS);
    assertThat(titles(page))
        .hasSize(PROJECTS)
        .startsWith("Ławeczki 1")
        .endsWith("Zielony skwer 98");
    assertThat(page.locator("#improvements li").first()).containsText("PLN");

    page.getByLabel("Find in this region").fill("lawe 7");
    assertThat(page.locator("#found")).hasText("14 of 100 improvements");
    page.getByLabel("Find in this region").fill("lawe  77");
    assertThat(titles(page)).containsExactly("Ławeczki 77");
    page.getByLabel("Ławeczki 77").first().check();
    page.getByLabel("Find in this region").fill("tramwaj");
    assertThat(page.locator("#found")).containsText("Nothing is found for “⁨tramwaj⁩”.");
    assertThat(titles(page)).isEmpty();
    page.getByLabel("Find in this region").fill("");
    page.getByLabel("Only what I chose").check();
    assertThat(titles(page)).containsExactly("Ławeczki 77");
    page.getByLabel("Ławeczki 77").first().press("Space");
    assertThat(page.getByLabel("Ławeczki 77").first()).isFocused();
    assertThat(titles(page)).containsExactly("Ławeczki 77");
    page.getByLabel("Find in this region").focus();
    assertThat(page.locator("#improvements li:not([hidden])")).hasCount(0);
    page.getByLabel("Only what I chose").uncheck();
    page.getByLabel("Ławeczki 77").first().check();

    page.getByLabel("Order").selectOption("random");
    List<String> mine = titles(page);
    assertThat(mine).hasSize(PROJECTS);
    assertThat(page.getByLabel("Ławeczki 77").first()).isChecked();
    page.reload();
    assertThat(page.locator("#improvements .more")).hasCount(PROJECTS);
    assertThat(page.getByLabel("Order")).hasValue("random");
    assertThat(titles(page)).isEqualTo(mine).isNotEqualTo(titles(another("random")));
    Browser.assertAccessibleAnywhere(page);
  }

  private Page another(String order) {
    Page page = open("/vote#region=%C5%81%C4%85ki", 390, 800, ColorScheme.LIGHT);
    assertThat(page.locator("#improvements .more")).hasCount(PROJECTS);
    page.getByLabel("Order").selectOption(order);
    return page;
  }

  @Test
  void keepsTheCitysOwnOrderUntilAskedForAnother() {
    publish("\"ordered\": true,");
    Page page = open("/vote#region=%C5%81%C4%85ki", 1280, 800, ColorScheme.DARK);

    assertThat(page.locator("#improvements .more")).hasCount(PROJECTS);
    assertThat(titles(page)).startsWith("Zielony skwer 0", "Ławeczki 1", "Zielony skwer 2");
    page.getByLabel("Order").selectOption("title");
    assertThat(titles(page)).startsWith("Ławeczki 1", "Ławeczki 3");
  }

  @Test
  void showsWhatACityWritesAsTextAndFollowsNoLinkButAnEncryptedOne() {
    publish("");
    // By another hand than the command's, which refuses it.
    CityBallot ballot = BallotFile.parse("city.json", ballot("").getBytes(StandardCharsets.UTF_8));
    ballot
        .projects()
        .get("Łąki")
        .withObject("/p9")
        .put("link", "javascript:alert(1)")
        .put("image", "//a.example/evil.png");
    city.cloud()
        .dynamoDb()
        .putItem(
            put ->
                put.tableName(ElectionTable.DEFAULT_NAME)
                    .item(
                        BallotPresentation.itemOf(
                            BallotPresentation.projectsOf("Łąki"), ballot.projects().get("Łąki"))));
    Page page = open("/vote#region=%C5%81%C4%85ki", 390, 800, ColorScheme.DARK);

    Locator seventh = page.locator("#improvements li").filter(hasText("Ławeczki 7"));
    seventh.first().locator("summary").click();
    assertThat(seventh.first().locator(".description")).hasText(MARKUP);
    Locator link = seventh.first().locator("a");
    assertThat(link).hasAttribute("href", "https://a.example/7");
    assertThat(link).hasAttribute("rel", "noopener noreferrer");
    Locator ninth = page.locator("#improvements li").filter(hasText("Ławeczki 9"));
    ninth.first().locator("summary").click();
    assertThat(ninth.first().locator(".description")).hasText("What project 9 is.");
    assertThat(ninth.first().locator("a, img")).hasCount(0);
    Browser.assertAccessibleAnywhere(page);
  }

  private static Locator.FilterOptions hasText(String title) {
    return new Locator.FilterOptions().setHasText(Pattern.compile("^" + title + "\\D"));
  }

  @Test
  void drawsTheBudgetsLineUnderTheRankingOfARegion() {
    publish("");
    count("Łąki", "p7", 9);
    count("Łąki", "p50", 8);
    count("Łąki", "p3", 7);
    Page page = open("/regions/%C5%81%C4%85ki", 1280, 800, ColorScheme.LIGHT);

    assertThat(page.locator("#budget"))
        .containsText(
            "With these votes, the budget of PLN\u00a025,000 pays for 2 improvements, which cost"
                + " PLN\u00a020,057. Improvements with the most votes are taken first");
    assertThat(page.locator("#ranking tbody tr")).hasCount(PROJECTS);
    assertThat(page.locator("#ranking tbody tr").nth(0))
        .containsText("PLN 10,007 · within the budget");
    assertThat(page.locator(".last-in-budget")).hasCount(1);
    assertThat(page.locator("#ranking tbody tr").nth(1)).hasClass("last-in-budget");
    assertThat(page.locator("#ranking tbody tr").nth(2)).containsText("PLN 10,003 · does not fit");
    page.locator("#ranking summary").first().click();
    assertThat(page.locator("#ranking .description").first()).hasText(MARKUP);
    count("Łąki", "p3", 5);
    assertThat(page.locator("#ranking tbody tr").nth(0))
        .containsText("PLN 10,003 · within the budget");
    assertThat(page.locator("#ranking tbody tr").nth(2)).containsText("does not fit");
    assertThat(page.locator("#ranking details[open]")).hasCount(1);
    Browser.assertAccessibleAnywhere(page);
  }

  @Test
  void readsTheBudgetAgainAfterAFailureAndAChange() {
    publish("");
    count("Łąki", "p7", 9);
    Page page = browser.citizen(1280, 800, ColorScheme.LIGHT).newPage();
    page.clock().install();
    page.route("**/api/ballot/*", route -> route.abort());
    page.navigate("/regions/%C5%81%C4%85ki");
    assertThat(page.locator("#ranking tbody tr")).hasCount(PROJECTS);
    assertThat(page.locator("#budget")).isHidden();

    page.unroute("**/api/ballot/*");
    readElectionAgain(page);

    assertThat(page.locator("#budget")).containsText("the budget of PLN\u00a025,000");
    assertThat(page.locator("#ranking tbody tr").first()).containsText("PLN 10,007");
    browser.forgetFailedRequests();

    page.route(
        "**/api/ballot/*",
        route -> {
          APIResponse answer = route.fetch();
          route.fulfill(
              new Route.FulfillOptions()
                  .setResponse(answer)
                  .setBody(answer.text().replace("10007", "12345")));
        });
    readElectionAgain(page);

    assertThat(page.locator("#ranking tbody tr").first()).containsText("PLN 12,345");
  }

  @Test
  void keepsTheFocusInTheFooterWhileTheElectionStaysAsItIs() throws Exception {
    publish("");
    city.cloud()
        .publishElection(
            RulesFile.parse(
                """
                {"name": "Budget", "time_zone": "UTC", "opens_at": "%s",
                 "closes_at": "2999-01-01T00:00:00Z", "voting": "open", "results": "live",
                 "links": {"help": "https://a.example/help"}}
                """
                    .formatted(YESTERDAY)));
    Page page = browser.citizen(1280, 800, ColorScheme.LIGHT).newPage();
    page.clock().install();
    page.navigate("/");
    Locator help = page.locator("#links a");
    assertThat(help).hasCount(1);
    help.focus();

    readElectionAgain(page);
    readElectionAgain(page);

    assertThat(help).isFocused();
  }

  /** The page asks for the election every half minute. */
  private static void readElectionAgain(Page page) {
    page.waitForResponse(
        response -> response.url().endsWith("/api/ballot"), () -> page.clock().runFor(31_000));
  }

  @Test
  void drawsAMapThatIsReadByPointerKeyboardAndAsATableAndOpensRegions() {
    publish("");
    count("Łąki", "p7", 30);
    count("Ring", "park", 10);
    count("<b>Two</b> & parts", "park", 60);
    Page page = open("/", 1280, 900, ColorScheme.LIGHT);

    assertThat(page.locator("#map-picture a")).hasCount(4);
    Locator core =
        page.getByRole(
            AriaRole.LINK, new Page.GetByRoleOptions().setName(Pattern.compile("Core.*: 0 votes")));
    assertThat(core.locator("path")).hasAttribute("data-step", "0");
    Locator two = page.locator("#map-picture a[href*=parts]");
    assertThat(two.locator("path")).hasAttribute("data-step", "3");
    assertThat(two).hasAttribute("aria-label", "⁨<b>Two</b> & parts⁩: 60 votes, 60.0%");
    assertThat(page.locator("#map-legend li")).hasCount(6);
    assertThat(page.locator("#map-legend")).containsText("1 to 20");

    page.getByLabel("Shares").check();
    assertThat(page.locator("#map-legend")).containsText("0.0% to 20.0%");
    page.locator("#map summary").click();
    assertThat(page.locator("#map-rows tr")).hasCount(4);
    assertThat(page.locator("#map-rows")).containsText("60.0%");

    core.locator("path").hover();
    assertThat(page.locator("#map-tip")).hasText("⁨Core⁩: 0 votes, 0.0%");
    page.keyboard().press("Escape");
    assertThat(page.locator("#map-tip")).isHidden();
    page.mouse().move(0, 0);
    Browser.assertAccessibleAnywhere(page);

    page.evaluate(
        """
        window.sizes = 0
        for (const size of ['clientWidth', 'clientHeight']) {
          const { get } = Object.getOwnPropertyDescriptor(Element.prototype, size)
          Object.defineProperty(Element.prototype, size, {
            get() {
              window.sizes++
              return get.call(this)
            }
          })
        }
        """);
    count("Ring", "park", 90);
    Locator ring = page.locator("#map-picture a[href$=Ring]");
    assertThat(ring).hasAttribute("aria-label", "⁨Ring⁩: 100 votes, 52.6%");
    assertThat(page.evaluate("window.sizes")).as("reads of a size by an update").isEqualTo(0);
    ring.focus();
    assertThat(page.locator("#map-tip")).containsText("Ring");
    page.keyboard().press("Enter");
    assertThat(page).hasURL(Pattern.compile(".*/regions/Ring$"));
    assertThat(page.locator("#place")).hasText("Ring");
    page.goBack();
    core.locator("path").click();
    assertThat(page.locator("#place")).hasText("Core");
  }

  /** A city from the north to the south, twice as high as wide. */
  private static final String TALL_MAP =
      """
      {"type": "FeatureCollection", "features": [
        {"type": "Feature", "properties": {"region": "Ring"}, "geometry": {"type": "Polygon",
         "coordinates": [[[0, 0], [0.1, 0], [0.1, 0.1], [0, 0.1], [0, 0]]]}},
        {"type": "Feature", "properties": {"region": "Core"}, "geometry": {"type": "Polygon",
         "coordinates": [[[0, 0.1], [0.1, 0.1], [0.1, 0.2], [0, 0.2], [0, 0.1]]]}}
      ]}
      """;

  @Test
  void writesLabelsOfATallCityAsLargeAsThoseOfAWideOne() {
    publish("", TALL_MAP);
    Page page = open("/", 700, 900, ColorScheme.LIGHT);

    assertThat(page.locator("#map-picture text").first()).hasText("Core");
    assertThat(labelPixels(page)).isCloseTo(13, within(0.3));

    page.setViewportSize(320, 900);
    assertThat(page.locator("#map-picture text").first()).hasText("Core");
    page.waitForCondition(() -> Math.abs(labelPixels(page) - 13) < 0.3);
  }

  private static double labelPixels(Page page) {
    return ((Number)
            page.evaluate(
                """
                () => {
                  const label = document.querySelector('#map-picture text')
                  return label.getAttribute('font-size') * label.getScreenCTM().a
                }
                """))
        .doubleValue();
  }

  @Test
  void showsWhichRegionHasTheFocusOrThePointer() throws IOException {
    publish("");
    count("Ring", "park", 10);
    for (ColorScheme scheme : new ColorScheme[] {ColorScheme.LIGHT, ColorScheme.DARK}) {
      for (ForcedColors forced : ForcedColors.values()) {
        Page page = open("/", 1280, 900, scheme);
        page.emulateMedia(new Page.EmulateMediaOptions().setForcedColors(forced));
        assertOutlinesAreSeen(page);
      }
    }
  }

  /** Ring is drawn after Core, and lies all around it. */
  private static void assertOutlinesAreSeen(Page page) throws IOException {
    Locator core = page.locator("#map-picture a[href$=Core]");
    assertThat(page.locator("#map-picture a")).hasCount(4);
    // What is not drawn yet takes no focus.
    assertThat(core).hasAttribute("aria-label", Pattern.compile(".*Core.*"));
    assertThat(core).isVisible();
    core.focus();
    assertThat(page.locator("#map-tip")).containsText("Core");
    assertBorderIsOutlined(page, core);

    // The focus stays visible while the pointer is elsewhere.
    page.locator("#map-picture a[href*=ki] path")
        .hover(new Locator.HoverOptions().setPosition(10, 10));
    assertBorderIsOutlined(page, core);
    page.locator("h1").click();
    assertThat(page.locator("#map-picture .outline path[d]")).hasCount(0);

    core.locator("path").hover();
    assertBorderIsOutlined(page, core);
  }

  /** Three pixels of ink between two of paper: seen on any colour. */
  private static void assertBorderIsOutlined(Page page, Locator region) throws IOException {
    BoundingBox box = region.locator("path").boundingBox();
    BufferedImage across =
        ImageIO.read(
            new ByteArrayInputStream(
                page.screenshot(
                    new Page.ScreenshotOptions()
                        .setClip(
                            Math.round(box.x) - 8, Math.round(box.y + box.height / 2), 16, 1))));
    Color ink = colorOf(page, "--ink");
    Color paper = colorOf(page, "--paper");
    StringBuilder seen = new StringBuilder();
    for (int x = 0; x < across.getWidth(); x++) {
      Color color = new Color(across.getRGB(x, 0));
      seen.append(color.equals(ink) ? 'I' : color.equals(paper) ? 'P' : '.');
    }
    assertThat(seen.toString()).as("ink and paper across the border").matches(".*P.?II+.?P.*");
  }

  private static Color colorOf(Page page, String variable) {
    return Color.decode(
        page.evaluate(
                "name => getComputedStyle(document.documentElement).getPropertyValue(name)",
                variable)
            .toString());
  }

  @Test
  void showsTurnoutOnTheMapAndListsProjectsWhileTotalsAreHidden() throws Exception {
    publish("");
    count("Łąki", "p7", 30);
    city.cloud()
        .publishElection(
            RulesFile.parse(
                """
                {"name": "Budget", "time_zone": "UTC", "opens_at": "%s",
                 "closes_at": "2999-01-01T00:00:00Z", "voting": "open", "results": "turnout"}
                """
                    .formatted(YESTERDAY)));
    Page page = open("/", 390, 800, ColorScheme.DARK);

    Locator meadows = page.locator("#map-picture a").first();
    assertThat(meadows).hasAttribute("aria-label", Pattern.compile(".*0 ballots.*"));
    Browser.assertAccessibleAnywhere(page);
    page.navigate("/regions/%C5%81%C4%85ki");
    assertThat(page.locator("#projects li")).hasCount(PROJECTS);
    assertThat(page.locator("#projects li").first()).containsText("Ławeczki 1");
    assertThat(page.locator("#budget")).isHidden();
    page.getByRole(AriaRole.SEARCHBOX).fill("lawe 77");
    assertThat(page.locator("#projects li")).hasCount(1);
    Browser.assertAccessibleAnywhere(page);
  }
}
