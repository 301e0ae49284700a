package io.citytally.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.citytally.cli.Citytally;
import io.citytally.cli.audit.AuditCommand;
import io.citytally.cli.audit.BackfillCommand;
import io.citytally.cli.aws.Target;
import io.citytally.cli.ballot.BallotCommand;
import io.citytally.cli.ballot.BallotFileException;
import io.citytally.cli.ballot.BallotOptions;
import io.citytally.cli.cost.CostCommand;
import io.citytally.cli.recast.RecastCommand;
import io.citytally.election.VotePer;
import io.citytally.local.cloud.JobSettings;
import io.citytally.local.cloud.PortSettings;
import io.citytally.local.cluster.ClusterCommand;
import io.citytally.local.election.PabulibException;
import io.citytally.local.replay.ReplayCommand;
import io.citytally.local.replay.ReplayOptions;
import io.citytally.local.web.VoterSettings;
import io.citytally.vote.SourceKind;
import io.citytally.web.SignIn;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class CitytallyTest {

  private static final String PB = "local/elections/Lunden_2024_Laki.pb";

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private RunOptions run;
  private ReplayOptions replay;
  private BallotOptions ballot;
  private Exception failure;
  private int status = 0;

  @Test
  void theLauncherBuildsWhatEachListedCommandNeeds() throws IOException {
    String launcher = Files.readString(Path.of("local/citytally"));

    assertThat(new LocalCommands().builtOnDemand().keySet())
        .allSatisfy(
            command ->
                assertThat(launcher)
                    .containsPattern("\n  (.* \\| )?" + command + "( \\| .*)?\\) modules="));
  }

  private int execute(String... args) {
    CommandLine citytally =
        Citytally.commandLine(
            new RunCommand(
                options -> {
                  run = options;
                  return finish();
                }),
            new ReplayCommand(
                options -> {
                  replay = options;
                  return finish();
                }),
            new BallotCommand(
                options -> {
                  ballot = options;
                  return finish();
                }),
            new ClusterCommand(),
            new RecastCommand(),
            new AuditCommand(),
            new BackfillCommand(),
            new CostCommand());
    return citytally
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF))
        .execute(args);
  }

  private int finish() throws Exception {
    if (failure != null) {
      throw failure;
    }
    return status;
  }

  /** Words, the last of them being the file for a replay. */
  private int executeLine(String line) {
    Stream<String> words = Arrays.stream(line.split(" "));
    return execute(
        (line.startsWith("replay") ? Stream.concat(words, Stream.of(PB)) : words)
            .toArray(String[]::new));
  }

  @Test
  void runsWithWhatIsUsual() {
    assertThat(execute("run")).isZero();

    assertThat(run)
        .isEqualTo(
            new RunOptions(
                Optional.empty(),
                5,
                Optional.empty(),
                Optional.empty(),
                new JobSettings(
                    SourceKind.KINESIS, Duration.ofSeconds(1), 20, Duration.ofHours(25), 1, 2, 2),
                new PortSettings(
                    OptionalInt.empty(),
                    OptionalInt.empty(),
                    OptionalInt.empty(),
                    OptionalInt.empty())));
  }

  @Test
  void runsAsToldByEachOption(@TempDir Path data) {
    assertThat(
            execute(
                ("run --voters 0.5 --source kinesis --window 250ms --recent-size 7 --dedupe-ttl 2d"
                        + " --epoch 3 --parallelism 4 --shards 5 --http-port 4000 --dynamodb-port 1000"
                        + " --kinesis-port 2000 --flink-port 3000 --data "
                        + data)
                    .split(" ")))
        .isZero();

    assertThat(run)
        .isEqualTo(
            new RunOptions(
                Optional.of(data),
                0.5,
                Optional.empty(),
                Optional.empty(),
                new JobSettings(
                    SourceKind.KINESIS, Duration.ofMillis(250), 7, Duration.ofDays(2), 3, 4, 5),
                new PortSettings(
                    OptionalInt.of(4000),
                    OptionalInt.of(1000),
                    OptionalInt.of(2000),
                    OptionalInt.of(3000))));
  }

  @Test
  void replaysWithWhatIsUsual() {
    assertThat(execute("replay", PB)).isZero();

    assertThat(replay.files()).containsExactly(Path.of(PB));
    assertThat(replay.votesPerSecond()).isEqualTo(500);
    assertThat(replay.direct()).isFalse();
    assertThat(replay.ballots()).isFalse();
    assertThat(replay.crashEvery()).isEmpty();
    assertThat(replay.duplicates()).isZero();
    assertThat(replay.shuffle()).isZero();
    assertThat(replay.reshard()).isFalse();
    assertThat(replay.keep()).isFalse();
    assertThat(replay.seed()).isEqualTo(1);
  }

  @Test
  void replaysAsToldByEachOption() {
    assertThat(
            executeLine(
                "replay --rate 100 --direct --ballots --crash-every 5s --duplicates 0.1"
                    + " --shuffle 1000 --reshard --keep --seed -7 --window 1m --flink-port 3000"))
        .isZero();

    assertThat(replay.votesPerSecond()).isEqualTo(100);
    assertThat(replay.direct()).isTrue();
    assertThat(replay.ballots()).isTrue();
    assertThat(replay.crashEvery()).contains(Duration.ofSeconds(5));
    assertThat(replay.duplicates()).isEqualTo(0.1);
    assertThat(replay.shuffle()).isEqualTo(1000);
    assertThat(replay.reshard()).isTrue();
    assertThat(replay.keep()).isTrue();
    assertThat(replay.seed()).isEqualTo(-7);
    assertThat(replay.job().window()).isEqualTo(Duration.ofMinutes(1));
    assertThat(replay.ports().flink()).hasValue(3000);
  }

  @Test
  void readsTheOtherSource() {
    executeLine("replay --source dynamodb-streams --crash-every 1m");

    assertThat(replay.job().source()).isEqualTo(SourceKind.DYNAMODB_STREAMS);
  }

  @Test
  void letsOnlyTheCitizensOfAnIssuerVoteIfTold() {
    execute(
        ("run --oidc-issuer https://id.lunden --oidc-audience citytally"
                + " --oidc-jwks https://id.lunden/keys --vote-per region")
            .split(" "));

    assertThat(run.voters())
        .contains(
            new VoterSettings(
                new SignIn("https://id.lunden", "citytally"),
                Optional.of(URI.create("https://id.lunden/keys")),
                VotePer.REGION));
  }

  @Test
  void takesAnIssuersOwnNamesForItsClientAndItsClaims() {
    execute(
        ("run --oidc-issuer https://id.lunden --oidc-audience api --oidc-client-id pages"
                + " --oidc-scope vote --oidc-subject-claim oid")
            .split(" "));

    assertThat(run.voters())
        .contains(
            new VoterSettings(
                new SignIn("https://id.lunden", "api", "pages", "vote", "oid"),
                Optional.empty(),
                VotePer.REGION));
  }

  @Test
  void signsInventedCitizensInIfTold() {
    execute("run", "--sign-in");
    assertThat(run.signIn()).contains(VotePer.REGION);
    assertThat(run.voters()).isEmpty();

    execute("run", "--sign-in", "--vote-per", "city");
    assertThat(run.signIn()).contains(VotePer.CITY);
  }

  @Test
  void replacesTheBallotOfTheSystemOnTheUsualPortOrAnother() {
    assertThat(execute("ballot", "pom.xml")).isZero();
    assertThat(ballot)
        .isEqualTo(
            new BallotOptions(
                Optional.of(Path.of("pom.xml")),
                Optional.empty(),
                new Target.ThisMachine(8000, 4567),
                new BallotOptions.Tables("ballot", "election"),
                false));

    execute("ballot", "pom.xml", "--map", "README.md", "--dynamodb-port", "1000", "--yes");
    assertThat(ballot)
        .isEqualTo(
            new BallotOptions(
                Optional.of(Path.of("pom.xml")),
                Optional.of(Path.of("README.md")),
                new Target.ThisMachine(1000, 4567),
                new BallotOptions.Tables("ballot", "election"),
                true));
  }

  @Test
  void printsThePresentBallotUnlessThereIsSomethingToWrite() {
    assertThat(execute("ballot", "--show")).isZero();
    assertThat(ballot.file()).isEmpty();

    assertThat(execute("ballot", "--show", "--map", "README.md")).isEqualTo(2);
    assertThat(err.toString()).contains("--show prints, and --map writes. Leave one of them out.");
    assertThat(execute("ballot", "--map", "README.md")).isEqualTo(2);
    assertThat(execute("ballot", "pom.xml", "--map", "no-such.geojson")).isEqualTo(2);
    assertThat(err.toString()).contains("no-such.geojson: there is no such file");
  }

  @Test
  void replacesTheBallotOfACityOnAws() {
    execute(
        "ballot",
        "pom.xml",
        "--region",
        "eu-west-1",
        "--ballot-table",
        "lunden-ballot",
        "--election-table",
        "lunden-election");

    assertThat(ballot)
        .isEqualTo(
            new BallotOptions(
                Optional.of(Path.of("pom.xml")),
                Optional.empty(),
                new Target.Aws("eu-west-1"),
                new BallotOptions.Tables("lunden-ballot", "lunden-election"),
                false));
  }

  @Test
  void exitsWith2WhereABallotIsRefused() {
    failure = new BallotFileException("a.json: regions must be a list");

    assertThat(execute("ballot", "pom.xml")).isEqualTo(2);
    assertThat(err.toString()).isEqualTo("citytally: a.json: regions must be a list" + lineEnd());
  }

  @Test
  void runsAJobWithoutABallotIfTold() {
    execute("run");
    assertThat(run.job().hasBallot()).isTrue();

    execute("run", "--no-ballot");
    assertThat(run.job().hasBallot()).isFalse();
  }

  @Test
  void asksForACommandAndForFiles() {
    assertThat(execute()).isEqualTo(2);
    assertThat(err.toString())
        .contains("No command given.", "Run `citytally --help` for the list.");

    assertThat(execute("replay")).isEqualTo(2);
    assertThat(err.toString()).contains("Missing required parameter: 'FILE.pb'");
  }

  @Test
  void exitsWithWhatTheWorkSays() {
    status = 1;

    assertThat(execute("replay", PB)).isEqualTo(1);
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void exitsWith1AndTheReasonWhereTheWorkFails() {
    failure = new IllegalStateException("the port 8000 is taken");

    assertThat(execute("run")).isEqualTo(1);
    assertThat(err.toString()).startsWith("citytally: the port 8000 is taken" + lineEnd());
  }

  @Test
  void exitsWith2WhereAFileIsRefused() {
    failure = new PabulibException(Path.of("a.pb"), 7, "the voter x occurs twice");

    assertThat(execute("replay", PB)).isEqualTo(2);
    assertThat(err.toString()).isEqualTo("citytally: a.pb:7: the voter x occurs twice" + lineEnd());
  }

  private static String lineEnd() {
    return System.lineSeparator();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--help",
        "run --help",
        "replay --help",
        "ballot --help",
        "recast --help",
        "audit --help",
        "backfill --help",
        "cost --help",
        "cluster --help",
        "--version"
      })
  void tellsAboutItself(String line) {
    assertThat(execute(line.split(" "))).isZero();

    assertThat(out.toString()).contains("citytally");
    assertThat(err.toString()).isEmpty();
    assertThat(run).isNull();
  }

  @Test
  void helpNamesEachOptionAndWhatIsUsual() {
    execute("replay", "--help");

    String help = out.toString().replaceAll("\\s+", " ");
    List<String> options =
        List.of(
            "FILE.pb...",
            "--rate=N|max",
            "--direct",
            "--crash-every=TIME",
            "--duplicates=P",
            "--shuffle=N",
            "--reshard",
            "--keep",
            "--seed=N",
            "--source=SOURCE",
            "--window=TIME",
            "--recent-size=N",
            "--dedupe-ttl=TIME",
            "--epoch=N",
            "--parallelism=N",
            "--shards=N",
            "--http-port=PORT",
            "--dynamodb-port=PORT",
            "--kinesis-port=PORT",
            "--flink-port=PORT");
    assertThat(help).contains(options);
    assertThat(help).contains("kinesis, dynamodb-streams (default: kinesis)", "(default: 25h)");
    assertThat(help).contains("2 an option or a file was refused");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "audit --looks 1            | --looks is 1, but must be at least 2",
        "audit --read-capacity 0    | --read-capacity is 0, but must be at least 1",
        "audit --settle 61m         | --settle is 3660s, but must be at most 1h",
        "audit --settle soon        | 'soon' is not a duration",
        "audit --dry-run            | Unknown option: '--dry-run'",
        "backfill --dynamodb-port 0 | --dynamodb-port is 0, but must be 1 to 65535",
        "backfill --fix             | Unknown option: '--fix'"
      })
  void refusesToAuditByWhatTellsNothing(String line, String reason) {
    assertThat(execute(line.split(" "))).isEqualTo(2);

    assertThat(err.toString()).contains(reason);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "cluster --snapshot none           | --snapshot takes --data: without it, there is none",
        "cluster --jar target              | --jar is target, which is not a file",
        "cluster --data pom.xml            | --data is pom.xml, which is not a directory",
        "cluster --checkpoint-interval 1ms | --checkpoint-interval is 1ms, but must be 500ms to 1h",
        "cluster --parallelism 0           | --parallelism is 0, but must be 1 to 32",
        "cluster --voters many             | 'many' is not a number from 0",
      })
  void refusesAClusterThatCannotBe(String line, String reason) {
    assertThat(execute(line.split(" "))).isEqualTo(2);

    assertThat(err.toString()).contains(reason);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "run --voters -1                | '-1' is not a number from 0",
        "run --voters NaN               | 'NaN' is not a number from 0",
        "run --voters 0x1p3             | 0x1p3' is not a number from 0",
        "run --window 5                 | '5' is not a duration. Use a whole number and a unit, for example 500ms, 2s,",
        "run --window 5x                | '5x' is not a duration",
        "run --window -5s               | '-5s' is not a duration",
        "run --window 9ms               | --window is 9ms, but must be 10ms to 1h",
        "run --window 61m               | --window is 61m, but must be 10ms to 1h",
        "run --shards two               | 'two' is not a whole number, or is too large. Use",
        "run --shards 2147483648        | '2147483648' is not a whole number",
        "run --epoch 1.5                | '1.5' is not a whole number",
        "run --recent-size 0            | --recent-size is 0, but must be 1 to 100",
        "run --recent-size 101          | --recent-size is 101, but must be 1 to 100",
        "run --dedupe-ttl 23h           | --dedupe-ttl is 23h, but must be 25h to 3650d",
        "run --epoch 0                  | --epoch is 0, but must be at least 1",
        "run --parallelism 0            | --parallelism is 0, but must be 1 to 32",
        "run --shards 0                 | --shards is 0, but must be 1 to 64",
        "run --source sqs               | 'sqs' is not a source. Use kinesis or dynamodb-streams.",
        "run --flink-port 65536         | --flink-port is 65536, but must be 1 to 65535",
        "run --flink-port 0             | --flink-port is 0, but must be 1 to 65535",
        "run --flink-port http          | 'http' is not a whole number",
        "run --flink-port 9 --kinesis-port 9 | --flink-port is 9, which another option has taken",
        "run --data pom.xml             | --data is pom.xml, which is not a directory",
        "run --source dynamodb-streams --shards 2       | --shards does not go with",
        "run --source dynamodb-streams --kinesis-port 9 | --kinesis-port does not go with",
        "run --dynamodb http://127.0.0.1:9               | --dynamodb needs --source dynamodb-streams",
        "run --source dynamodb-streams --dynamodb here   | 'here' is not an address",
        "run --dynamodb http://127.0.0.1:9 --dynamodb-port 9 | leave it out with --dynamodb",
        "run somewhere                  | Unmatched argument at index 1: 'somewhere'",
        "replay --rate 0                | '0' is not a rate",
        "replay --rate fast             | 'fast' is not a rate: write a number of votes per second",
        "replay --duplicates 1.1        | --duplicates is a fraction, 0 to 1",
        "replay --shuffle -1            | --shuffle is -1, but must be 0 to 1000000",
        "replay --crash-every 999ms     | --crash-every is 999ms, but must be 1s to 1h",
        "replay --source dynamodb-streams --direct         | --direct does not go with",
        "replay --source dynamodb-streams --duplicates 0.1 | --duplicates does not go with",
        "replay --source dynamodb-streams --shuffle 2      | --shuffle does not go with",
        "replay --source dynamodb-streams --reshard        | --reshard does not go with",
        "replay src                     | src is not a file",
        "replay no-such.pb              | no-such.pb: there is no such file",
        "replay ./local/../" + PB + "   | is given twice",
        "run --oidc-issuer a --oidc-jwks http://b | --oidc-issuer and --oidc-audience go together",
        "run --oidc-issuer a --oidc-audience b --oidc-jwks c | must be an address with http or https",
        "run --sign-in --oidc-client-id x | leave the --oidc options out",
        "run --vote-per city            | and --vote-per need --sign-in or an issuer",
        "run --vote-per house           | 'house' is none of the values. Use one of city, region.",
        "run --http-port 0              | --http-port is 0, but must be 1 to 65535",
        "ballot no-such.json            | no-such.json: there is no such file",
        "ballot local                   | local is not a file",
        "ballot pom.xml --dynamodb-port 0 | --dynamodb-port is 0, but must be 1 to 65535",
        "vote                           | Unmatched argument at index 0: 'vote'"
      })
  void refusesBeforeAnythingStarts(String line, String reason) {
    assertThat(executeLine(line)).isEqualTo(2);

    assertThat(err.toString())
        .startsWith("citytally: ")
        .contains(reason)
        .contains("\nRun `", " --help` for ");
    assertThat(err.toString()).doesNotContain("\tat ");
    assertThat(run).isNull();
    assertThat(replay).isNull();
    assertThat(ballot).isNull();
  }
}
