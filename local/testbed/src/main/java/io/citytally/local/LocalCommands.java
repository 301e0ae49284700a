package io.citytally.local;

import io.citytally.cli.CommandSet;
import io.citytally.local.cluster.ClusterCommand;
import io.citytally.local.replay.Replay;
import io.citytally.local.replay.ReplayCommand;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The commands that run the whole system on this machine. */
public final class LocalCommands implements CommandSet {

  @Override
  public int rank() {
    return 10;
  }

  @Override
  public List<Object> commands(Path home) {
    return List.of(
        new RunCommand(new LocalRun(home, System.out)),
        new ReplayCommand(new Replay(home, System.out)),
        new ClusterCommand());
  }

  @Override
  public Map<String, String> builtOnDemand() {
    Map<String, String> commands = new LinkedHashMap<>();
    commands.put("chaos", "Holds elections under crashes, old writers and lost answers.");
    commands.put("model-check", "Searches every interleaving for a wrong total.");
    commands.put("simulate", "Runs the pipeline in virtual time, with every fault.");
    commands.put("fuzz", "Feeds bad input to every parser.");
    commands.put("viewers", "Loads the results with many viewers.");
    commands.put("page-speed", "Measures the results on a slow phone.");
    commands.put("screenshots", "Takes pictures of the pages.");
    commands.put("bench", "Measures cost, speed and latency.");
    return commands;
  }
}
