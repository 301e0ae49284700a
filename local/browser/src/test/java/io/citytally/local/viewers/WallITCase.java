package io.citytally.local.viewers;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.zxing.BinaryBitmap;
import com.google.zxing.RGBLuminanceSource;
import com.google.zxing.common.HybridBinarizer;
import com.google.zxing.qrcode.QRCodeReader;
import com.microsoft.playwright.Browser.NewPageOptions;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.ColorScheme;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.citytally.local.city.City;
import io.citytally.vote.Choice;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The results on a wall, and in a frame of another website: for viewers who only look. */
class WallITCase {

  private static final int REGIONS = 12;
  private static final int FRAME_MILLIS = 10_000;
  private static final String WITHOUT_POINTER =
      "--blink-settings=primaryPointerType=1,availablePointerTypes=1";
  private static final String LONG = "W".repeat(256);

  /** What can be read from afar: a letter of a 27th of the screen's shorter side. */
  private static final String TEXTS =
      """
      () => {
        const least = Math.min(innerWidth, innerHeight) / 27 - 0.5
        const wrong = []
        const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
        for (let node = walker.nextNode(); node; node = walker.nextNode()) {
          const place = node.parentElement
          if (!node.data.trim() || place.closest('.unseen, noscript, [hidden]')) {
            continue
          }
          if (parseFloat(getComputedStyle(place).fontSize) < least) {
            wrong.push(`small: ${node.data}`)
          }
          // What is cut off on purpose is as large as what cuts it off.
          const cut = place.closest('.where, .title, h1 bdi, h2 bdi, #address') ?? place
          const { left, top, right, bottom } = cut.getBoundingClientRect()
          if (left < 0 || top < 0 || right > innerWidth + 1 || bottom > innerHeight + 1) {
            wrong.push(`outside: ${node.data}`)
          }
        }
        const table = document.querySelector('.stage table').getBoundingClientRect()
        const number = document.querySelector('#frame-number').getBoundingClientRect()
        if (table.bottom > number.top + 1) {
          wrong.push('the table reaches into what is below it')
        }
        return wrong
      }
      """;

  private static City city;
  private static Browser browser;
  private static HttpServer elsewhere;
  private static URI origin;

  @BeforeAll
  static void start() throws Exception {
    city = City.withDynamoDbStreams();
    Map<Choice, String> titles = new LinkedHashMap<>();
    for (int region = 1; region <= REGIONS; region++) {
      for (int improvement = 1; improvement <= 7; improvement++) {
        titles.put(
            new Choice("District " + region, "I" + improvement),
            "An improvement to the district that takes more than one line, number " + improvement);
      }
    }
    city.cloud().publishBallot(titles);
    origin = city.startWeb().address();
    elsewhere = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    elsewhere.createContext("/", WallITCase::frameBoth);
    elsewhere.start();
    browser =
        Browser.startAt(origin, URI.create("http://127.0.0.1:" + elsewhere.getAddress().getPort()));
  }

