package io.citytally.local.viewers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.deque.html.axecore.results.Rule;
import com.microsoft.playwright.Browser.NewContextOptions;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.ColorScheme;
import io.citytally.local.city.City;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The Chrome or Chromium of this machine, and what is asked of every page in it. */
public final class Browser implements AutoCloseable {

  /** WCAG 2.2, levels A and AA, and what axe holds good practice beyond. */
  private static final List<String> RULES =
      List.of("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice");

  private static final int LAPTOP_WIDTH = 1280;
  private static final int PHONE_WIDTH = 320;

  private final Chrome chrome;
  private final String origin;
  private final List<URI> alsoAsked;
  private final List<BrowserContext> contexts = new ArrayList<>();
  private final List<String> foreignRequests = new ArrayList<>();
  private final List<String> errors = new ArrayList<>();

  private Browser(Path executable, URI origin, List<URI> alsoAsked) {
    this.origin = origin.toString();
    this.alsoAsked = alsoAsked;
    chrome = Chrome.start(executable);
    PlaywrightAssertions.setDefaultAssertionTimeout(City.TIMEOUT.toMillis());
  }

  /**
   * Starts it, or has the test skipped where there is none.
   *
   * @param alsoAsked other origins that the pages may ask
   */
  static Browser startAt(URI origin, URI... alsoAsked) {
    Optional<Path> executable = Chrome.find();
    assumeTrue(executable.isPresent(), Chrome.MISSING);
    return new Browser(executable.get(), origin, List.of(alsoAsked));
  }

  /** Where the pages are. */
  URI origin() {
    return URI.create(origin);
  }

  /** The browser of another citizen, who shares nothing with the others. */
  BrowserContext citizen() {
    return citizen(1280, 800, ColorScheme.LIGHT);
  }

  BrowserContext citizen(int width, int height, ColorScheme scheme) {
    return citizen(options().setViewportSize(width, height).setColorScheme(scheme));
  }

  /** The browser of a citizen who reads this language. */
  BrowserContext citizen(String locale) {
    return citizen(options().setLocale(locale));
  }

  private NewContextOptions options() {
    return new NewContextOptions().setBaseURL(origin).setViewportSize(1280, 800);
  }

  private BrowserContext citizen(NewContextOptions options) {
    BrowserContext context = chrome.browser().newContext(options);
    contexts.add(context);
    context.setDefaultTimeout(City.TIMEOUT.toMillis());
    context.onRequest(
        request -> {
          if (!request.url().startsWith(origin + "/")
              && alsoAsked.stream().noneMatch(other -> request.url().startsWith(other + "/"))) {
            foreignRequests.add(request.url());
          }
        });
    context.onConsoleMessage(
        message -> {
          if (List.of("error", "warning").contains(message.type())) {
            errors.add(message.text());
          }
        });
    context.onWebError(error -> errors.add(error.error()));
    return context;
  }

  /**
   * Fails a request on purpose, or asks for what is not there: the browser says so itself. A page
   * that would ask again must be closed before.
   */
  void forgetFailedRequests() {
    errors.removeIf(error -> error.startsWith("Failed to load resource"));
  }

  /** A website tried to frame a page that no website may frame: the browser says so itself. */
  void assertRefusedAFrame() {
    assertThat(errors.removeIf(error -> error.contains("frame-ancestors 'none'"))).isTrue();
  }

  /** What holds for all pages at all times; forgets the citizens. */
  void assertNothingWentWrong() {
    contexts.forEach(BrowserContext::close);
    contexts.clear();
    List<String> said = List.copyOf(errors);
    List<String> asked = List.copyOf(foreignRequests);
    errors.clear();
    foreignRequests.clear();
    assertThat(said).as("errors on the console").isEmpty();
    assertThat(asked).as("requests to elsewhere").isEmpty();
  }

  static void assertAccessible(Page page) {
    // No page has frames, so axe needs no page of its own to put their results together.
    List<Rule> violations =
        new AxeBuilder(page).withTags(RULES).setLegacyMode(true).analyze().getViolations();
    assertThat(violations)
        .as("violations on %s", page.url())
        .extracting(rule -> rule.getId() + ": " + rule.getNodes())
        .isEmpty();
  }

  /** The same, on a laptop in dark and on a phone in light, where it also fits. */
  static void assertAccessibleAnywhere(Page page) {
    for (ColorScheme theme : new ColorScheme[] {ColorScheme.DARK, ColorScheme.LIGHT}) {
      page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(theme));
      page.setViewportSize(
          theme == ColorScheme.DARK ? LAPTOP_WIDTH : PHONE_WIDTH, page.viewportSize().height);
      assertAccessible(page);
      assertFitsItsWidth(page);
    }
  }

  /** Nothing is cut off at the side, nor has to be scrolled to. */
  static void assertFitsItsWidth(Page page) {
    assertThat(
            page.evaluate(
                "document.documentElement.scrollWidth - document.documentElement.clientWidth"))
        .as("pixels beyond the width of %s", page.url())
        .isEqualTo(0);
  }

  @Override
  public void close() {
    chrome.close();
  }
}
