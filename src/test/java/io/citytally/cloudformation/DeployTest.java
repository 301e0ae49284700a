package io.citytally.cloudformation;

import static org.assertj.core.api.Assertions.assertThat;

import io.citytally.web.FakeCity;
import io.citytally.web.Request;
import io.citytally.web.WebApplication;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The script {@code cloudformation/deploy}, with a command {@code aws} that only takes notes. */
class DeployTest {

  private static final Path SCRIPT = Path.of("cloudformation/deploy").toAbsolutePath();

  /** The words of each call, with a tab between them. It fails where it is told to. */
  private static final String AWS =
      """
      #!/usr/bin/env bash
      (IFS=$'\\t'; printf '%s\\n' "$*" >> "$CALLS")
      case "$*" in
        *"$FAIL_ON"*) [ -z "$FAIL_ON" ] || exit 255 ;;
      esac
      case "$*" in
        *describe-stacks*city-job*) [ -z "${NO_JOB:-}" ] || exit 255 ;;
      esac
      case "$*" in
        *head-object*) exit "${HEAD_STATUS:-1}" ;;
        *ParameterKey*) printf '%s\\n' "${PARAMETER:-None}" ;;
        *dynamodb?scan*TotalVotes*) printf '%s\\n' "${EPOCH:-null}" ;;
        *dynamodb?scan*) printf '%s\\n' ${BALLOT:-0} ;;
        *describe-stacks*)
          words=$*
          key=${words#*OutputKey==\\'}
          printf '%s\\n' "out-${key%%\\'*}"
          ;;
        *describe-stack-events*) printf 'Application\\tbecause it says so\\n' ;;
      esac
      """;

  // By SHA-256 of what setUp writes.
  private static final String HASH_OF_JOB =
      "5e8c9902207afaeb7120430c585a445f21e92932081d64bc99f80e4925bcb002";
  private static final String HASH_OF_WEB =
      "4b5e57f6eb2f42b9039b3d1e13929295f231749c510cbe341cd68036d9af97e2";

  @TempDir Path directory;

  private Path calls;
  private Path jar;
  private Path webJar;

  /** What a run of the script came to. */
  private record Outcome(int status, String output, List<String> calls) {

    /** The calls that change something, with blanks between their words. */
    List<String> changes() {
      return calls.stream()
          .filter(
              call ->
                  !call.matches(
                      "cloudformation (validate-template|describe-stack).*|s3api head-object .*"
                          + "|dynamodb scan .*"))
          .toList();
    }
  }

  @BeforeEach
  void setUp() throws IOException {
    calls = directory.resolve("calls");
    jar = Files.writeString(directory.resolve("job.jar"), "job");
    webJar = Files.writeString(directory.resolve("web.jar"), "web");
    Path aws = Files.writeString(directory.resolve("aws"), AWS);
    Files.setPosixFilePermissions(aws, PosixFilePermissions.fromString("rwx------"));
  }

