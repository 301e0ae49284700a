package io.citytally.local.viewers;

import com.microsoft.playwright.Browser.NewContextOptions;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.WaitForSelectorState;
import io.citytally.local.screen.FewColors;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Pictures of both pages of a running system, in both themes. */
final class Screenshots implements AutoCloseable {

  /** How long the dashboards look on first, so that there is a trend to see. */
  private static final Duration WATCHED = Duration.ofSeconds(75);

  private static final double TIMEOUT_MILLIS = 60_000;

  /** A page that stays open, with the name of its picture. */
  private record View(String name, Page page) {}

  private final Chrome chrome;
  private final URI base;
  private final Path directory;
  private final List<View> dashboards = new ArrayList<>();

  /**
   * @param base where the pages are
   * @param directory gets the pictures
   */
  Screenshots(Path chromeExecutable, URI base, Path directory) {
    chrome = Chrome.start(chromeExecutable);
    this.base = base;
    this.directory = directory;
  }

  /**
   * Takes all of them.
   *
   * @return the files
   */
  List<Path> take() throws IOException {
    for (ColorScheme theme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
      open("dashboard", 1440, 900, 1, theme);
    }
    open("wall", 1920, 1080, 1, ColorScheme.DARK);
    open("phone", 390, 780, 2, ColorScheme.LIGHT);
    dashboards.get(0).page().waitForTimeout(WATCHED.toMillis());
    List<Path> files = new ArrayList<>();
    for (View view : dashboards) {
      files.add(write(view.name(), view.page()));
    }
    for (ColorScheme theme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
      files.add(write(name("vote", theme), vote(theme)));
    }
    return files;
  }

  private void open(String name, int width, int height, int scale, ColorScheme theme) {
    dashboards.add(new View(name(name, theme), page("/", width, height, scale, theme)));
  }

  private Page page(String path, int width, int height, int scale, ColorScheme theme) {
    BrowserContext viewer =
        chrome
            .browser()
            .newContext(
                new NewContextOptions()
                    .setBaseURL(base.toString())
                    .setViewportSize(width, height)
                    .setDeviceScaleFactor(scale)
                    .setColorScheme(theme));
    viewer.setDefaultTimeout(TIMEOUT_MILLIS);
    Page page = viewer.newPage();
    page.navigate(path);
    return page;
  }

  /** Votes for what leads, and waits until that is counted. */
  private Page vote(ColorScheme theme) {
    Page page = page("/vote", 900, 640, 1, theme);
    Locator regions = page.locator("#region option:not([value=''])");
    regions.first().waitFor(new Locator.WaitForOptions().setState(WaitForSelectorState.ATTACHED));
    page.locator("#region").selectOption(regions.first().getAttribute("value"));
    page.locator("#improvements input").first().check();
    page.locator("#cast").click();
    page.locator(".steps li:nth-child(2)[data-state=done]").waitFor();
    return page;
  }

  private Path write(String name, Page page) throws IOException {
    Path file = Files.createDirectories(directory).resolve(name + ".png");
    Files.write(file, FewColors.reduce(page.screenshot()));
    return file;
  }

  private static String name(String name, ColorScheme theme) {
    return name + "-" + theme.name().toLowerCase(Locale.ROOT);
  }

  @Override
  public void close() {
    chrome.close();
  }
}
