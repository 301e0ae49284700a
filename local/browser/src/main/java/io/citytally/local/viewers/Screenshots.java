package io.citytally.local.viewers;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.WaitForSelectorState;
import io.citytally.local.viewers.Camera.View;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Pictures of both pages of a running system, in both themes, and from right to left. */
final class Screenshots {

  /** How long the dashboards look on first, so that there are last minutes to see. */
  private static final Duration WATCHED = Duration.ofSeconds(75);

  private static final List<ColorScheme> THEMES = List.of(ColorScheme.LIGHT, ColorScheme.DARK);

  private static final String RIGHT_TO_LEFT = "ar";

  private final Camera camera;

  Screenshots(Camera camera) {
    this.camera = camera;
  }

  /**
   * Takes all of them.
   *
   * @return the files
   */
  List<Path> take() throws IOException {
    Map<View, Page> dashboards = new LinkedHashMap<>();
    for (ColorScheme theme : THEMES) {
      open(new View("dashboard", 1440, 900, 1, theme), "/", dashboards);
    }
    open(new View("wall", 1920, 1080, 1, ColorScheme.DARK), "/wall", dashboards);
    open(View.phone(ColorScheme.LIGHT), "/", dashboards);
    open(View.phone(ColorScheme.LIGHT).in(RIGHT_TO_LEFT), "/", dashboards);
    dashboards.values().iterator().next().waitForTimeout(WATCHED.toMillis());
    List<Path> files = new ArrayList<>();
    for (Map.Entry<View, Page> dashboard : dashboards.entrySet()) {
      dashboard.getValue().locator("#live[data-state=live]").waitFor();
      files.add(write(dashboard.getKey(), dashboard.getValue()));
    }
    for (ColorScheme theme : THEMES) {
      View view = new View("vote", 900, 640, 1, theme);
      files.add(write(view, vote(view)));
    }
    return files;
  }

  private void open(View view, String path, Map<View, Page> dashboards) {
    Page page = camera.page(view);
    page.navigate(path);
    dashboards.put(view, page);
  }

  /** Votes for what leads, and waits until that is counted. */
  private Page vote(View view) {
    Page page = camera.page(view);
    page.navigate("/vote");
    Locator regions = page.locator("#region option:not([value=''])");
    regions.first().waitFor(new Locator.WaitForOptions().setState(WaitForSelectorState.ATTACHED));
    page.locator("#region").selectOption(regions.first().getAttribute("value"));
    page.locator("#improvements input").first().check();
    page.locator("#cast").click();
    page.locator(".steps li:nth-child(2)[data-state=done]").waitFor();
    return page;
  }

  private Path write(View view, Page page) throws IOException {
    return camera.write(view.name(), page);
  }
}