  /** A website that frames the summary, and what nobody may frame. */
  private static void frameBoth(HttpExchange exchange) throws IOException {
    byte[] body =
        ("<!doctype html><title>Elsewhere</title><link rel=icon href=data:>"
                + frame("/embed")
                + frame("/"))
            .getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "text/html");
    exchange.sendResponseHeaders(200, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  @AfterAll
  static void stop() throws Exception {
    if (browser != null) {
      browser.close();
    }
    elsewhere.stop(0);
    city.close();
  }

  @AfterEach
  void nothingWentWrong() {
    browser.assertNothingWentWrong();
  }

  @Test
  void showsEachRegionInTurnWithNobodyThere() {
    Page page = wall(1920, 1080);
    TreeSet<String> seen = new TreeSet<>();

    for (int frame = 0; frame <= REGIONS; frame++) {
      seen.add(page.locator("#frame-title").textContent());
      page.clock().runFor(FRAME_MILLIS);
    }

    TreeSet<String> all = new TreeSet<>(List.of("Leading improvements"));
    IntStream.rangeClosed(1, REGIONS).forEach(region -> all.add("District " + region));
    assertThat(seen).isEqualTo(all);
  }

  @ParameterizedTest
  @CsvSource({"1920, 1080", "3840, 2160", "1080, 1920", "1366, 768"})
  void canBeReadFromAfarAndNeedsNoScrolling(int width, int height) {
    for (int regions : new int[] {1, REGIONS, 40}) {
      Page page = browser.citizen(width, height, ColorScheme.LIGHT).newPage();
      page.route("**/api/results", route -> answerWith(route, regions));
      page.clock().install();
      page.navigate("/wall");
      assertThat(page.locator("#table tbody tr").first()).isVisible();
      assertThat(page.locator("#code")).isVisible();

      for (int frame = 0; frame < 3; frame++) {
        assertThat((List<?>) page.evaluate(TEXTS))
            .as("%d x %d, %d regions, frame %d", width, height, regions, frame)
            .isEmpty();
        page.clock().runFor(FRAME_MILLIS);
      }
      page.close();
    }
  }

  @Test
  void leadsPhonesToTheVotingPage() throws Exception {
    Page page = wall(1920, 1080);
    assertThat(page.locator("#code")).isVisible();

    BufferedImage code = ImageIO.read(new ByteArrayInputStream(page.screenshot()));

    int[] pixels = code.getRGB(0, 0, code.getWidth(), code.getHeight(), null, 0, code.getWidth());
    BinaryBitmap bitmap =
        new BinaryBitmap(
            new HybridBinarizer(new RGBLuminanceSource(code.getWidth(), code.getHeight(), pixels)));
    assertThat(new QRCodeReader().decode(bitmap).getText()).isEqualTo(origin + "/vote");
  }

  @Test
  void isWhereALargeScreenWithoutAnyPointerEndsUp() {
    try (Chrome chrome = Chrome.start(Chrome.find().orElseThrow(), WITHOUT_POINTER)) {
      for (int width : new int[] {1920, 3840}) {
        Page page = chrome.browser().newPage(new NewPageOptions().setViewportSize(width, 1080));
        page.navigate(origin + "/");
        assertThat(page).hasURL(origin + "/wall");
      }
      Page phone = chrome.browser().newPage(new NewPageOptions().setViewportSize(390, 844));
      phone.navigate(origin + "/");
      assertThat(phone.locator("#total")).hasText("0");
      assertThat(phone).hasURL(origin + "/");
    }
  }

  @Test
  void aKeyShowsTheWayToTheResultsOfALargeScreenWithoutAnyPointer() {
    try (Chrome chrome = Chrome.start(Chrome.find().orElseThrow(), WITHOUT_POINTER)) {
      Page page = chrome.browser().newPage(new NewPageOptions().setViewportSize(1920, 1080));
      page.navigate(origin + "/");
      assertThat(page.locator("#table-headings th")).hasCount(3);
      assertThat(page.locator("#way-out")).hasClass("unseen");

      page.keyboard().press("Tab");

      assertThat(page.locator("#way-out")).not().hasClass("unseen");
      assertThat(page.locator("#way-out")).isFocused();
      page.keyboard().press("Enter");
      assertThat(page).hasURL(origin + "/?wall=off");
      assertThat(page.locator("#total")).hasText("0");
      assertThat(page.locator("#regions .card")).hasCount(REGIONS);
    }
  }

  @Test
  void burnsNothingIn() {
    Page page = wall(1920, 1080);
    List<Double> places = new ArrayList<>();

    for (int minute = 0; minute < 11; minute++) {
      places.add(page.locator("#code").boundingBox().x);
      page.clock().runFor(60_000);
    }

    // From one side to the other, and never twice running at the same place.
    assertThat(
            places.stream().mapToDouble(each -> each).max().orElseThrow()
                - places.stream().mapToDouble(each -> each).min().orElseThrow())
        .isGreaterThan(1920 / 2.0);
    assertThat(
            IntStream.range(1, places.size())
                .allMatch(i -> !places.get(i).equals(places.get(i - 1))))
        .isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"en", "ar"})
  void isAccessibleInEachDirection(String language) {
    Page page = browser.citizen(language).newPage();
    for (String path : List.of("/wall", "/embed")) {
      page.navigate(path);
      assertThat(page.locator("html")).hasAttribute("lang", language);
      assertThat(page.locator("#table-headings th")).hasCount(3);
      Browser.assertAccessible(page);
      Browser.assertFitsItsWidth(page);
    }
  }

