package io.citytally.local.viewers;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import io.citytally.election.Languages;
import io.citytally.local.city.City;
import io.citytally.vote.Choice;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Both pages in each language, to the left and to the right, with names of either direction. */
class LanguagesITCase {

  private static final String HEBREW = "שכונת \u202eהנמל (צפון) 1/2";
  private static final String MARKUP = "<b dir=\"ltr\">(North) 1/2</b>";
  private static final Choice PARK = new Choice(HEBREW, "park");
  private static final Choice POOL = new Choice(MARKUP, "pool");
  private static final List<String> RIGHT_TO_LEFT = List.of("ar");

  /**
   * The keys and English texts that are left on a page, in its elements and what they are called.
   */
  private static final String UNTRANSLATED =
      """
      async language => {
        const read = async tag => (await fetch(`/text/${tag}.json`)).json()
        const [english, own] = await Promise.all([read('en'), read(language)])
        const formsIn = texts =>
          new Set(Object.values(texts).flatMap(said => typeof said === 'object' ? Object.values(said) : said))
        const isOwn = formsIn(own)
        const patterns = [...formsIn(english)]
          .filter(form => !isOwn.has(form) && /\\p{L}{2}/u.test(form.replace(/\\{\\w+\\}/g, '')))
          .map(form => form.replace(/[.*+?^$()|[\\]\\\\]/g, '\\\\$&').replace(/\\{\\w+\\}/g, '.+'))
          .map(pattern => new RegExp(`^${pattern}$`, 'su'))
        const said = [document.title, document.querySelector('meta[name=description]').content]
        const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
        for (let node = walker.nextNode(); node; node = walker.nextNode()) {
          if (!node.parentElement.closest('noscript, script, [lang]:not(html)')) {
            said.push(node.data)
          }
        }
        for (const name of ['aria-label', 'placeholder', 'title', 'alt']) {
          document.querySelectorAll(`[${name}]`).forEach(place => said.push(place.getAttribute(name)))
        }
        return said
          .map(text => text.trim())
          .filter(text => text in english || patterns.some(pattern => pattern.test(text)))
      }
      """;

  private static City city;
  private static Browser browser;

  @BeforeAll
  static void start() throws Exception {
    city = City.withDynamoDbStreams();
    city.cloud().publishBallot(Map.of(PARK, MARKUP, POOL, HEBREW));
    city.startJob(city.settings(Duration.ofMillis(100), 1, 1), Optional.empty());
    browser = Browser.startAt(city.startWeb().address());
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

  static List<String> languages() {
    return Languages.TAGS;
  }

  @ParameterizedTest
  @MethodSource("languages")
  void eachLanguageIsAccessibleAndFitsAPhone(String language) {
    Page voting = open(language, "/vote");
    Locator html = voting.locator("html");
    assertThat(html).hasAttribute("lang", language);
    assertThat(html).hasAttribute("dir", RIGHT_TO_LEFT.contains(language) ? "rtl" : "ltr");
    Browser.assertAccessibleAnywhere(voting);

    vote(voting);
    Browser.assertAccessibleAnywhere(voting);

    voting.navigate("/");
    assertThat(voting.locator("#regions .card")).hasCount(2);
    for (String name : List.of(HEBREW, MARKUP)) {
      assertThat(voting.locator("#regions h3 bdi").getByText(name)).hasText(name);
    }
    Browser.assertAccessibleAnywhere(voting);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ar", "de", "uk"})
  void noEnglishIsLeftOnAnyPage(String language) {
    Page page = open(language, "/vote");
    vote(page);
    assertSpeaks(language, page);

    page.navigate("/");
    assertThat(page.locator("#regions .card")).not().hasCount(0);
    page.locator("#course summary").click();
    assertThat(page.locator("#course-rows tr")).not().hasCount(0);
    assertSpeaks(language, page);

    page.locator("#regions .card a").first().click();
    assertThat(page).hasURL(Pattern.compile("/regions/"));
    assertThat(page.locator("#ranking .bar").first()).isVisible();
    assertSpeaks(language, page);

    for (String path : List.of("/wall", "/embed")) {
      page.navigate(path);
      assertThat(page.locator("#live[data-state=live]")).isVisible();
      assertThat(page.locator("#table .bar").first()).isVisible();
      assertSpeaks(language, page);
    }
  }

  @Test
  void barsBeginWhereTheLineBegins() {
    Page page = open("ar", "/vote");
    vote(page);

    page.navigate("/");
    Locator bar = page.locator("#ranking .bar > span").first();
    assertThat(bar).isAttached();

    assertThat(bar.evaluate("bar => parseFloat(getComputedStyle(bar).transformOrigin)"))
        .isEqualTo(bar.evaluate("bar => parseFloat(getComputedStyle(bar).width)"));
  }

  @Test
  void theReadersChoiceStaysOnTheNextPage() {
    Page page = open("en-US", "/");
    Locator choice = page.getByLabel("Language");
    assertThat(choice.locator("option")).hasCount(Languages.TAGS.size());

    choice.selectOption("ar");

    assertThat(page.locator("html")).hasAttribute("dir", "rtl");
    assertThat(page.locator("#place")).hasText("المدينة كلها");
    page.navigate("/vote");
    assertThat(page.locator("#language")).hasValue("ar");
    assertThat(page.locator("#title")).hasText("التصويت");
  }

  @Test
  void withoutTheFileOfItsTextsAPageIsInEnglish() {
    Page page = browser.citizen("de").newPage();
    page.route("**/text/de.json", Route::abort);
    page.navigate("/");

    assertThat(page.locator("html")).hasAttribute("lang", "en");
    assertThat(page.locator("#place")).hasText("The whole city");
    assertThat(page.locator("#live")).containsText("Live");
    browser.forgetFailedRequests();
  }

  private static void vote(Page page) {
    page.locator("#region").selectOption("1");
    page.locator("#improvements input").check();
    page.locator("#cast").click();
    assertThat(page.locator(".steps li:nth-child(2)[data-state=done]")).isVisible();
  }

  private static void assertSpeaks(String language, Page page) {
    Locator html = page.locator("html");
    assertThat(html).hasAttribute("lang", language);
    assertThat(html).hasAttribute("dir", RIGHT_TO_LEFT.contains(language) ? "rtl" : "ltr");
    assertThat((List<?>) page.evaluate(UNTRANSLATED, language))
        .as("English on %s", page.url())
        .isEmpty();
  }

  private static Page open(String locale, String path) {
    Page page = browser.citizen(locale).newPage();
    page.navigate(path);
    return page;
  }
}
