package io.citytally.local.viewers;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Download;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Request;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.Media;
import io.citytally.local.city.City;
import io.citytally.local.cloud.ItemBatches;
import io.citytally.table.BallotTable;
import io.citytally.table.HistoryTable;
import io.citytally.table.RecentVotesTable;
import io.citytally.table.TotalVotesTable;
import io.citytally.table.TurnoutTable;
import io.citytally.vote.Choice;
import io.citytally.vote.HistoryKey;
import io.citytally.vote.RecentVotes;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * The dashboard in a browser, over results as large as a capital's, with names as bad as can be.
 */
class DashboardITCase {

  private static final String MARKUP = "<img src=x onerror=\"document.title='taken over'\">";
  private static final String RIGHT_TO_LEFT = "שכונת \u202eהנמל (צפון) 1/2";
  private static final String LONG = "W".repeat(256);
  private static final List<String> HOSTILE = List.of(MARKUP, RIGHT_TO_LEFT, LONG);

  /** They are in 18 regions, the hostile ones among them. */
  private static final int IMPROVEMENTS = 1189;

  /** So long ago that what the course of the vote lacks has not come just now. */
  private static final Instant OPENED =
      Instant.now().truncatedTo(ChronoUnit.HOURS).minus(3, ChronoUnit.HOURS);

  private static final String REGION = "7 - Les Chalets / Bayard";

  private static City city;
  private static Browser browser;
  private static final Map<Choice, Long> votes = new LinkedHashMap<>();

  @BeforeAll
  static void start() throws Exception {
    city = City.withDynamoDbStreams();
    List<String> regions = new ArrayList<>(HOSTILE);
    for (int i = 1; i <= 15; i++) {
      regions.add(i + " - Les Chalets / Bayard");
    }
    Map<Choice, String> titles = new LinkedHashMap<>();
    for (int i = 0; i < IMPROVEMENTS; i++) {
      String region = regions.get(i % regions.size());
      Choice key = new Choice(region, "improvement-" + i);
      titles.put(key, i < HOSTILE.size() ? region : "Amélioration n° " + i);
      votes.put(key, (long) IMPROVEMENTS - i);
    }
    List<Map<String, AttributeValue>> totals = new ArrayList<>();
    votes.forEach((key, total) -> totals.add(totalOf(key, total)));
    List<Map<String, AttributeValue>> ballot = new ArrayList<>();
    titles.forEach((key, title) -> ballot.add(BallotTable.itemOf(key, title)));
    put(TotalVotesTable.DEFAULT_NAME, totals);
    put(BallotTable.DEFAULT_NAME, ballot);
    RecentVotes.Vote[] newest =
        votes.keySet().stream()
            .limit(5)
            .map(key -> new RecentVotes.Vote(key, System.currentTimeMillis()))
            .toArray(RecentVotes.Vote[]::new);
    put(
        RecentVotesTable.DEFAULT_NAME,
        List.of(RecentVotesTable.itemOf(new RecentVotes(RecentVotes.CITY, newest))));
    Map<String, AttributeValue> turnout = new LinkedHashMap<>(TurnoutTable.keyOf(REGION));
    turnout.put(TurnoutTable.BALLOTS, AttributeValue.fromN("310000"));
    put(TurnoutTable.DEFAULT_NAME, List.of(turnout));
    put(
        HistoryTable.DEFAULT_NAME,
        List.of(
            hour(HistoryKey.CITY, HistoryKey.VOTES, OPENED, 700_000),
            hour(HistoryKey.CITY, HistoryKey.BALLOTS, OPENED, 300_000),
            course(HistoryKey.CITY, HistoryKey.VOTES + HistoryKey.UNDATED, 5),
            course(HistoryKey.CITY_TEN_MINUTES, HistoryKey.VOTES + minute(OPENED), 700_000),
            course(HistoryKey.CITY_TEN_MINUTES, HistoryKey.BALLOTS + minute(OPENED), 300_000),
            hour(HistoryKey.placeOf(REGION), HistoryKey.VOTES, OPENED, 30_000)));
    browser = Browser.startAt(city.startWeb().address());
  }

  private static Map<String, AttributeValue> totalOf(Choice key, long total) {
    Map<String, AttributeValue> item = new LinkedHashMap<>(TotalVotesTable.keyOf(key));
    item.put(TotalVotesTable.TOTAL_VOTES, AttributeValue.fromN(Long.toString(total)));
    return item;
  }

  private static Map<String, AttributeValue> hour(
      String place, String kind, Instant time, long count) {
    return course(place, kind + time.toString().substring(0, "2026-11-29T11".length()), count);
  }

  private static String minute(Instant time) {
    return time.toString().substring(0, "2026-11-29T11:20".length());
  }