  private Outcome run(Map<String, String> environment, String input, String... arguments)
      throws Exception {
    Files.writeString(calls, "");
    List<String> command = new ArrayList<>(List.of("bash", SCRIPT.toString()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("PATH", directory + ":" + System.getenv("PATH"));
    builder.environment().putAll(Map.of("CALLS", calls.toString(), "FAIL_ON", ""));
    builder.environment().putAll(environment);
    Process process = builder.start();
    process.getOutputStream().write(input.getBytes(StandardCharsets.UTF_8));
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    return new Outcome(
        process.exitValue(),
        output,
        Files.readAllLines(calls).stream().map(call -> call.replace('\t', ' ')).toList());
  }

  private Outcome deploy(String... options) throws Exception {
    return deployWith(Map.of(), options);
  }

  private Outcome deployWith(Map<String, String> environment, String... options) throws Exception {
    List<String> arguments =
        new ArrayList<>(
            List.of("--stack", "city", "--jar", jar.toString(), "--web-jar", webJar.toString()));
    arguments.addAll(List.of(options));
    return run(environment, "", arguments.toArray(String[]::new));
  }

  private static String deployed(Outcome outcome, String stack) {
    return outcome.calls.stream()
        .filter(call -> call.startsWith("cloudformation deploy --stack-name " + stack + " "))
        .findAny()
        .orElseThrow();
  }

  @Test
  void deploysTheStacksInOrderBetweenJarsAndPages() throws Exception {
    Outcome outcome = deploy();

    assertThat(outcome.status).as(outcome.output).isZero();
    assertThat(outcome.changes())
        .extracting(call -> String.join(" ", List.of(call.split(" ")).subList(0, 4)))
        .startsWith(
            "cloudformation deploy --stack-name city-artifacts",
            "s3 cp " + jar + " s3://out-BucketName/job/" + HASH_OF_JOB + ".jar",
            "s3 cp " + webJar + " s3://out-BucketName/web/" + HASH_OF_WEB + ".jar",
            "cloudformation deploy --stack-name city-storage",
            "cloudformation deploy --stack-name city-job",
            "cloudformation deploy --stack-name city-web",
            "cloudformation deploy --stack-name city-monitoring")
        .contains(page("dashboard.js"))
        .endsWith(page("index.html"), page("vote.html"))
        .doesNotHaveDuplicates();
    assertThat(outcome.output).contains("out-Address", "out-ConsoleUrl", "out-DashboardUrl");
  }

  private static String page(String name) {
    return "s3 cp "
        + Path.of("src/main/resources/web").toAbsolutePath().resolve(name)
        + " s3://out-PagesBucket/"
        + name;
  }

  @Test
  void validatesEachTemplateBeforeItChangesAnything() throws Exception {
    Outcome outcome = deploy();

    assertThat(outcome.calls.subList(0, 5))
        .allMatch(
            call -> call.startsWith("cloudformation validate-template --template-body file:"));
  }

  @Test
  void tellsEachTemplateWhereItsNeighboursAre() throws Exception {
    Outcome outcome = deploy();

    assertThat(deployed(outcome, "city-job"))
        .contains(
            "--capabilities CAPABILITY_IAM",
            " StorageStack=city-storage ",
            " ApplicationName=city ",
            " JarBucket=out-BucketName ",
            " JarKey=job/")
        .containsPattern(" Revision=\\d{8}T\\d{6}Z ");
    assertThat(deployed(outcome, "city-web"))
        .contains(" StorageStack=city-storage ", " CodeBucket=out-BucketName ", " CodeKey=web/");
    assertThat(deployed(outcome, "city-monitoring"))
        .contains(" StorageStack=city-storage JobStack=city-job WebStack=city-web");
  }

  @Test
  void givesOnlyParametersThatTheTemplatesHave() throws Exception {
    Outcome outcome =
        deploy("--feed", "kinesis", "--shards", "4", "--retention-hours", "48", "--email", "a@b.c");

    for (String name : Template.all()) {
      String call = deployed(outcome, "city-" + name);
      List<String> given =
          call.contains("--parameter-overrides")
              ? List.of(call.replaceFirst(".*--parameter-overrides ", "").split(" "))
              : List.of();
      assertThat(given)
          .filteredOn(word -> word.contains("="))
          .extracting(word -> word.replaceFirst("=.*", ""))
          .isSubsetOf(Template.of(name).parameters().keySet());
    }
  }

  @Test
  void raisesWhatTheJobRemembersWithWhatTheStreamKeeps() throws Exception {
    Outcome outcome = deploy("--retention-hours", "168");

    assertThat(deployed(outcome, "city-storage")).endsWith(" StreamRetentionHours=168");
    assertThat(deployed(outcome, "city-job")).contains(" DedupeTtl=169 h");
    assertThat(deployed(outcome, "city-monitoring")).endsWith(" StreamRetentionHours=168");
  }

  @Test
  void choosesTheFeedForAllWhoseBusinessItIs() throws Exception {
    Outcome outcome = deploy("--feed", "dynamodb-streams");

    assertThat(List.of("city-storage", "city-job", "city-monitoring"))
        .allSatisfy(
            stack -> assertThat(deployed(outcome, stack)).contains(" Feed=dynamodb-streams"));
  }

  @Test
  void goesOnFromTheLatestSnapshotUnlessToldOtherwiseForThisOnce() throws Exception {
    assertThat(deployed(deploy(), "city-job"))
        .contains(" RestoreType=RESTORE_FROM_LATEST_SNAPSHOT ", " SnapshotName=none");
    assertThat(
            deployed(
                deploy(
                    "--set",
                    "job.RestoreType=RESTORE_FROM_CUSTOM_SNAPSHOT",
                    "--set",
                    "job.SnapshotName=noon"),
                "city-job"))
        .contains(" RestoreType=RESTORE_FROM_CUSTOM_SNAPSHOT ", " SnapshotName=noon")
        .doesNotContain("LATEST");
  }

  @Test
  void aNewJobCountsOnlyWhatIsOnTheBallotUnlessToldOtherwise() throws Exception {
    assertThat(deployed(deploy(), "city-job")).contains(" OnlyTheBallot=true");

    assertThat(deployed(deploy("--set", "job.OnlyTheBallot=false"), "city-job"))
        .contains(" OnlyTheBallot=false")
        .doesNotContain("OnlyTheBallot=true");
  }

  @ParameterizedTest
  @ValueSource(strings = {"true", "false"})
  void aJobThatIsThereGoesOnCountingWhatItCounts(String asItWas) throws Exception {
    Outcome outcome = deployWith(Map.of("PARAMETER", asItWas));

    assertThat(outcome.calls)
        .anyMatch(
            call ->
                call.startsWith("cloudformation describe-stacks --stack-name city-job ")
                    && call.contains("ParameterKey=='OnlyTheBallot'"));
    assertThat(deployed(outcome, "city-job")).doesNotContain("OnlyTheBallot");
  }

  @ParameterizedTest
  @CsvSource({"0,true", "0 0 0,true", "10,false", "0 7 0,false"})
  void saysThatNobodyCanVoteWhereTheBallotIsEmpty(String pagesOfTheScan, boolean isEmpty)
      throws Exception {
    Outcome outcome = deployWith(Map.of("BALLOT", pagesOfTheScan));

    assertThat(outcome.status).isZero();
    assertThat(outcome.calls)
        .anyMatch(call -> call.startsWith("dynamodb scan --table-name out-BallotTableName "));
    assertThat(
            outcome.output.contains("NOBODY CAN VOTE YET: the ballot (table out-BallotTableName"))
        .isEqualTo(isEmpty);
  }

  @Test
  void aBallotThatCanNotBeReadFailsNoDeployment() throws Exception {
    Outcome outcome = deployWith(Map.of("FAIL_ON", "dynamodb scan"));

    assertThat(outcome.status).isZero();
    assertThat(outcome.output)
        .contains("The ballot (table out-BallotTableName) can't be read from here");
  }

  @Test
  void makesNoJobNextToTotalsThatOneHasCountedUnlessTheEpochIsGiven() throws Exception {
    Map<String, String> torn = Map.of("NO_JOB", "yes", "EPOCH", "3.0");

    Outcome refused = deployWith(torn);

    assertThat(refused.status).isNotZero();
    assertThat(refused.changes()).isEmpty();
    assertThat(refused.output)
        .contains("without state next to totals that were counted in epoch 3.")
        .contains("--set job.Epoch=4 to count on top", "--set job.Epoch=3 only if the stream")
        .contains("Lose all state");
    assertThat(refused.calls)
        .anyMatch(call -> call.startsWith("dynamodb scan --table-name out-TotalVotesTableName "));
    for (String epoch : List.of("3", "4")) {
      Outcome given = deployWith(torn, "--set", "job.Epoch=" + epoch);
      assertThat(deployed(given, "city-job")).contains(" Epoch=" + epoch);
    }
  }

  @Test
  void makesAJobNextToTotalsThatNoneHasCounted() throws Exception {
    Outcome outcome = deployWith(Map.of("NO_JOB", "yes"));

    assertThat(outcome.calls)
        .anyMatch(call -> call.startsWith("dynamodb scan --table-name out-TotalVotesTableName "));
    assertThat(deployed(outcome, "city-job")).doesNotContain(" Epoch=");
  }

  @Test
  void makesNoJobNextToTotalsThatItCanNotRead() throws Exception {
    Outcome outcome = deployWith(Map.of("FAIL_ON", "dynamodb scan", "NO_JOB", "yes"));

    assertThat(outcome.status).isNotZero();
    assertThat(outcome.changes()).isEmpty();
    assertThat(outcome.output).contains("the table out-TotalVotesTableName can't be read");
  }

  @Test
  void updatesAJobThatHasItsStateWithoutALookAtTheTotals() throws Exception {
    Outcome outcome = deployWith(Map.of("EPOCH", "3.0"));

    assertThat(outcome.status).isZero();
    assertThat(outcome.calls)
        .noneMatch(call -> call.startsWith("dynamodb scan --table-name out-TotalVotesTableName "));
  }

  @Test
  void passesRegionAndEndpointToEachCall() throws Exception {
    Outcome outcome = deploy("--region", "eu-west-1", "--endpoint-url", "http://127.0.0.1:4566");

    assertThat(outcome.calls)
        .isNotEmpty()
        .allMatch(call -> call.endsWith("--region eu-west-1 --endpoint-url http://127.0.0.1:4566"));
  }

  @Test
  void leavesAJarThatIsThereAlready() throws Exception {
    Outcome outcome = deployWith(Map.of("HEAD_STATUS", "0"));

    assertThat(outcome.status).isZero();
    assertThat(outcome.changes()).noneMatch(call -> call.contains(".jar --only"));
  }

  @Test
  void stopsAtTheStackThatFailsAndSaysWhy() throws Exception {
    Outcome outcome = deployWith(Map.of("FAIL_ON", "deploy --stack-name city-job"));

    assertThat(outcome.status).isNotZero();
    assertThat(outcome.output)
        .contains("because it says so", "the stack city-job could not be deployed");
    assertThat(outcome.calls)
        .anyMatch(call -> call.contains("city-storage"))
        .noneMatch(call -> call.contains("deploy --stack-name city-web"));
  }

  @Test
  void showsThePlanAndChangesNothing() throws Exception {
    Outcome outcome = deploy("--dry-run", "--set", "job.Window=2 s");

    assertThat(outcome.status).as(outcome.output).isZero();
    assertThat(outcome.changes()).isEmpty();
    assertThat(outcome.output)
        .contains("aws cloudformation deploy --stack-name city-storage")
        .contains("Window=2\\ s")
        .contains("Nothing was changed.");
  }

  @Test
  void sendsEachPageWithTheTypeThatTheApplicationSendsItWith() throws Exception {
    Outcome outcome = deploy();
    FakeCity city = new FakeCity();
    List<String> sent = outcome.changes().stream().filter(call -> call.contains("PagesB")).toList();

    assertThat(sent).isNotEmpty().allMatch(call -> call.contains(" --cache-control no-cache "));
    try (WebApplication application =
        new WebApplication(
            city.results(), city.ballot(), city, Optional.empty(), Clock.systemUTC())) {
      for (String call : sent) {
        String name = call.replaceFirst(".*s3://out-PagesBucket/(\\S+) .*", "$1");
        Map<String, String> headers =
            application
                .handle(new Request("GET", "/" + name, Map.of(), new byte[0], Map.of()))
                .headers();
        assertThat(call).endsWith("--content-type " + headers.get("Content-Type"));
        assertThat(headers).containsEntry("Cache-Control", "no-cache");
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--stack 1city|begins with a letter",
        "--stack city --shards many|--shards takes a whole number, not 'many'",
        "--stack city --retention-hours 12|from 24 to 8760",
        "--stack city --feed kafka|one of: kinesis dynamodb-streams",
        "--stack city --set job.Windows=1|job.yaml has no parameter Windows",
        "--stack city --set Window=1|STACK.NAME=VALUE",
        "--stack city --oidc-issuer https://a.example|needs an --oidc-audience",
        "--stack city --domain a.example|needs a --certificate-arn",
        "--stack city --waf --web-acl-arn arn|not both",
        "--stack city --delete-data|belongs to teardown",
        "--stack city --jar nowhere.jar|there is no file nowhere.jar",
        "--stack city --speed 9|there is no option '--speed'",
        "--stack|--stack needs a value",
        "--region eu-west-1|--stack NAME is missing",
      })
  void refusesWhatItDoesNotUnderstand(String arguments, String complaint) throws Exception {
    List<String> words = new ArrayList<>(List.of(arguments.split(" ")));
    if (!arguments.contains("--jar")) {
      words.addAll(0, List.of("--jar", jar.toString()));
    }
    words.addAll(0, List.of("--web-jar", webJar.toString()));

    Outcome outcome = run(Map.of(), "", words.toArray(String[]::new));

    assertThat(outcome.status).isNotZero();
    assertThat(outcome.output).startsWith("deploy: ").contains(complaint);
    assertThat(outcome.calls).isEmpty();
  }

  @Test
  void tearsDownInTheOppositeOrderAndKeepsTheData() throws Exception {
    Outcome outcome = run(Map.of(), "city\n", "teardown", "--stack", "city");

    assertThat(outcome.status).as(outcome.output).isZero();
    assertThat(outcome.changes())
        .containsExactly(
            "cloudformation delete-stack --stack-name city-monitoring",
            "cloudformation wait stack-delete-complete --stack-name city-monitoring",
            "s3 rm s3://out-PagesBucket --recursive --only-show-errors",
            "cloudformation delete-stack --stack-name city-web",
            "cloudformation wait stack-delete-complete --stack-name city-web",
            "cloudformation delete-stack --stack-name city-job",
            "cloudformation wait stack-delete-complete --stack-name city-job",
            "s3 rm s3://out-BucketName --recursive --only-show-errors",
            "cloudformation delete-stack --stack-name city-artifacts",
            "cloudformation wait stack-delete-complete --stack-name city-artifacts");
    assertThat(outcome.output).contains("Kept: the stack city-storage");
  }

  @Test
  void deletesTheDataOnlyWhenTold() throws Exception {
    Outcome outcome = run(Map.of(), "", "teardown", "--stack", "city", "--delete-data", "--yes");

    assertThat(outcome.status).as(outcome.output).isZero();
    assertThat(outcome.changes())
        .contains(
            "cloudformation delete-stack --stack-name city-storage",
            "kinesis delete-stream --stream-name out-VoteStreamName --enforce-consumer-deletion")
        .anyMatch(call -> call.startsWith("secretsmanager delete-secret --secret-id out-VoteId"))
        .containsSubsequence(
            "dynamodb update-table --table-name out-VotesTableName"
                + " --no-deletion-protection-enabled --output text --query"
                + " TableDescription.TableStatus",
            "dynamodb wait table-exists --table-name out-VotesTableName",
            "dynamodb delete-table --table-name out-VotesTableName --output text --query"
                + " TableDescription.TableStatus");
    assertThat(outcome.changes())
        .filteredOn(call -> call.startsWith("dynamodb delete-table"))
        .hasSize(5);
  }

  @Test
  void deletesNothingUnlessTheNameIsTyped() throws Exception {
    Outcome outcome = run(Map.of(), "yes\n", "teardown", "--stack", "city", "--delete-data");

    assertThat(outcome.status).isNotZero();
    assertThat(outcome.output).contains("nothing was deleted");
    assertThat(outcome.changes()).isEmpty();
  }

  @Test
  void stopsATeardownThatFails() throws Exception {
    Outcome outcome =
        run(
            Map.of("FAIL_ON", "wait stack-delete-complete --stack-name city-job"),
            "",
            "teardown",
            "--stack",
            "city",
            "--yes");

    assertThat(outcome.status).isNotZero();
    assertThat(outcome.changes()).noneMatch(call -> call.contains("city-artifacts"));
  }
}
