package io.citytally.local.viewers;

import com.microsoft.playwright.Browser.NewContextOptions;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import io.citytally.local.screen.FewColors;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Pictures of the way of a citizen who signs in: on a phone in light, and on a laptop in dark. The
 * system is one of {@code citytally run --sign-in}.
 */
final class Film implements AutoCloseable {

  private static final double TIMEOUT_MILLIS = 60_000;

  /** The provider's page says what the password is. */
  private static final Pattern PASSWORD = Pattern.compile("“(\\w+)”");

  private final Chrome chrome;
  private final URI base;
  private final Path directory;
  private final List<Path> files = new ArrayList<>();

  /**
   * @param base where the pages are
   * @param directory gets the pictures
   */
  Film(Path chromeExecutable, URI base, Path directory) {
    chrome = Chrome.start(chromeExecutable);
    this.base = base;
    this.directory = directory;
  }

  /**
   * Takes all of them. The votes that it casts are withdrawn.
   *
   * @return the files
   */
  List<Path> take() throws IOException {
    go("phone-light", page(390, 780, 2, ColorScheme.LIGHT));
    go("laptop-dark", page(1280, 800, 1, ColorScheme.DARK));
    return files;
  }

  private Page page(int width, int height, int scale, ColorScheme theme) {
    BrowserContext citizen =
        chrome
            .browser()
            .newContext(
                new NewContextOptions()
                    .setBaseURL(base.toString())
                    .setViewportSize(width, height)
                    .setDeviceScaleFactor(scale)
                    .setColorScheme(theme));
    citizen.setDefaultTimeout(TIMEOUT_MILLIS);
    return citizen.newPage();
  }

  private void go(String view, Page page) throws IOException {
    page.navigate("/vote");
    page.locator("#sign-in").waitFor();
    write("1-sign-in", view, page);

    page.locator("#sign-in").click();
    page.locator("#password").fill(password(page));
    write("2-provider", view, page);

    button(page, "Sign in").click();
    page.locator("#region").selectOption("0");
    Locator choices = page.locator("#improvements input");
    while (page.locator("#improvements [aria-disabled=true]").count() == 0) {
      choices.nth(page.locator("#improvements :checked").count()).check();
    }
    write("3-limit", view, page);

    page.locator("#cast").click();
    page.locator(".steps li:nth-child(2)[data-state=done]").waitFor();
    write("4-counted", view, page);

    page.getByText("Withdraw", new Page.GetByTextOptions().setExact(true)).click();
    button(page, "Yes, withdraw").click();
    page.locator(".steps li:nth-child(2)[data-state=done]").waitFor();
  }

  private static String password(Page page) {
    Matcher matcher = PASSWORD.matcher(page.locator("main").innerText());
    if (!matcher.find()) {
      throw new IllegalStateException("the provider's page shows no password: " + page.url());
    }
    return matcher.group(1);
  }

  private static Locator button(Page page, String name) {
    return page.getByRole(
        AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name).setExact(true));
  }

  private void write(String step, String view, Page page) throws IOException {
    Path file = Files.createDirectories(directory).resolve("film-" + step + "-" + view + ".png");
    Files.write(file, FewColors.reduce(page.screenshot()));
    files.add(file);
  }

  @Override
  public void close() {
    chrome.close();
  }
}