  private static Map<String, AttributeValue> course(String place, String bucket, long count) {
    Choice key = HistoryKey.of(place, bucket);
    Map<String, AttributeValue> item = new LinkedHashMap<>();
    item.put(HistoryTable.PLACE, AttributeValue.fromS(place));
    item.put(HistoryTable.BUCKET, AttributeValue.fromS(bucket));
    item.put(
        HistoryKey.isOfBallots(key) ? HistoryTable.BALLOTS : HistoryTable.VOTES,
        AttributeValue.fromN(Long.toString(count)));
    return item;
  }

  private static void put(String table, List<Map<String, AttributeValue>> items) {
    new ItemBatches(city.cloud().dynamoDb(), table).put(items);
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
  void showsTheRankingOfACapital() {
    Page page = open(browser.citizen(), "/");

    assertThat(page.locator("#total")).hasText("707,455");
    assertThat(page.locator("#ranking tbody tr")).hasCount(10);
    assertThat(page.locator("#regions .card")).hasCount(18);

    page.getByRole(AriaRole.BUTTON, named("Show all 1,189")).click();

    assertThat(page.locator("#ranking tbody tr")).hasCount(IMPROVEMENTS);
    assertThat(page.locator("#ranking tbody tr").last()).containsText("Amélioration n° 1188");
  }

  @Test
  void laysOutOnlyTheRowsOfALongRankingThatAreNearTheScreen() {
    Page page = open(browser.citizen(390, 844, ColorScheme.LIGHT), "/");
    Locator first = page.locator("#ranking .title").first();
    Locator last = page.locator("#ranking .title").last();
    page.getByRole(AriaRole.BUTTON, named("Show all 1,189")).click();
    assertThat(page.locator("#ranking tbody tr")).hasCount(IMPROVEMENTS);

    page.waitForCondition(() -> isLaidOut(first) && !isLaidOut(last));
    last.scrollIntoViewIfNeeded();
    page.waitForCondition(() -> isLaidOut(last));

    assertThat(page.locator("#ranking .rank").last()).hasText("1,189");
    assertThat(heightOf(page.locator("#ranking .rank").last()))
        .as("the rank is on one line, as the votes are")
        .isEqualTo(heightOf(page.locator("#ranking .figure").last()));
    Browser.assertFitsItsWidth(page);
  }

  /** For each frame of an animation, the browser looks at each box that it may leave out. */
  @Test
  void aLongRankingHasFewBoxesThatTheBrowserMayLeaveOut() {
    Page page = openWholeRanking(browser.citizen());

    Object boxes =
        page.locator("#ranking, #ranking *")
            .evaluateAll(
                """
                nodes => nodes
                  .filter(node => getComputedStyle(node).contentVisibility === 'auto')
                  .map(({ childElementCount }) => childElementCount)
                """);

    List<Integer> rowsOfBoxes = ((List<?>) boxes).stream().map(Integer.class::cast).toList();
    assertThat(rowsOfBoxes).hasSizeBetween(2, 100);
    assertThat(rowsOfBoxes.stream().mapToInt(Integer::intValue).sum()).isEqualTo(IMPROVEMENTS);
    assertThat(Collections.max(rowsOfBoxes)).isLessThan(50);
  }

  private static boolean isLaidOut(Locator locator) {
    return (Boolean)
        locator.evaluate("node => node.checkVisibility({ contentVisibilityAuto: true })");
  }

  /** The height of the text, not of its cell, which is as high as the row. */
  private static double heightOf(Locator cell) {
    return ((Number)
            cell.evaluate(
                """
                node => {
                  const text = document.createRange()
                  text.selectNodeContents(node)
                  return text.getBoundingClientRect().height
                }
                """))
        .doubleValue();
  }

  @Test
  void aLongRankingIsATableForTheEyeAndForScreenReaders() {
    Page page = openWholeRanking(browser.citizen());

    Object edges =
        page.locator("#ranking tbody tr")
            .evaluateAll(
                """
                rows => rows.slice(0, 9).map(({ children }) =>
                  [...children].map(cell => cell.getBoundingClientRect().right).join())
                """);

    assertThat(new HashSet<>((List<?>) edges)).as("right edges of the columns").hasSize(1);
    assertThat(
            page.getByRole(AriaRole.TABLE, named("Improvements of the whole city by votes"))
                .getByRole(AriaRole.ROWHEADER))
        .hasCount(IMPROVEMENTS);
    Browser.assertAccessible(page);

    page.emulateMedia(new Page.EmulateMediaOptions().setMedia(Media.PRINT));

    assertThat(page.locator("#ranking tbody tr").last()).hasCSS("display", "table-row");
  }

  @Test
  void rowsOfALongRankingGlideToTheirNewPlaces() {
    BrowserContext viewer = browser.citizen();
    viewer.addInitScript(
        """
        const animate = Element.prototype.animate
        window.glides = []
        Element.prototype.animate = function (frames, ...others) {
          window.glides.push(`${this.querySelector('.title')?.textContent} ${frames[0].transform}`)
          return animate.call(this, frames, ...others)
        }
        """);
    Page page = openWholeRanking(viewer);
    page.locator("#ranking tbody tr").nth(5).scrollIntoViewIfNeeded();
    page.evaluate("window.glides = []");

    update(page, Map.of(5, 1186));

    assertThat(page.locator("#ranking tbody tr").nth(4)).containsText("Amélioration n° 5");
    assertThat((List<?>) page.evaluate("window.glides"))
        .anyMatch(glide -> glide.toString().startsWith("Amélioration n° 5 translateY("));
  }

  /** A body of a table hides what leaves it, unless it is told to show it. */
  @Test
  void aRowCanBeSeenWhileItGlidesFromOneBodyOfTheTableToAnother() {
    Page page = openWholeRanking(browser.citizen());
    Locator last = page.locator("#ranking tbody").first().locator("tr").last();
    int index = page.locator("#ranking tbody").first().locator("tr").count() - 1;
    last.evaluate("row => row.scrollIntoView({ block: 'center' })");
    double middle = number(last.evaluate(MIDDLE));
    pauseAnimations(page);

    update(page, Map.of(index, IMPROVEMENTS - index - 2));

    Locator moved = page.locator("#ranking tbody").nth(1).locator("tr").first();
    assertThat(moved).containsText("Amélioration n° " + index);
    assertThat(number(moved.evaluate(MIDDLE))).as("the glide begins").isEqualTo(middle);
    assertThat(
            moved.evaluate("(row, y) => row.contains(document.elementFromPoint(200, y))", middle))
        .as("the row is seen there")
        .isEqualTo(true);
  }

  @Test
  void aReaderInTheMiddleOfALongRankingKeepsSeeingTheSameRanks() {
    Page page = openWholeRanking(browser.citizen());
    Locator row = page.locator("#ranking tbody tr").nth(600);
    row.evaluate("row => row.scrollIntoView()");
    assertThat(number(row.evaluate(TOP))).isBetween(-1.0, 1.0);

    update(page, Map.of(600, IMPROVEMENTS - 606));

    assertThat(row).containsText("Amélioration n° 601");
    assertThat(page.locator("#ranking tbody tr").nth(605)).containsText("Amélioration n° 600");
    waitForGlides(page);
    assertThat(number(row.evaluate(TOP))).isBetween(-1.0, 1.0);
  }

  @Test
  void aReaderOfARegionsRankingKeepsSeeingTheSameRanks() {
    Page page = open(browser.citizen(), "/");
    page.locator("#regions h3 a").getByText(REGION).click();
    assertThat(page.locator("#ranking tbody tr")).hasCount(66);
    Locator row = page.locator("#ranking tbody tr").nth(30);
    assertThat(row).containsText("Amélioration n° 549");
    row.evaluate("row => row.scrollIntoView()");
    assertThat(number(row.evaluate(TOP))).isBetween(-1.0, 1.0);

    update(page, Map.of(549, IMPROVEMENTS - 657));

    assertThat(page.locator("#ranking tbody tr").nth(35)).containsText("Amélioration n° 549");
    waitForGlides(page);
    assertThat(number(row.evaluate(TOP))).isBetween(-1.0, 1.0);
  }

  private static void waitForGlides(Page page) {
    page.evaluate("() => Promise.all(document.getAnimations().map(({ finished }) => finished))");
  }

  /** The browser lays out a row that it has left out as soon as it is asked where the row is. */
  @Test
  void measuresOnlyRowsNearTheScreenHoweverManyMove() {
    BrowserContext viewer = browser.citizen();
    viewer.addInitScript(
        """
        const measure = Element.prototype.getBoundingClientRect
        window.measured = new Set()
        Element.prototype.getBoundingClientRect = function () {
          if (this.matches('#ranking tbody tr')) {
            window.measured.add([...this.closest('table').tBodies].indexOf(this.parentElement))
          }
          return measure.call(this)
        }
        """);
    Page page = openWholeRanking(viewer);
    Locator row = page.locator("#ranking tbody tr").nth(600);
    row.evaluate("row => row.scrollIntoView()");
    int body =
        (Integer)
            row.evaluate("row => [...row.closest('table').tBodies].indexOf(row.parentElement)");
    Map<Integer, Integer> shifted = new LinkedHashMap<>();
    for (int i = 0; i < IMPROVEMENTS; i++) {
      shifted.put(i, IMPROVEMENTS - (i + 300) % IMPROVEMENTS);
    }
    page.evaluate("window.measured.clear()");

    update(page, shifted);

    assertThat(row).containsText("Amélioration n° 300");
    List<?> measured = (List<?>) page.evaluate("[...window.measured]");
    assertThat(measured.stream().map(Integer.class::cast).toList())
        .as("bodies of the table in which rows are measured")
        .isNotEmpty()
        .allSatisfy(each -> assertThat(each).isBetween(body - 2, body + 2));
  }

  /** The browser lays out the page when a script asks where something is after a change. */
  @Test
  void anUpdateHasThePageLaidOutOnceBeforeItChangesListsAndOnceAfterHoweverManyThereAre() {
    BrowserContext viewer = browser.citizen();
    viewer.addInitScript(
        """
        const measure = Element.prototype.getBoundingClientRect
        let changed = false
        window.layouts = 0
        const observer = new MutationObserver(() => { changed = true })
        observer.observe(document, {
          attributes: true, characterData: true, childList: true, subtree: true
        })
        Element.prototype.getBoundingClientRect = function () {
          if (observer.takeRecords().length > 0 || changed) {
            window.layouts++
          }
          changed = false
          return measure.call(this)
        }
        """);
    Page page = openWholeRanking(viewer);
    page.locator("#regions").evaluate("regions => regions.scrollIntoView()");
    page.evaluate("window.layouts = 0");

    Map<Integer, Integer> secondOfEachRegion = new LinkedHashMap<>();
    for (int i = 18; i < 36; i++) {
      secondOfEachRegion.put(i, 3000 - i);
    }
    update(page, secondOfEachRegion);

    assertThat(page.locator("#ranking tbody tr").first()).containsText("Amélioration n° 18");
    assertThat((Integer) page.evaluate("window.layouts")).isBetween(1, 2);
  }

  @Test
  void anUpdateFormatsAndMarksOnlyWhatHasChanged() {
    BrowserContext viewer = browser.citizen();
    viewer.addInitScript(
        """
        const { get } = Object.getOwnPropertyDescriptor(Intl.NumberFormat.prototype, 'format')
        window.numbers = 0
        Object.defineProperty(Intl.NumberFormat.prototype, 'format', {
          get() {
            window.numbers++
            return get.call(this)
          }
        })
        const toParts = Intl.DateTimeFormat.prototype.formatToParts
        window.times = 0
        Intl.DateTimeFormat.prototype.formatToParts = function (time) {
          window.times++
          return toParts.call(this, time)
        }
        const { toggle } = DOMTokenList.prototype
        window.toggles = 0
        DOMTokenList.prototype.toggle = function (...of) {
          window.toggles++
          return toggle.apply(this, of)
        }
        """);
    Page page = openWholeRanking(viewer);
    assertThat(page.locator("#course-values span")).not().hasCount(0);
    int times = Integer.MAX_VALUE;
    // The ticks of the course change with the minute, but not twice in a row.
    for (int votes = 2000; votes < 2002; votes++) {
      page.evaluate("window.numbers = window.times = window.toggles = 0");
      update(page, Map.of(5, votes));
      assertThat(page.locator("#ranking tbody .figure").first()).hasText("2,00" + votes % 10);
      times = Math.min(times, (Integer) page.evaluate("window.times"));
      assertThat((Integer) page.evaluate("window.numbers")).isBetween(1, 500);
      assertThat((Integer) page.evaluate("window.toggles")).isBetween(1, 500);
    }
    assertThat(times).isLessThan(10);
  }

  private static final String TOP = "row => row.getBoundingClientRect().top";
  private static final String MIDDLE =
      "row => row.getBoundingClientRect().top + row.getBoundingClientRect().height / 2";

  private static double number(Object value) {
    return ((Number) value).doubleValue();
  }

  /** Those that begin from now on stay at their first frame. */
  private static void pauseAnimations(Page page) {
    page.evaluate(
        """
        () => {
          const animate = Element.prototype.animate
          Element.prototype.animate = function (...given) {
            const animation = animate.apply(this, given)
            animation.pause()
            return animation
          }
        }
        """);
  }

  private static Page openWholeRanking(BrowserContext viewer) {
    Page page = open(viewer, "/");
    page.getByRole(AriaRole.BUTTON, named("Show all 1,189")).click();
    assertThat(page.locator("#ranking tbody tr")).hasCount(IMPROVEMENTS);
    return page;
  }

  /**
   * Has the page get other totals of the place that it shows, and another sum of them.
   *
   * @param totals by the numbers of improvements
   */
  private static void update(Page page, Map<Integer, Integer> totals) {
    Matcher entries =
        Pattern.compile("(\"improvement\":\"improvement-(\\d+)\"[^}]*\"votes\":)(\\d+)")
            .matcher(page.request().get("/api/results" + regionOf(page)).text());
    String results =
        entries.replaceAll(
            entry -> {
              int improvement = Integer.parseInt(entry.group(2));
              return Matcher.quoteReplacement(
                  entry.group(1)
                      + totals.getOrDefault(improvement, Integer.valueOf(entry.group(3))));
            });
    int sum = totals.values().stream().mapToInt(Integer::intValue).sum();
    String changed = results.replaceFirst("\"votes\":\\d+", "\"votes\":" + (800_000 + sum));
    page.route("**/api/results" + regionOf(page), route -> route.fulfill(json(changed)));
    page.evaluate("dispatchEvent(new Event('online'))");
  }

  /** What the API's address ends with: a slash and the region, or nothing for the city. */
  private static String regionOf(Page page) {
    String path = URI.create(page.url()).getRawPath();
    return path.startsWith("/regions/") ? path.substring("/regions".length()) : "";
  }

  /** Both are asked for at once when a hidden tab is shown; the election may answer first. */
  @Test
  void aFinalResultIsThatOfAfterTheEndAlsoOnAPageThatWasOpenBefore() throws Exception {
    Page page = open(browser.citizen(), "/");
    assertThat(page.locator("#total")).hasText("707,455");
    String ballot = page.request().get("/api/ballot").text();
    String results = page.request().get("/api/results").text();
    List<Route> held = new ArrayList<>();
    page.route("**/api/results", held::add);
    page.route(
        "**/api/ballot",
        route ->
            route.fulfill(
                json(
                    ballot.replaceFirst(
                        "\"election\":\\{",
                        "\"election\":{\"final\":{\"at\":\"2026-05-01T12:00:00Z\",\"sha256\":\"ab\"},"))));

    page.evaluate("dispatchEvent(new Event('online'))");
    assertThat(page.locator("#outcome")).containsText("Final result");
    page.unroute("**/api/results");
    page.route(
        "**/api/results",
        route -> route.fulfill(json(results.replaceFirst("\"votes\":707455", "\"votes\":707456"))));
    held.forEach(route -> route.fulfill(json(results)));

    assertThat(page.locator("#total")).hasText("707,456");
  }

  private static Route.FulfillOptions json(String body) {
    return new Route.FulfillOptions().setContentType("application/json").setBody(body);
  }

  @Test
  void drawsTheCourseOfTheVoteBackFromTheTotalAsSoonAsItIsOpened() {
    Page page = open(browser.citizen(), "/");

    assertThat(page.locator("#course-keys .key")).hasText(new String[] {"Votes", "Ballots"});
    assertThat(page.locator("#course-values span").last()).hasText("800,000");
    page.locator(".course summary").click();
    assertThat(page.locator("#course-headings th"))
        .hasText(new String[] {"From", "Votes", "Votes in all", "Ballots", "Ballots in all"});
    Locator newest = page.locator("#course-rows tr").first();
    assertThat(newest.locator("th")).containsText("not over yet");
    assertThat(newest.locator("td").nth(1)).hasText("707,455");
    assertThat(page.locator("#course-base td").nth(1)).hasText("7,455");
    assertThat(page.locator("#course-rows tr").last().locator("td").first()).hasText("700,000");
    assertThat(page.locator("#course-base td").nth(3)).hasText("10,000");
    assertThat(page.locator("#course-note")).containsText("5 votes have no known time");
    // The line ends where the table does: 707,455 of 800,000 from the ground.
    assertThat(page.locator("#course-plot .line").nth(1))
        .hasAttribute("d", Pattern.compile(".*L100 11\\.57"));
  }

  @Test
  void showsTodayAndTheLastMinutesByTheKeyboard() {
    Page page = open(browser.citizen(), "/");
    assertThat(page.locator("#course-caption")).containsText("Running total");

    page.getByLabel("Since the opening").focus();
    page.keyboard().press("ArrowRight");

    assertThat(page.locator("#course-caption")).containsText("Number in each ten minutes");
    assertColumnsAreTheRows(page);

    page.keyboard().press("ArrowRight");

    assertThat(page.locator("#course-caption")).containsText("Number per minute");
    assertColumnsAreTheRows(page);

    page.locator("#regions h3 a").getByText(REGION).click();

    assertThat(page.getByRole(AriaRole.HEADING, level1())).hasText(REGION);
    assertThat(page.locator("#course-caption")).containsText("Number per minute");
    page.getByLabel("Since the opening").check();
    assertThat(page.locator("#course-rows tr").last().locator("td").first()).hasText("30,000");
  }

  private static void assertColumnsAreTheRows(Page page) {
    assertThat(page.locator("#course-plot .column[data-unfinished]")).hasCount(1);
    assertThat(page.locator("#course-plot .column").count())
        .isEqualTo(page.locator("#course-rows tr").count());
  }

  @Test
  void findsRegionsAndImprovementsWithoutTheirAccents() {
    Page page = open(browser.citizen(), "/");

    page.getByRole(AriaRole.SEARCHBOX).fill("amelioration 1187");

    assertThat(page.locator("#ranking tbody tr")).hasCount(1);
    assertThat(page.locator("#ranking tbody tr")).containsText("Amélioration n° 1187");
    assertThat(page.locator("#regions .card")).hasCount(1);
    assertThat(page.locator("#found")).hasText("1 improvement of 1,189");

    page.getByRole(AriaRole.SEARCHBOX).fill("12 chalets");

    assertThat(page.locator("#regions h3").getByText("12 - Les Chalets / Bayard")).isVisible();
  }

  @Test
  void showsHostileNamesAsText() {
    Page page = open(browser.citizen(320, 640, ColorScheme.LIGHT), "/");

    for (String name : HOSTILE) {
      assertThat(page.locator("#ranking .title").getByText(name, exactly())).hasText(name);
      assertThat(page.locator("#regions h3").getByText(name, exactly())).hasText(name);
      assertThat(page.locator("#newest .title").getByText(name, exactly())).hasText(name);
    }
    assertThat(page.locator("main img")).hasCount(0);
    Browser.assertFitsItsWidth(page);

    for (String name : HOSTILE) {
      page.locator("#regions h3").getByText(name, exactly()).click();
      assertThat(page.getByRole(AriaRole.HEADING, level1())).hasText(name);
      assertThat(page.locator("#ranking tbody tr").first()).containsText(name);
      assertThat(page).hasTitle(name + " · Citytally");
      Browser.assertFitsItsWidth(page);
      page.goBack();
    }
  }

  @Test
  void leadsToARegionAndBack() {
    Page page = open(browser.citizen(), "/");
    page.locator("#regions h3 a").getByText("7 - Les Chalets").click();

    assertThat(page).hasURL(Pattern.compile(".*/regions/7%20-%20Les%20Chalets%20%2F%20Bayard"));
    assertThat(page.getByRole(AriaRole.HEADING, level1())).hasText("7 - Les Chalets / Bayard");
    assertThat(page.locator("#ranking tbody tr")).hasCount(66);

    page.goBack();

    assertThat(page.getByRole(AriaRole.HEADING, level1())).hasText("The whole city");
    assertThat(page.locator("#total")).hasText("707,455");

    page.goForward();
    page.reload();

    assertThat(page.getByRole(AriaRole.HEADING, level1())).hasText("7 - Les Chalets / Bayard");
  }

  @Test
  void saysThatThereIsNoSuchRegion() {
    Page page = open(browser.citizen(), "/regions/Atlantis");

    assertThat(page.locator("#notice")).containsText("no region of this name");
    page.close();
    browser.forgetFailedRequests();
  }

  @Test
  void saysThatTheConnectionIsLostAndRecovers() {
    BrowserContext viewer = browser.citizen();
    Page page = open(viewer, "/");
    assertThat(page.locator("#live")).containsText("Live");

    viewer.setOffline(true);

    assertThat(page.locator("#live")).containsText("Not live");
    assertThat(page.locator("#notice")).containsText("Connection lost. These votes are from");
    assertThat(page.locator("#announcer")).containsText("connection is lost");
    assertThat(page.locator("#total")).hasText("707,455");

    viewer.setOffline(false);

    assertThat(page.locator("#live")).containsText("Live");
    assertThat(page.locator("#announcer")).containsText("Connected again");
    browser.forgetFailedRequests();
  }

  @Test
  void asksWithTheTagOfWhatItHas() {
    BrowserContext viewer = browser.citizen();
    List<Request> requests = Collections.synchronizedList(new ArrayList<>());
    viewer.onRequestFinished(
        request -> {
          if (request.url().endsWith("/api/results")) {
            requests.add(request);
          }
        });
    Page page = open(viewer, "/");

    page.waitForCondition(() -> requests.size() >= 2);

    assertThat(requests.get(1).headerValue("If-None-Match")).isNotEmpty();
  }

  @Test
  void asksNothingWhileHidden() {
    BrowserContext viewer = browser.citizen();
    viewer.clock().install();
    Page page = open(viewer, "/");
    assertThat(page.locator("#live")).containsText("Live");
    AtomicInteger requests = new AtomicInteger();

    hide(page, true);
    viewer.onRequest(request -> requests.incrementAndGet());
    page.clock().runFor(60_000);
    int whileHidden = requests.get();
    hide(page, false);
    page.waitForCondition(() -> requests.get() > whileHidden);

    assertThat(whileHidden).isZero();
  }

  /** The page gets its first answer over and over: only its own clock decides when it asks. */
  @Test
  void asksEachSecondWhileResultsChangeAndLessOftenWhileTheyDoNot() {
    BrowserContext viewer = browser.citizen();
    viewer.clock().install();
    viewer.addInitScript(
        """
        const ask = window.fetch;
        window.asked = [];
        window.changes = false;
        let version = 0;
        let answer;
        window.fetch = async (url, options) => {
          if (!String(url).startsWith("/api/results")) {
            return ask(url, options);
          }
          window.asked.push(performance.now());
          answer ??= await (await ask(url, options)).text();
          version += window.changes ? 1 : 0;
          const headers = new Headers({ ETag: `"${version}"` });
          return { ok: true, headers, json: async () => JSON.parse(answer) };
        };
        """);
    Page page = open(viewer, "/");
    assertThat(page.locator("#live")).containsText("Live");
    page.clock().pauseAt(System.currentTimeMillis() + 60_000);

    double quiet = millisBetweenRequests(page);
    page.evaluate("window.changes = true");
    double busy = millisBetweenRequests(page);

    assertThat(quiet).isEqualTo(3000);
    assertThat(busy).isEqualTo(1000);
  }

  /** By the page's clock, between the third request from now and the fourth. */
  private static double millisBetweenRequests(Page page) {
    page.evaluate("window.asked = []");
    for (int step = 0; step < 30; step++) {
      page.clock().runFor(500);
    }
    return ((Number) page.evaluate("Math.round(window.asked[3] - window.asked[2])")).doubleValue();
  }

  @Test
  void isAccessibleInBothThemes() {
    for (ColorScheme theme : new ColorScheme[] {ColorScheme.LIGHT, ColorScheme.DARK}) {
      Page page = open(browser.citizen(1280, 800, theme), "/");
      assertThat(page.locator("#regions .card")).hasCount(18);
      assertThat(page.locator("#course-rows tr").first()).isAttached();
      page.locator("#course summary").click();
      Browser.assertAccessible(page);

      page.navigate("/regions/7%20-%20Les%20Chalets%20%2F%20Bayard");
      assertThat(page.locator("#ranking tbody tr")).hasCount(66);
      Browser.assertAccessible(page);
    }
  }

  @Test
  void keepsTheThemeThatWasChosen() {
    Page page = open(browser.citizen(), "/");
    Locator theme = page.locator("#theme");
    theme.click();
    theme.click();
    assertThat(theme).hasText("Theme: dark", visibleText());

    page.navigate("/vote");

    assertThat(page.locator("html")).hasAttribute("data-theme", "dark");
    assertThat(theme).hasText("Theme: dark", visibleText());
  }

  @Test
  void fitsEveryScreen() {
    for (int width : new int[] {320, 375, 768, 1024, 1440, 1920, 3840}) {
      Page page = open(browser.citizen(width, 800, ColorScheme.LIGHT), "/");
      assertThat(page.locator("#regions .card")).hasCount(18);
      Browser.assertFitsItsWidth(page);
      page.close();
    }
  }

  /** With all of a capital's improvements, and however slow the phone is. */
  @Test
  void weighsLittleOnAPhone() {
    PageSpeed phone = new PageSpeed(Chrome.find().orElseThrow(), browser.origin());

    PageSpeedReport report = phone.measure(Duration.ofSeconds(2));

    assertThat(report.pageBytes()).isBetween(10_000L, 50_000L);
    assertThat(report.answerBytes()).isBetween(5_000L, 25_000L);
    assertThat(report.rows()).isEqualTo(IMPROVEMENTS);
    assertThat(report.paintMillis()).isPositive();
    for (PageSpeedReport.Frames frames : List.of(report.top(), report.middle())) {
      assertThat(frames.gapsMillis()).isNotEmpty();
      assertThat(frames.workPerFrameMillis()).isPositive();
    }
    assertThat(report.lines()).hasSize(5).noneMatch(line -> line.contains("NaN"));
  }

  @Test
  void sharesALinkOfEachPlaceToSeeAndToVote() {
    BrowserContext viewer = browser.citizen();
    viewer.grantPermissions(List.of("clipboard-read", "clipboard-write"));
    Page page = open(viewer, "/regions/7%20-%20Les%20Chalets%20%2F%20Bayard");
    assertThat(page.locator("#ranking tbody tr")).hasCount(66);

    page.getByRole(AriaRole.BUTTON, named("Share these results")).click();

    assertThat(page.locator("#taken")).containsText("The link is copied:");
    assertThat(copied(page)).isEqualTo(page.url());

    page.getByRole(AriaRole.BUTTON, named("Share the link to vote")).click();

    assertThat(page.locator("#taken code")).containsText("/vote#region=");
    page.navigate(copied(page));
    assertThat(page.locator("#region option:checked")).hasText(REGION);
  }

  @Test
  void showsTheLinkWhereTheBrowserCopiesNothing() {
    Page page = open(browser.citizen(), "/");
    assertThat(page.locator("#total")).hasText("707,455");
    page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(new Error()) }");

    page.getByText("For another website").click();
    page.getByRole(AriaRole.BUTTON, named("Copy")).click();

    assertThat(page.locator("#taken")).containsText("This browser can't copy it. Here it is:");
    assertThat(page.locator("#taken code")).containsText("<iframe src=\"http://");
    Browser.assertAccessible(page);
  }

