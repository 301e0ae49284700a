package io.citytally.local.viewers;

import com.microsoft.playwright.Browser.NewContextOptions;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import io.citytally.local.screen.FewColors;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;

/** Opens the pages of a running system in a browser, and writes pictures of them. */
final class Camera implements AutoCloseable {

  private static final Duration TIMEOUT = Duration.ofSeconds(90);

  /**
   * How a page is looked at.
   *
   * @param device names the size
   * @param scale pixels of the picture for each of the page
   * @param language of the browser
   */
  record View(String device, int width, int height, int scale, ColorScheme theme, String language) {

    private static final String ENGLISH = "en";

    View(String device, int width, int height, int scale, ColorScheme theme) {
      this(device, width, height, scale, theme, ENGLISH);
    }

    static View phone(ColorScheme theme) {
      return new View("phone", 390, 844, 2, theme);
    }

    static View laptop(ColorScheme theme) {
      return new View("laptop", 1280, 800, 1, theme);
    }

    View in(String other) {
      return new View(device, width, height, scale, theme, other);
    }

    /** As the picture's file is called: device, theme, and the language if it is not English. */
    String name() {
      return device
          + "-"
          + theme.name().toLowerCase(Locale.ROOT)
          + (language.equals(ENGLISH) ? "" : "-" + language);
    }
  }

  private final Chrome chrome;
  private final URI base;
  private final Path directory;

  /**
   * @param base where the pages are
   * @param directory gets the pictures
   */
  Camera(Path chromeExecutable, URI base, Path directory) {
    chrome = Chrome.start(chromeExecutable);
    this.base = base;
    this.directory = directory;
  }

  /** A page in a browser of its own, which shares nothing with the others. */
  Page page(View view) {
    BrowserContext citizen =
        chrome
            .browser()
            .newContext(
                new NewContextOptions()
                    .setBaseURL(base.toString())
                    .setViewportSize(view.width(), view.height())
                    .setDeviceScaleFactor(view.scale())
                    .setColorScheme(view.theme())
                    .setLocale(view.language()));
    citizen.setDefaultTimeout(TIMEOUT.toMillis());
    return citizen.newPage();
  }

  /**
   * Writes what is seen of the page from its top.
   *
   * @param name of the file, without its ending
   */
  Path write(String name, Page page) throws IOException {
    page.evaluate("scrollTo(0, 0)");
    return write(name, page.screenshot());
  }

  /**
   * Writes a part of a page.
   *
   * @param name of the file, without its ending
   */
  Path write(String name, Locator part) throws IOException {
    return write(name, part.screenshot());
  }

  private Path write(String name, byte[] picture) throws IOException {
    Path file = Files.createDirectories(directory).resolve(name + ".png");
    Files.write(file, FewColors.reduce(picture));
    return file;
  }

  @Override
  public void close() {
    chrome.close();
  }
}
