package io.citytally.cli.ballot;

import io.citytally.cli.aws.TargetMixin;
import io.citytally.cli.command.Bounds;
import io.citytally.cli.command.Work;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code citytally ballot}. */
@Command(
    name = "ballot",
    sortOptions = false,
    description = {
      "Puts the ballot in a file in place on a running system, here or on AWS.",
      "",
      "Shows what changes, and asks before it writes. The file is in the format in which --show"
          + " prints the present ballot:",
      "  {\"currency\": \"EUR\", \"regions\": [{\"region\": \"Old Town\", \"budget\": 120000,",
      "      \"improvements\": [{\"improvement\": \"benches\", \"title\": \"Benches in the shade\",",
      "        \"description\": \"Forty of them.\", \"cost\": 34000, \"place\": \"Market Square\",",
      "        \"image\": \"/projects/benches.jpg\", \"link\": \"https://lunden.example/benches\"}]}]}",
      "Only the names and the title are required. Title and description may be texts by language, as"
          + " in {\"en\": \"Benches\", \"pl\": \"Ławki\"}; the first holds for all others. With"
          + " \"ordered\": true, the pages keep the order of the file; else, they sort by title.",
      "",
      "A choice that the file leaves out can no longer be voted for. Its votes stay, are shown, and"
          + " can be withdrawn.",
      "A choice with \"hidden\": true after its title can't be voted for either, and is shown"
          + " nowhere: not on the pages, not in the API, not in its sums. Its votes are counted all"
          + " the same. It stays hidden if the file leaves it out; to show it again, put it in the"
          + " file without \"hidden\".",
      ""
    },
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {
      "0:the ballot is as the file says",
      "1:it failed, perhaps with a part written; run it again",
      "2:the file or an option was refused, or there was no terminal to ask on; nothing was written",
      "3:you answered no; nothing was written"
    },
    footer = {
      "",
      "For instance:",
      "  citytally ballot --show > my-city.json",
      "  citytally ballot --map districts.geojson my-city.json",
      "  citytally ballot --region eu-west-1 --ballot-table city-storage-ballot \\",
      "    --election-table city-storage-election my-city.json"
    })
public final class BallotCommand implements Callable<Integer> {

  private final Work<BallotOptions> work;

  @Spec CommandSpec command;

  @ArgGroup(multiplicity = "1")
  Choice choice = new Choice();

  /** What to do: one of these. */
  static final class Choice {

    @Parameters(paramLabel = "FILE.json", description = "The ballot.")
    @Nullable Path file;

    @Option(names = "--show", description = "Prints the present ballot as such a file.")
    boolean show;
  }

  @Option(
      names = "--map",
      paramLabel = "FILE.geojson",
      description =
          "Draws the regions on the pages: a FeatureCollection of GeoJSON, with a Polygon or"
              + " MultiPolygon for a region, whose property \"region\" or \"name\" is its name. A map"
              + " with many positions is simplified. Without this option, the present map stays.")
  @Nullable Path map;

  @Option(names = "--yes", description = "Writes without asking.")
  boolean yes;

  @Option(
      names = "--election-table",
      paramLabel = "NAME",
      defaultValue = "election",
      description =
          "The table of the election, which holds budgets, descriptions and the map (default:"
              + " ${DEFAULT-VALUE}).")
  String electionTable;

  @Mixin TargetMixin target;

  public BallotCommand(Work<BallotOptions> work) {
    this.work = work;
  }

  @Override
  public Integer call() throws Exception {
    Optional<Path> file = Optional.ofNullable(choice.file);
    Optional<Path> drawn = Optional.ofNullable(map);
    if (choice.show && drawn.isPresent()) {
      throw refusal("--show prints, and --map writes. Leave one of them out.");
    }
    file.ifPresent(this::requireFile);
    drawn.ifPresent(this::requireFile);
    return work.execute(
        new BallotOptions(
            file,
            drawn,
            target.target(new Bounds(command)),
            new BallotOptions.Tables(target.ballotTable(), electionTable),
            yes));
  }

  private void requireFile(Path file) {
    if (!Files.isRegularFile(file)) {
      throw refusal(file + (Files.exists(file) ? " is not a file" : ": there is no such file"));
    }
  }

  private ParameterException refusal(String message) {
    return new ParameterException(command.commandLine(), message);
  }
}