  private static String copied(Page page) {
    return (String) page.evaluate("() => navigator.clipboard.readText()");
  }

  @Test
  void givesAllTotalsAsFiles() throws Exception {
    Page page = open(browser.citizen(), "/");
    assertThat(page.locator("#total")).hasText("707,455");

    Download table = page.waitForDownload(() -> page.getByText("Table (CSV)").click());
    Download data = page.waitForDownload(() -> page.getByText("Data (JSON)").click());

    assertThat(table.suggestedFilename()).isEqualTo("results.csv");
    assertThat(Files.readAllLines(table.path())).hasSize(1 + IMPROVEMENTS);
    assertThat(data.suggestedFilename()).isEqualTo("results.json");
    assertThat(Files.readString(data.path())).contains("\"votes\":707455");
  }

  @Test
  void printsTheNumbersWithoutTheControls() {
    Page page = open(browser.citizen(1280, 800, ColorScheme.DARK), "/");
    assertThat(page.locator("#regions .card")).hasCount(18);

    page.emulateMedia(new Page.EmulateMediaOptions().setMedia(Media.PRINT));

    assertThat(page.locator("#total")).isVisible();
    assertThat(page.locator("#theme")).isHidden();
    assertThat(page.locator("#search")).isHidden();
    assertThat(page.locator("body")).hasCSS("background-color", "rgb(255, 255, 255)");
    assertThat(page.locator(".bar > span").first()).hasCSS("background-color", "rgb(0, 0, 0)");
  }

