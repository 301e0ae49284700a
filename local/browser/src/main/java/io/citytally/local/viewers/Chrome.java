package io.citytally.local.viewers;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Playwright;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The Chrome or Chromium that is installed on this machine; none is ever downloaded. */
public final class Chrome implements AutoCloseable {

  /** What to do where there is none. */
  public static final String MISSING =
      "there is no Chrome or Chromium here: install one (such as the package chromium), or name it"
          + " in CITYTALLY_CHROME";

  /** No sandbox, as containers have none; and no word to anyone but the page's origin. */
  private static final List<String> ARGUMENTS =
      List.of(
          "--no-sandbox",
          "--disable-gpu",
          "--disable-quic",
          "--no-first-run",
          "--disable-background-networking",
          "--disable-component-update",
          "--disable-sync");

  private static final List<String> NAMES =
      List.of("chromium", "chromium-browser", "google-chrome", "google-chrome-stable");
  private static final String ON_MAC =
      "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome";

  private final Playwright playwright;
  private final Browser browser;

  private Chrome(Playwright playwright, Browser browser) {
    this.playwright = playwright;
    this.browser = browser;
  }

  public static Optional<Path> find() {
    String named = System.getenv("CITYTALLY_CHROME");
    if (named != null) {
      return Optional.of(Path.of(named));
    }
    Stream<String> onPath =
        Stream.of(System.getenv("PATH").split(":"))
            .flatMap(directory -> NAMES.stream().map(name -> directory + "/" + name));
    return Stream.concat(onPath, Stream.of(ON_MAC))
        .map(Path::of)
        .filter(Files::isExecutable)
        .findFirst();
  }

  /**
   * Starts it, without a window.
   *
   * @param more command-line switches in addition
   */
  public static Chrome start(Path executable, String... more) {
    List<String> arguments = new ArrayList<>(ARGUMENTS);
    arguments.addAll(List.of(more));
    Playwright playwright =
        Playwright.create(
            new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
    return new Chrome(
        playwright,
        playwright
            .chromium()
            .launch(
                new BrowserType.LaunchOptions().setExecutablePath(executable).setArgs(arguments)));
  }

  public Browser browser() {
    return browser;
  }

  @Override
  public void close() {
    playwright.close();
  }
}