  @Test
  void anotherWebsiteFramesTheSummaryAndNothingElse() {
    Page page = browser.citizen().newPage();

    page.navigate("http://127.0.0.1:" + elsewhere.getAddress().getPort() + "/");

    assertThat(page.frameLocator("iframe >> nth=0").locator("#total")).hasText("0");
    assertThat(page.frameLocator("iframe >> nth=0").locator("a, button, input, summary"))
        .hasCount(0);
    assertThat(page.frameLocator("iframe >> nth=1").locator("main")).hasCount(0);
    browser.assertRefusedAFrame();
  }

  @Test
  void theSummaryShowsTheFiveRegionsWithTheMostBallotsWhileResultsAreHidden() {
    Page page = browser.citizen().newPage();
    StringBuilder regions = new StringBuilder();
    for (int region = 1; region <= REGIONS; region++) {
      regions
          .append(region == 1 ? "" : ",")
          .append(
              """
              {"region":"District %d","ballots":%d}"""
                  .formatted(region, 100 * region));
    }
    page.route(
        "**/api/results",
        route ->
            route.fulfill(
                new Route.FulfillOptions()
                    .setContentType("application/json")
                    .setBody(
                        """
                        {"asOf":"2026-05-01T12:00:00Z","stale":false,"results":"turnout","regions":[%s]}"""
                            .formatted(regions))));

    page.navigate("/embed");

    assertThat(page.locator("#table tbody tr")).hasCount(5);
    assertThat(page.locator("#table tbody tr").first()).containsText("District 12");
  }

  private static Page wall(int width, int height) {
    Page page = browser.citizen(width, height, ColorScheme.LIGHT).newPage();
    page.clock().install();
    page.navigate("/wall");
    assertThat(page.locator("#frame-title")).not().isEmpty();
    return page;
  }

  /** Results of so many regions, the first with the longest name that there can be. */
  private static void answerWith(Route route, int regions) {
    StringBuilder all = new StringBuilder();
    for (int region = 1; region <= regions; region++) {
      StringBuilder improvements = new StringBuilder();
      for (int improvement = 1; improvement <= 6; improvement++) {
        improvements
            .append(improvement == 1 ? "" : ",")
            .append(
                """
                {"improvement":"I%1$d","title":"%2$s %1$d","votes":%3$d}"""
                    .formatted(
                        improvement,
                        improvement == 1 ? LONG : "Trees ".repeat(12),
                        900_000 - improvement));
      }
      all.append(region == 1 ? "" : ",")
          .append(
              """
              {"region":"%s","votes":%d,"improvements":[%s]}"""
                  .formatted(region == 1 ? LONG : "District " + region, 9_999_999, improvements));
    }
    route.fulfill(
        new Route.FulfillOptions()
            .setContentType("application/json")
            .setBody(
                """
                {"asOf":"2026-05-01T12:00:00Z","stale":false,"votes":99999999,"recent":[],"regions":[%s]}"""
                    .formatted(all)));
  }

  private static String frame(String path) {
    return "<iframe title=city src=" + origin + path + " width=400 height=500></iframe>";
  }
}
