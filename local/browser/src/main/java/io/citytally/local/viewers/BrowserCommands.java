package io.citytally.local.viewers;

import io.citytally.cli.CommandSet;
import java.nio.file.Path;
import java.util.List;

/** The commands that look at the pages with a real browser. */
public final class BrowserCommands implements CommandSet {

  @Override
  public int rank() {
    return 30;
  }

  @Override
  public List<Object> commands(Path home) {
    return List.of(new ViewersCommand(), new PageSpeedCommand(), new ScreenshotsCommand());
  }
}