  @Test
  void printsASheetForEachRegionWithAllItsImprovements() {
    Page page = open(browser.citizen(), "/");
    assertThat(page.locator("#regions .card")).hasCount(18);

    page.emulateMedia(new Page.EmulateMediaOptions().setMedia(Media.PRINT));

    assertThat(page.locator(".sheet")).hasCount(18);
    assertThat(page.locator(".sheet tbody tr")).hasCount(IMPROVEMENTS);
    assertThat(page.locator(".sheet").first()).hasCSS("break-before", "page");
    assertThat(page.locator("#regions .cards")).isHidden();

    page.emulateMedia(new Page.EmulateMediaOptions().setMedia(Media.SCREEN));

    assertThat(page.locator(".sheet")).hasCount(0);
  }

  @Test
  void aBrowserThatPrintsMakesTheSheets() {
    Page page = open(browser.citizen(), "/");
    assertThat(page.locator("#regions .card")).hasCount(18);

    String pdf = new String(page.pdf(), StandardCharsets.ISO_8859_1);

    assertThat(Pattern.compile("/Type /Page\\b").matcher(pdf).results().count()).isGreaterThan(18);
  }

  // --- Pages
  // --------------------------------------------------------------------------------------

  private static Page open(BrowserContext viewer, String path) {
    Page page = viewer.newPage();
    page.navigate(path);
    return page;
  }

  /** No browser hides a page for a test: it is told to say that it is hidden. */
  private static void hide(Page page, boolean hidden) {
    page.evaluate(
        "hidden => {"
            + " Object.defineProperty(document, 'hidden', {configurable: true, get: () => hidden});"
            + " document.dispatchEvent(new Event('visibilitychange')); }",
        hidden);
  }

  private static LocatorAssertions.HasTextOptions visibleText() {
    return new LocatorAssertions.HasTextOptions().setUseInnerText(true);
  }

  private static Page.GetByRoleOptions named(String name) {
    return new Page.GetByRoleOptions().setName(name);
  }

  private static Page.GetByRoleOptions level1() {
    return new Page.GetByRoleOptions().setLevel(1);
  }

  private static Locator.GetByTextOptions exactly() {
    return new Locator.GetByTextOptions().setExact(true);
  }
}
