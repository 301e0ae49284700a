package io.citytally.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.deque.html.axecore.results.Rule;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.ColorScheme;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The Chrome or Chromium of this machine, and what is asked of every page in it. */
final class Browser implements AutoCloseable {

  /** WCAG 2.2, levels A and AA, and what axe holds good practice beyond. */
  private static final List<String> RULES =
      List.of("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice");

  private static final List<String> ARGUMENTS =
      List.of(
          "--no-sandbox",
          "--disable-gpu",
          "--disable-quic",
          "--no-first-run",
          "--disable-background-networking",
          "--disable-component-update",
          "--disable-sync");

  private final Playwright playwright;
  private final com.microsoft.playwright.Browser browser;
  private final String origin;
  private final List<BrowserContext> contexts = new ArrayList<>();
  private final List<String> foreignRequests = new ArrayList<>();
  private final List<String> errors = new ArrayList<>();

  private Browser(Path executable, URI origin) {
    this.origin = origin.toString();
    playwright =
        Playwright.create(
            new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
    browser =
        playwright
            .chromium()
            .launch(
                new BrowserType.LaunchOptions().setExecutablePath(executable).setArgs(ARGUMENTS));
    PlaywrightAssertions.setDefaultAssertionTimeout(City.PATIENCE.toMillis());
  }

  /** Starts it, or has the test skipped where there is none. */
  static Browser startAt(URI origin) {
    Optional<Path> executable = find();
    assumeTrue(
        executable.isPresent(),
        "there is no Chrome or Chromium here: install one (such as the package chromium), or name"
            + " it in CITYTALLY_CHROME");
    return new Browser(executable.get(), origin);
  }

  /** Whether tests in a browser are skipped here. */
  static Optional<Path> find() {
    String named = System.getenv("CITYTALLY_CHROME");
    if (named != null) {
      return Optional.of(Path.of(named));
    }
    Stream<String> onPath =
        Stream.of(System.getenv("PATH").split(":"))
            .flatMap(
                directory ->
                    Stream.of("chromium", "chromium-browser", "google-chrome")
                        .map(name -> directory + "/" + name));
    return Stream.concat(
            onPath, Stream.of("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"))
        .map(Path::of)
        .filter(Files::isExecutable)
        .findFirst();
  }

  /** The browser of another citizen, who shares nothing with the others. */
  BrowserContext citizen() {
    return citizen(1280, 800, ColorScheme.LIGHT);
  }

  BrowserContext citizen(int width, int height, ColorScheme scheme) {
    BrowserContext context =
        browser.newContext(
            new com.microsoft.playwright.Browser.NewContextOptions()
                .setBaseURL(origin)
                .setViewportSize(width, height)
                .setColorScheme(scheme));
    contexts.add(context);
    context.setDefaultTimeout(City.PATIENCE.toMillis());
    context.onRequest(
        request -> {
          if (!request.url().startsWith(origin + "/")) {
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

  /** Fails a request on purpose, or asks for what is not there: the browser says so itself. */
  void forgetFailedRequests() {
    errors.removeIf(error -> error.startsWith("Failed to load resource"));
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
    List<Rule> violations = new AxeBuilder(page).withTags(RULES).analyze().getViolations();
    assertThat(violations)
        .as("violations on %s", page.url())
        .extracting(rule -> rule.getId() + ": " + rule.getNodes())
        .isEmpty();
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
    playwright.close();
  }
}
