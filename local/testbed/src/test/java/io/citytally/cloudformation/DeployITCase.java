package io.citytally.cloudformation;

import static org.assertj.core.api.Assertions.assertThat;

import io.citytally.web.FakeCity;
import io.citytally.web.OpenVoters;
import io.citytally.web.Request;
import io.citytally.web.WebApplication;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The script {@code cloudformation/deploy}, with a command {@code aws} that only takes notes. */
class DeployITCase {

  private static final Path SCRIPT = Path.of("cloudformation/deploy").toAbsolutePath();

  private static final String REGION = "eu-west-1";
  private static final String ALL_STACKS =
      "city-artifacts city-storage city-job city-identity city-web city-audit city-monitoring city-backup"
          + " city-access";

  /**
   * Bash's own function {@code aws}: a hundred calls of a program would take seconds. It keeps the
   * words of each call, with a tab between them. It fails where it is told to. The stacks are
   * there, but for those in NEW, with the parameters in PARAMETERS_ and their last word; tables
   * that are there have KEYS and TOTAL_KEYS.
   */
  private static final String AWS =
      """
      () {
      local IFS=$'\\t' words name
      words=$*
      IFS=$' \\t\\n'
      printf '%s\\n' "$words" >> "$CALLS"
      case "$*" in
        *"$FAIL_ON"*) [ -z "$FAIL_ON" ] || return 255 ;;
      esac
      words=$*
      name=${words#*--stack-name }
      name=${name%% *}
      is_new() {
        [[ " ${NEW:-} " = *" $name "* && ! -e "$CALLS.$name" ]]
      }
      case "$*" in
        *get-caller-identity*)
          [ -z "${STRANGER:-}" ] || { echo 'Unable to locate credentials.' >&2; return 253; }
          echo 123456789012
          ;;
        *describe-stacks*)
          if [ -e "$CALLS.$name.review" ]; then
            printf 'None\\tNone\\nstatus\\tof-stack\\tREVIEW_IN_PROGRESS\\n'
          elif is_new; then
            echo "An error occurred (ValidationError): Stack with id $name does not exist"
            return 255
          elif [[ " ${ROLLED_BACK:-} " = *" $name "* && ! -e "$CALLS.$name" ]]; then
            printf 'None\\tNone\\nstatus\\tof-stack\\tROLLBACK_COMPLETE\\n'
          else
            printf 'status\\tof-stack\\tUPDATE_COMPLETE\\n'
            local outputs=OUTPUTS_${name##*-} output
            for output in ${!outputs}; do printf 'output\\t%s\\tout-%s\\n' "$output" "$output"; done
            outputs=PARAMETERS_${name##*-}
            printf '%b' "${!outputs:-}"
            case $name in
              city-storage) printf 'parameter\\tExistingVotesTable\\t%s\\n' "${EXISTING:-}" ;;
              city-job) printf 'parameter\\tOnlyTheBallot\\t%s\\n' "${ONLY_THE_BALLOT:-}" ;;
              city-identity) printf 'parameter\\tDomainPrefix\\t%s\\n' "${DOMAIN_PREFIX:-}" ;;
              city-web)
                printf 'parameter\\t%s\\t%s\\n' StorageStack city-storage Revision "${REVISION:-}" \\
                  CodeKey web/1.jar OpenVoting "${OPEN_VOTING-true}" OidcIssuer "${ISSUER:-}"
                ;;
            esac
          fi
          ;;
        *--no-execute-changeset*)
          if is_new; then touch "$CALLS.$name.review"; fi
          if is_new && [[ $name != *-artifacts && $name != *-storage ]]; then
            echo 'An error occurred (ValidationError): No export named it found' >&2
            return 255
          fi
          if [ "$name" != "${CHANGED:-}" ]; then
            echo "No changes to deploy. Stack $name is up to date"
          else
            echo 'Changeset created successfully. Run the following command to review changes:'
            echo "aws cloudformation describe-change-set --change-set-name arn:of:$name"
          fi
          ;;
        *describe-change-set*) printf '%b\\n' "$CHANGES" ;;
        cloudformation?deploy*) touch "$CALLS.$name" ;;
        *delete-stack*) rm -f "$CALLS.$name.review" ;;
        *head-object*) return "${HEAD_STATUS:-1}" ;;
        *FunctionLogGroup*) echo /aws/lambda/city-web ;;
        *AccessLogGroup*) echo /aws/vendedlogs/apis/city-web ;;
        *StackResourceDetail*) echo city-job-LogGroup-1 ;;
        *describe-log-streams*) printf '%s\\n' '2026/11/29/[1]a' '2026/11/29/[1]b' ;;
        *get-item*closed_sha256*) echo "${CLOSED:-None}" ;;
        *get-item*) echo "${STORED:-None}" ;;
        *delete-secret*) touch "$CALLS.erased" ;;
        *describe-secret*)
          if [ -e "$CALLS.erased" ]; then return 255; fi
          echo None
          ;;
        *get-log-events*) echo "Window: '5 parsecs' is not a duration" ;;
        *describe-stack-events*) printf 'Application\\tbecause it says so\\n' ;;
        *list-subscriptions-by-topic*) printf '%b' "${TOLD:-clerk@city.example\\tarn:of:subscription\\n}" ;;
        *scan*attribute_exists*) printf '%s\\n' "${EPOCH:-null}" ;;
        *scan*) printf '%s\\n' ${BALLOT:-0} ;;
        *describe-table*total*KeySchema*)
          printf '%b\\n' "${TOTAL_KEYS:-HASH=region RANGE=improvement\\timprovement=S region=S}"
          ;;
        *describe-table*KeySchema*) printf '%b\\n' "${KEYS:-HASH=id\\tid=S}" ;;
        *update-table*StreamEnabled*) touch "$CALLS.viewed" ;;
        *StreamViewType*)
          [ -e "$CALLS.viewed" ] && echo NEW_AND_OLD_IMAGES || echo "${VIEW:-None}"
          ;;
        *LatestStreamArn*) [ ! -e "$CALLS.viewed" ] || echo arn:of:the-table ;;
        *describe-kinesis-streaming-destination*)
          [ -e "$CALLS.sends" ] && printf 'ACTIVE\\tMICROSECOND\\n' || printf '%b' "${DESTINATION:-}"
          ;;
        *kinesis-streaming-destination*) touch "$CALLS.sends" ;;
      esac; }
      """;

  /** Gets DISCOVERY, or nothing. */
  private static final String CURL =
      """
      #!/usr/bin/env bash
      [ -n "${DISCOVERY:-}" ] || exit 6
      [ "${*: -1}" = https://id.example/city/.well-known/openid-configuration ] || exit 22
      printf '%s' "$DISCOVERY"
      """;

  private static final Path PAGES = Path.of("src/web/target/classes/io/citytally/web/pages");

  @TempDir Path directory;

  private Path calls;
  private Path jar;
  private Path cliJar;
  private Path webJar;

  /** What a run of the script came to. */
  private record Outcome(int status, String output, List<String> calls) {

    /** The calls that change something, with blanks between their words. */
    List<String> changes() {
      return calls.stream()
          .filter(
              call ->
                  !call.matches(
                      "cloudformation (validate-template|describe-).*|s3api head-object .*"
                          + "|dynamodb (scan|get-item|describe-).*|sts .*|sns list-.*"
                          + "|logs (get-log-events|describe-).*|secretsmanager describe-.*"
                          + "|.* --no-execute-changeset"))
          .toList();
    }

    /** The calls that upload pages. */
    List<String> pages() {
      return calls.stream().filter(call -> call.contains(" s3://out-PagesBucket ")).toList();
    }
  }

  @BeforeEach
  void setUp() throws IOException {
    calls = directory.resolve("calls");
    jar = Files.writeString(directory.resolve("job.jar"), "job");
    cliJar = Files.writeString(directory.resolve("cli.jar"), "cli");
    webJar = jarOf("web.jar", PAGES);
    Files.setPosixFilePermissions(
        Files.writeString(directory.resolve("curl"), CURL),
        PosixFilePermissions.fromString("rwx------"));
    Files.setPosixFilePermissions(
        Files.writeString(directory.resolve("sleep"), "#!/bin/sh\n"),
        PosixFilePermissions.fromString("rwx------"));
  }

  private Path jarOf(String name, Path pages) throws IOException {
    Path file = directory.resolve(name);
    try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(file));
        Stream<Path> files = Files.walk(pages).filter(Files::isRegularFile)) {
      for (Path page : files.sorted().toList()) {
        out.putNextEntry(new ZipEntry("io/citytally/web/pages/" + pages.relativize(page)));
        out.write(Files.readAllBytes(page));
      }
    }
    return file;
  }

  private static String hash(Path file) throws Exception {
    return HexFormat.of()
        .formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
  }

  private Outcome run(Map<String, String> environment, String input, String... arguments)
      throws Exception {
    try (Stream<Path> files = Files.list(directory)) {
      for (Path notes : files.filter(file -> file.toString().contains("calls")).toList()) {
        Files.delete(notes);
      }
    }
    Files.writeString(calls, "");
    List<String> command = new ArrayList<>(List.of("bash", SCRIPT.toString()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("BASH_FUNC_aws%%", AWS);
    builder.environment().put("PATH", directory + ":" + System.getenv("PATH"));
    builder.environment().remove("AWS_REGION");
    builder
        .environment()
        .putAll(Map.of("CALLS", calls.toString(), "FAIL_ON", "", "AWS_DEFAULT_REGION", REGION));
    for (String template : Template.all()) {
      builder
          .environment()
          .put("OUTPUTS_" + template, String.join(" ", Template.of(template).outputs().keySet()));
    }
    builder.environment().putAll(environment);
    Process process = builder.start();
    process.getOutputStream().write(input.getBytes(StandardCharsets.UTF_8));
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    return new Outcome(
        process.exitValue(),
        output,
        Files.readAllLines(calls).stream()
            .map(call -> call.replace('\t', ' ').replace(" --region " + REGION, ""))
            .toList());
  }

  private Outcome deploy(String... options) throws Exception {
    return deployWith(Map.of(), options);
  }

  private Outcome deployWith(Map<String, String> environment, String... options) throws Exception {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--stack",
                "city",
                "--jar",
                jar.toString(),
                "--web-jar",
                webJar.toString(),
                "--cli-jar",
                cliJar.toString()));
    arguments.addAll(List.of(options));
    return run(environment, "", arguments.toArray(String[]::new));
  }

  private static String deployed(Outcome outcome, String stack) {
    return outcome.calls.stream()
        .filter(call -> call.startsWith("cloudformation deploy --stack-name " + stack + " "))
        .filter(call -> !call.endsWith("--no-execute-changeset"))
        .findAny()
        .orElseThrow();
  }

  @Test
  void deploysTheStacksInOrderBetweenJarsAndPages() throws Exception {
    Outcome outcome = deploy();

    List<String> pages = outcome.pages();
    List<String> stacks = new ArrayList<>(outcome.changes());
    int web = stacks.indexOf(deployed(outcome, "city-web"));
    stacks.removeAll(pages);
    assertThat(outcome.status).as(outcome.output).isZero();
    assertThat(stacks)
        .extracting(call -> String.join(" ", List.of(call.split(" ")).subList(0, 4)))
        .startsWith(
            "cloudformation deploy --stack-name city-artifacts",
            "s3 cp " + jar + " s3://out-BucketName/job/" + hash(jar) + ".jar",
            "s3 cp " + webJar + " s3://out-BucketName/web/" + hash(webJar) + ".jar",
            "s3 cp " + cliJar + " s3://out-BucketName/cli/" + hash(cliJar) + ".jar",
            "cloudformation deploy --stack-name city-storage",
            "cloudformation deploy --stack-name city-job",
            "cloudformation deploy --stack-name city-identity",
            "cloudformation deploy --stack-name city-web",
            "cloudformation deploy --stack-name city-audit",
            "cloudformation deploy --stack-name city-monitoring")
        .doesNotHaveDuplicates();
    assertThat(pages)
        .isEqualTo(outcome.changes().subList(web + 1, web + 1 + pages.size()))
        .hasSizeGreaterThan(4)
        .last()
        .asString()
        .contains("--include *.html ");
    assertThat(outcome.output).contains("out-Address", "out-ConsoleUrl", "out-DashboardUrl");
  }

  @Test
  void validatesEachTemplateBeforeItChangesAnything() throws Exception {
    Outcome outcome = deployWith(Map.of("FAIL_ON", "/monitoring.yaml"));

    assertThat(outcome.status).isNotZero();
    assertThat(outcome.output).contains("monitoring.yaml is not valid");
    assertThat(outcome.changes()).isEmpty();
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
        .contains(
            " StorageStack=city-storage JobStack=city-job WebStack=city-web AuditStack=city-audit");
    assertThat(deployed(outcome, "city-audit"))
        .contains(" StorageStack=city-storage ", " JarBucket=out-BucketName ", " CliJarKey=cli/");
  }

  @Test
  void givesOnlyParametersThatTheTemplatesHave() throws Exception {
    Outcome outcome =
        deploy(
            ("--source kinesis --shards 4 --retention-hours 48 --email a@b.c --backup --trail"
                    + " --votes-table votes --kms-key arn:aws:kms:eu-west-1:123456789012:key/1")
                .split(" "));

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

    assertThat(deployed(outcome, "city-storage")).contains(" StreamRetentionHours=168");
    assertThat(deployed(outcome, "city-job")).contains(" DedupeTtl=169 h");
    assertThat(deployed(outcome, "city-monitoring")).contains(" StreamRetentionHours=168");
  }

  private static final Map<String, String> KEEPS_A_WEEK =
      Map.of(
          "PARAMETERS_storage",
          "parameter\\tStreamRetentionHours\\t168\\n",
          "PARAMETERS_job",
          "parameter\\tDedupeTtl\\t25 h\\n");

  @Test
  void letsAJobRememberLongerThanTheStreamThatIsThereKeeps() throws Exception {
    Outcome derived = deployWith(KEEPS_A_WEEK);
    Outcome shorter = deployWith(KEEPS_A_WEEK, "--set", "job.DedupeTtl=7 d");
    Outcome longer = deployWith(KEEPS_A_WEEK, "--set", "job.DedupeTtl=8 d");

    assertThat(deployed(derived, "city-job")).contains(" DedupeTtl=169 h");
    assertThat(deployed(derived, "city-monitoring")).contains(" StreamRetentionHours=168");
    assertThat(shorter.status).isNotZero();
    assertThat(shorter.output).contains("job.DedupeTtl must be longer than the 168 h");
    assertThat(shorter.changes()).isEmpty();
    assertThat(deployed(longer, "city-job")).contains(" DedupeTtl=8 d").doesNotContain("169 h");
    assertThat(deployed(deploy(), "city-job")).doesNotContain("DedupeTtl");
  }

  @Test
  void saysThatAJobWhoseUpdateFailedRemembersTooLittleForTheStream() throws Exception {
    Map<String, String> failing = new HashMap<>(KEEPS_A_WEEK);
    failing.put("FAIL_ON", "deploy --stack-name city-job");
    Map<String, String> asBefore =
        Map.of(
            "FAIL_ON",
            "deploy --stack-name city-job",
            "PARAMETERS_storage",
            "parameter\\tStreamRetentionHours\\t24\\n",
            "PARAMETERS_job",
            "parameter\\tDedupeTtl\\t25 h\\n");

    assertThat(deployWith(failing, "--retention-hours", "168", "--allow-replacement").output)
        .contains("THE JOB WILL NOT START AGAIN: the stream now keeps 168 h")
        .contains("remembers changes for only 25 h.", "Deploy again before that");
    assertThat(deployWith(asBefore, "--allow-replacement").output)
        .contains("the stack city-job could not be deployed")
        .doesNotContain("START AGAIN");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "job.TurnoutWindow=1 min|Settle=180s SettleHistory=240s",
        "job.TurnoutWindow=10100 ms|Settle=31s SettleHistory=91s",
        "job.Window=20s|Settle=60s SettleHistory=120s",
        "job.HistoryWindow=10 min|SettleHistory=630s",
        "audit.Settle=40s|Settle=40s SettleHistory=100s",
      })
  void letsTheAuditWaitForLongerThanTheJob(String setting, String derived) throws Exception {
    assertThat(deployed(deploy("--set", setting), "city-audit").split(" "))
        .contains(derived.split(" "));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "audit.Settle=29s|audit.Settle is too short: it must be at least 30s",
        "audit.SettleHistory=1m|audit.SettleHistory is too short: it must be at least 90s",
        "job.TurnoutWindow=21 min|audit.Settle would have to be 3780s",
        "job.Window=5 parsecs|job.Window takes a duration such as",
      })
  void refusesAnAuditThatSettlesTooEarly(String setting, String complaint) throws Exception {
    Outcome outcome = deploy("--set", setting);

    assertThat(outcome.status).isNotZero();
    assertThat(outcome.output).contains(complaint);
    assertThat(outcome.changes()).isEmpty();
  }

  @Test
  void letsTheAuditWaitAsTheJobThatIsThereNeedsIt() throws Exception {
    Map<String, String> slow = Map.of("PARAMETERS_job", "parameter\\tWindow\\t1 min\\n");

    assertThat(deployed(deployWith(slow), "city-audit")).contains(" Settle=180s");
    assertThat(deployed(deploy(), "city-audit")).doesNotContain("Settle");
  }

  @Test
  void choosesTheSourceForAllWhoseBusinessItIs() throws Exception {
    Outcome outcome = deploy("--source", "dynamodb-streams", "--access");

    assertThat(List.of("city-storage", "city-job", "city-monitoring", "city-access"))
        .allSatisfy(
            stack -> assertThat(deployed(outcome, stack)).contains(" Source=dynamodb-streams"));
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
  void leavesNoStackThatWouldStartTheJobWithoutStateWhenALaterUpdateFails() throws Exception {
    String[] skip = {"--set", "job.RestoreType=SKIP_RESTORE_FROM_SNAPSHOT", "--allow-replacement"};
    String again = "Run the same command again, but without job.RestoreType";

    Outcome outcome = deploy(skip);
    Outcome failed = deployWith(Map.of("FAIL_ON", "deploy --stack-name city-web"), skip);
    Outcome unstarted = deployWith(Map.of("FAIL_ON", "deploy --stack-name city-job"), skip);

    assertThat(outcome.status).as(outcome.output).isZero();
    assertThat(allDeployed(outcome, "city-job")).hasSize(2);
    assertThat(allDeployed(outcome, "city-job").get(1))
        .endsWith(" RestoreType=RESTORE_FROM_LATEST_SNAPSHOT SnapshotName=none");
    assertThat(outcome.calls)
        .containsSubsequence(
            allDeployed(outcome, "city-job").get(1), deployed(outcome, "city-web"));
    assertThat(allDeployed(deploy(), "city-job")).hasSize(1);
    assertThat(failed.output).contains(again);
    assertThat(unstarted.output).contains("run the same command again.").doesNotContain(again);
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
  void aJobThatIsThereGoesOnCountingWhatItCountsAndTheAuditWithIt(String asItWas) throws Exception {
    Outcome outcome = deployWith(Map.of("ONLY_THE_BALLOT", asItWas));

    assertThat(List.of("city-job", "city-audit"))
        .allSatisfy(
            stack -> assertThat(deployed(outcome, stack)).contains(" OnlyTheBallot=" + asItWas));
  }

  @ParameterizedTest
  @CsvSource({"0,true", "0 0 0,true", "10,false", "0 7 0,false"})
  void saysThatNobodyCanVoteWhereTheBallotIsEmpty(String pagesOfTheScan, boolean isEmpty)
      throws Exception {
    Outcome outcome = deployWith(Map.of("BALLOT", pagesOfTheScan));

    assertThat(outcome.status).isZero();
    assertThat(outcome.calls)
        .anyMatch(call -> call.startsWith("dynamodb scan --table-name out-BallotTableName "));
    assertThat(outcome.output.contains("NOBODY CAN VOTE YET")).isEqualTo(isEmpty);
    assertThat(
            outcome.output.contains(
                "  local/citytally ballot --region eu-west-1 --ballot-table out-BallotTableName"
                    + " --election-table out-ElectionTableName FILE\n"))
        .isEqualTo(isEmpty);
  }

  @ParameterizedTest
  @CsvSource({
    "None, NOBODY IS TOLD",
    "clerk@city.example\\tPendingConfirmation\\n, NOT CONFIRMED YET: clerk@city.example is told"
  })
  void saysWhereAnAlarmWouldReachNobody(String subscriptions, String warning) throws Exception {
    assertThat(deployWith(Map.of("TOLD", subscriptions)).output).contains(warning);

    assertThat(deploy().output).doesNotContain("IS TOLD").doesNotContain("NOT CONFIRMED");
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
    Map<String, String> torn = Map.of("NEW", "city-job", "EPOCH", "3.0");

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
    Outcome outcome = deployWith(Map.of("NEW", "city-job"));

    assertThat(outcome.calls)
        .anyMatch(call -> call.startsWith("dynamodb scan --table-name out-TotalVotesTableName "));
    assertThat(deployed(outcome, "city-job")).doesNotContain(" Epoch=");
  }

  @Test
  void makesNoJobNextToTotalsThatItCanNotRead() throws Exception {
    Outcome outcome = deployWith(Map.of("FAIL_ON", "dynamodb scan", "NEW", "city-job"));

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
    Outcome outcome = deploy("--region", "eu-south-2", "--endpoint-url", "http://127.0.0.1:4566");

    assertThat(outcome.calls)
        .isNotEmpty()
        .allMatch(
            call -> call.contains(" --region eu-south-2 --endpoint-url http://127.0.0.1:4566"));
  }

  @Test
  void changesNothingWhereAStackCanNotBeRead() throws Exception {
    Outcome outcome = deployWith(Map.of("FAIL_ON", "describe-stacks --stack-name city-storage"));

    assertThat(outcome.status).isNotZero();
    assertThat(outcome.output).contains("deploy: the stack city-storage can't be read: ");
    assertThat(outcome.changes()).isEmpty();
  }

  @Test
  void asksForEachStackOnceUntilItChanges() throws Exception {
    Outcome outcome = deploy();

    assertThat(outcome.calls)
        .filteredOn(call -> call.startsWith("cloudformation describe-stacks "))
        .hasSizeLessThanOrEqualTo(2 * Template.all().size());
  }

  @Test
  void leavesAJarThatIsThereAlready() throws Exception {
    Outcome outcome = deployWith(Map.of("HEAD_STATUS", "0"));

    assertThat(outcome.status).isZero();
    assertThat(outcome.changes()).noneMatch(call -> call.contains(".jar --only"));
  }

  @Test
  void stopsAtTheStackThatFailsAndSaysWhy() throws Exception {
    Outcome outcome =
        deployWith(Map.of("FAIL_ON", "deploy --stack-name city-job", "NEW", "city-job"));

    assertThat(outcome.status).isNotZero();
    assertThat(outcome.output)
        .contains("because it says so", "the stack city-job could not be deployed")
        .contains("The job's log is city-job-LogGroup-1. It ends with:\nWindow: '5 parsecs'");
    assertThat(outcome.calls)
        .anyMatch(call -> call.contains("city-storage"))
        .noneMatch(call -> call.contains("deploy --stack-name city-web"))
        .contains(
            "logs get-log-events --log-group-name city-job-LogGroup-1 --log-stream-name job"
                + " --limit 20 --output text --query events[].[message]");
  }

  @Test
  void showsWhatEachStackIsMadeOfToAStranger() throws Exception {
    Outcome outcome =
        run(Map.of("STRANGER", "yes"), "", "--stack", "city", "--dry-run", "--access");

    assertThat(outcome.status).as(outcome.output).isZero();
    assertThat(outcome.calls).singleElement().asString().startsWith("sts get-caller-identity");
    assertThat(outcome.output)
        .contains("Stack city-artifacts\n", "Stack city-access\n")
        .doesNotContain("Stack city-backup")
        .containsPattern("1 AWS::Kinesis::Stream +\\[VoteStream]\n");
    for (String name : List.of("storage", "job", "web", "monitoring")) {
      assertThat(outcome.output).contains(Template.of(name).ids());
    }
  }

  @Test
  void showsTheChangesOfEachStackAndChangesNothing() throws Exception {
    Outcome outcome =
        deployWith(
            Map.of(
                "CHANGED",
                "city-storage",
                "CHANGES",
                "Modify\\tVotesTable\\tAWS::DynamoDB::Table\\tTrue\\n"
                    + "Add\\tCorrectionsTable\\tAWS::DynamoDB::Table\\tNone"),
            "--dry-run");

    assertThat(outcome.status).as(outcome.output).isZero();
    assertThat(outcome.changes())
        .containsExactly("cloudformation delete-change-set --change-set-name arn:of:city-storage");
    assertThat(outcome.output)
        .contains("In account 123456789012, region eu-west-1:")
        .containsPattern("Modify  AWS::DynamoDB::Table +VotesTable \\(is replaced\\)\n")
        .contains("VotesTable is replaced, and holds data: needs --allow-replacement\n")
        .containsPattern("Add     AWS::DynamoDB::Table +CorrectionsTable\n")
        .contains("Stack city-job\n  No change.\n", "Nothing was changed.");
  }

  @Test
  void leavesNoStackBehindWhenItShowsANewCity() throws Exception {
    Outcome outcome =
        deployWith(
            Map.of(
                "NEW",
                ALL_STACKS,
                "CHANGED",
                "city-storage",
                "CHANGES",
                "Add\\tVotesTable\\tAWS::DynamoDB::Table\\tNone"),
            "--open-voting",
            "--dry-run");

    assertThat(outcome.status).as(outcome.output).isZero();
    assertThat(outcome.changes())
        .hasSize(6)
        .allMatch(call -> call.startsWith("cloudformation delete-stack --stack-name city-"));
    assertThat(outcome.output)
        .containsPattern("Add     AWS::DynamoDB::Table +VotesTable\n")
        .contains("Stack city-job\n  All of it is new.")
        .containsPattern("1 AWS::KinesisAnalyticsV2::Application +Application\n");
  }

  // --- What holds data --------------------------------------------------------------------------

  @ParameterizedTest
  @CsvSource({
    "Modify\\tVotesTable\\tAWS::DynamoDB::Table\\tTrue, VotesTable is replaced",
    "Modify\\tVoteStream\\tAWS::Kinesis::Stream\\tConditional, VoteStream may be replaced",
    "Remove\\tVoteIdKey\\tAWS::SecretsManager::Secret\\tNone, VoteIdKey leaves the stack",
  })
  void replacesNothingThatHoldsDataUnlessItIsAllowedTo(String changes, String complaint)
      throws Exception {
    Map<String, String> changed = Map.of("CHANGED", "city-storage", "CHANGES", changes);

    Outcome refused = deployWith(changed);
    Outcome allowed = deployWith(changed, "--allow-replacement");

    assertThat(refused.status).isNotZero();
    assertThat(refused.output).contains(complaint, "--allow-replacement");
    assertThat(refused.changes())
        .contains("cloudformation delete-change-set --change-set-name arn:of:city-storage")
        .noneMatch(call -> call.startsWith("cloudformation deploy --stack-name city-storage"));
    assertThat(allowed.status).as(allowed.output).isZero();
    assertThat(deployed(allowed, "city-storage")).isNotNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Modify\\tVotesTable\\tAWS::DynamoDB::Table\\tFalse",
        "Remove\\tOldAlarm\\tAWS::CloudWatch::Alarm\\tNone",
        "Add\\tBallotTable\\tAWS::DynamoDB::Table\\tNone",
      })
  void changesWhatLosesNoData(String changes) throws Exception {
    Outcome outcome = deployWith(Map.of("CHANGED", "city-storage", "CHANGES", changes));

    assertThat(outcome.status).as(outcome.output).isZero();
  }

  @Test
  void protectsTablesOnceAFirstCreationCanNoLongerBeRolledBack() throws Exception {
    Outcome first = deployWith(Map.of("NEW", "city-storage"));
    Outcome later = deploy();

    assertThat(protections(first)).containsExactly("false", "true");
    assertThat(protections(later)).containsExactly("true");
  }

  private static List<String> protections(Outcome outcome) {
    return outcome.changes().stream()
        .filter(call -> call.startsWith("cloudformation deploy --stack-name city-storage "))
        .map(call -> call.replaceFirst(".* DeletionProtection=(\\w+)$", "$1"))
        .toList();
  }

  @Test
  void triesAFirstCreationAgain() throws Exception {
    Outcome outcome = deployWith(Map.of("ROLLED_BACK", "city-storage"));

    assertThat(outcome.status).as(outcome.output).isZero();
    assertThat(outcome.changes())
        .containsSubsequence(
            "cloudformation delete-stack --stack-name city-storage",
            "cloudformation wait stack-delete-complete --stack-name city-storage",
            deployed(outcome, "city-storage"));
  }

  @Test
  void showsThatAFirstCreationIsTriedAgain() throws Exception {
    Outcome outcome = deployWith(Map.of("ROLLED_BACK", "city-storage"), "--dry-run");

    assertThat(outcome.status).as(outcome.output).isZero();
    assertThat(outcome.changes()).isEmpty();
    assertThat(outcome.output)
        .contains("Stack city-storage\n  Its first creation failed. ", "[VotesTable]");
  }

  // --- Tables that are there already ------------------------------------------------------------

  @Test
  void sendsTheChangesOfATableThatIsThereToTheStreamBeforeTheJobStarts() throws Exception {
    Outcome outcome = deploy("--votes-table", "polls", "--total-votes-table", "polls_total");

    assertThat(outcome.status).as(outcome.output).isZero();
    assertThat(deployed(outcome, "city-storage"))
        .contains(" ExistingVotesTable=polls ExistingTotalVotesTable=polls_total")
        .doesNotContain("StreamArn");
    assertThat(outcome.changes())
        .containsSubsequence(
            deployed(outcome, "city-storage"),
            "dynamodb enable-kinesis-streaming-destination --table-name polls --stream-arn"
                + " out-VoteStreamArn --output text --query DestinationStatus"
                + " --enable-kinesis-streaming-configuration"
                + " ApproximateCreationDateTimePrecision=MICROSECOND",
            deployed(outcome, "city-job"));
    assertThat(outcome.changes()).noneMatch(call -> call.startsWith("dynamodb update-table"));
  }

  @Test
  void makesTheTimesOfATablesChangesFiner() throws Exception {
    Outcome outcome =
        deployWith(Map.of("EXISTING", "polls", "DESTINATION", "ACTIVE\\tMILLISECOND\\n"));

    assertThat(outcome.status).as(outcome.output).isZero();
    assertThat(outcome.changes())
        .anyMatch(
            call ->
                call.startsWith("dynamodb update-kinesis-streaming-destination --table-name polls ")
                    && call.endsWith("ApproximateCreationDateTimePrecision=MICROSECOND"));
  }

  @Test
  void leavesATableWhoseChangesAreSentAsTheyShould() throws Exception {
    Outcome outcome =
        deployWith(Map.of("EXISTING", "polls", "DESTINATION", "ACTIVE\\tMICROSECOND\\n"));

    assertThat(outcome.status).as(outcome.output).isZero();
    assertThat(outcome.changes()).noneMatch(call -> call.startsWith("dynamodb "));
  }

  @Test
  void switchesTheOwnStreamOfATableOnAndHandsItOn() throws Exception {
    Outcome outcome = deploy("--votes-table", "polls", "--source", "dynamodb-streams");

    assertThat(outcome.status).as(outcome.output).isZero();
    assertThat(outcome.changes())
        .containsSubsequence(
            "dynamodb update-table --table-name polls --output text --query"
                + " TableDescription.TableStatus --stream-specification"
                + " StreamEnabled=true,StreamViewType=NEW_AND_OLD_IMAGES",
            deployed(outcome, "city-storage"));
    assertThat(deployed(outcome, "city-storage"))
        .contains(" ExistingVotesTableStreamArn=arn:of:the-table");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "KEYS|HASH=voter\\tvoter=S|its keys are HASH=voter, and must be HASH=id",
        "KEYS|HASH=id\\tid=N|its key id must be a text (S)",
        "TOTAL_KEYS|HASH=region\\tregion=S|must be HASH=region RANGE=improvement",
        "VIEW|KEYS_ONLY|lacks old or new images",
        "FAIL_ON|describe-table --table-name polls |the table polls can't be used",
      })
  void takesNoTableThatIsOtherThanItNeeds(String variable, String value, String complaint)
      throws Exception {
    Outcome outcome =
        deployWith(
            Map.of(variable, value),
            "--votes-table",
            "polls",
            "--total-votes-table",
            "polls_total",
            "--source",
            "dynamodb-streams");

    assertThat(outcome.status).isNotZero();
    assertThat(outcome.output).contains(complaint);
    assertThat(outcome.changes()).isEmpty();
  }

  // --- Pages ------------------------------------------------------------------------------------

  @Test
  void uploadsThePagesThatAreInTheJarWithTheirApi() throws Exception {
    Path pages = Files.createDirectory(directory.resolve("pages"));
    Files.writeString(pages.resolve("index.html"), "<p>older</p>");
    webJar = jarOf("older.jar", pages);

    Outcome outcome = deploy();

    assertThat(outcome.status).as(outcome.output).isZero();
    assertThat(outcome.pages()).singleElement().asString().contains("--include *.html ");
  }

  @Test
  void uploadsThePagesThoughALaterStackFails() throws Exception {
    Outcome outcome = deployWith(Map.of("FAIL_ON", "deploy --stack-name city-audit"));

    assertThat(outcome.status).isNotZero();
    assertThat(outcome.pages()).hasSizeGreaterThan(4);
  }

  @Test
  void refusesAPageWhoseTypeIsUnknownBeforeItUploadsAny() throws Exception {
    Path pages = Files.createDirectory(directory.resolve("pages"));
    Files.writeString(pages.resolve("index.html"), "<p>newer</p>");
    Files.writeString(pages.resolve("song.mp3"), "la la la");
    webJar = jarOf("newer.jar", pages);

    Outcome outcome = deploy();

    assertThat(outcome.status).isNotZero();
    assertThat(outcome.output).contains("the page song.mp3 is of an unknown type");
    assertThat(outcome.pages()).isEmpty();
  }

  @Test
  void refusesAJarWithoutPagesBeforeItChangesAnything() throws Exception {
    webJar = jar;

    Outcome outcome = deploy();

    assertThat(outcome.status).isNotZero();
    assertThat(outcome.output).contains("the pages can't be taken out of " + jar);
    assertThat(outcome.changes()).isEmpty();
  }

  @Test
  void sendsEachPageWithTheTypeThatTheApplicationSendsItWith() throws Exception {
    Outcome outcome = deploy();
    FakeCity city = new FakeCity();
    List<String> sent = outcome.pages();

    assertThat(sent)
        .hasSizeGreaterThan(4)
        .allMatch(call -> call.contains(" --exclude openapi.json --cache-control no-cache "));
    try (WebApplication application =
            new WebApplication(
                city.results(),
                city.history(),
                city.ballot(),
                city,
                city,
                new OpenVoters(),
                Clock.systemUTC());
        Stream<Path> files = Files.walk(PAGES).filter(Files::isRegularFile)) {
      for (Path file : files.toList()) {
        String name = PAGES.relativize(file).toString();
        Map<String, String> headers =
            application
                .handle(new Request("GET", "/" + name, Map.of(), new byte[0], Map.of()))
                .headers();
        String type =
            name.endsWith("/LICENSE") ? "text/plain; charset=utf-8" : headers.get("Content-Type");

        assertThat(sent)
            .filteredOn(call -> includes(call, file))
            .as(name)
            .singleElement()
            .asString()
            .endsWith("--content-type " + type);
      }
    }
  }

  private static boolean includes(String call, Path file) {
    return Pattern.compile("--include (\\S+)")
        .matcher(call)
        .results()
        .map(found -> FileSystems.getDefault().getPathMatcher("glob:" + found.group(1)))
        .anyMatch(matcher -> matcher.matches(file.getFileName()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--stack 1city|begins with a letter",
        "--stack city --shards many|--shards takes a whole number, not 'many'",
        "--stack city --retention-hours 12|from 24 to 8760",
        "--stack city --source kafka|one of: kinesis dynamodb-streams",
        "--stack city --set job.Windows=1|job.yaml has no parameter Windows",
        "--stack city --set Window=1|STACK.NAME=VALUE",
        "--stack city --oidc-issuer https://a.example|needs an --oidc-audience",
        "--stack city --oidc-issuer a.example --oidc-audience us|begins with https://",
        "--stack city --oidc-audience us|needs an --oidc-issuer",
        "--stack city --oidc-issuer https://a.example --oidc-audience us --open-voting|not both",
        "--stack city --sign-in ldap|--sign-in is one of: cognito; not 'ldap'",
        "--stack city --sign-in cognito --oidc-issuer https://a.example|brings its own issuer",
        "--stack city --sign-in cognito --oidc-audience us|brings its own issuer",
        "--stack city --sign-in cognito --open-voting|--sign-in or --open-voting, not both",
        "--stack city --oidc-token-origin https://a.example/t|takes an origin such as",
        "--stack a-cognito --sign-in cognito|give another by --set identity.DomainPrefix=TEXT",
        "--stack city --allowed-origin https://a.example/vote|takes an origin such as",
        "--stack city --allowed-origin *|takes an origin such as",
        "--stack city --domain a.example|needs a --certificate-arn",
        "--stack city --certificate-arn arn:aws:acm:eu-west-1:1:certificate/1|acm:us-east-1",
        "--stack city --web-acl-arn arn:aws:wafv2:us-east-1:1:regional/webacl/1|global/webacl",
        "--stack city --kms-key alias/city|takes an ARN such as arn:aws:kms:eu-west-1:",
        "--stack city --waf|must be in us-east-1, not eu-west-1",
        "--stack city --email nobody|takes an address",
        "--stack city --votes-table a/b|takes a table's name",
        "--stack city --shards 201|storage.StreamShards is from 1 to 200, not 201",
        "--stack city --parallelism 0|job.Parallelism is from 1 to 128, not 0",
        "--stack city --set job.InitialPosition=noon|must match TRIM_HORIZON",
        "--stack city --set job.RestoreType=LATEST|is one of: RESTORE_FROM_LATEST_SNAPSHOT",
        "--stack city --set web.LogRetentionDays=2|is one of: 1 3 5",
        "--stack city-with-a-name-of-31-letters-x|30 characters at most",
        "--stack city --region us-east-1 --waf --web-acl-arn arn:aws:wafv2:us-east-1:1:global/webacl/1|not both",
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
    words.addAll(0, List.of("--web-jar", webJar.toString(), "--cli-jar", cliJar.toString()));

    Outcome outcome = run(Map.of(), "", words.toArray(String[]::new));

    assertThat(outcome.status).isNotZero();
    assertThat(outcome.output).startsWith("deploy: ").contains(complaint);
    assertThat(outcome.changes()).isEmpty();
  }

  @Test
  void opensTheVoteToAnyoneOnlyIfItIsAsked() throws Exception {
    Map<String, String> nobodyKnown = Map.of("OPEN_VOTING", "");

    Outcome refused = deployWith(nobodyKnown);
    Outcome asked = deployWith(nobodyKnown, "--open-voting");
    Outcome known =
        deployWith(nobodyKnown, "--oidc-issuer", "https://a.example", "--oidc-audience", "us");
    Outcome knownBefore =
        deployWith(Map.of("OPEN_VOTING", "", "ISSUER", "https://login.example.org"));

    assertThat(refused.status).isNotZero();
    assertThat(refused.output)
        .contains("it is not set who may vote", "That is not for binding votes.");
    assertThat(refused.changes()).isEmpty();
    assertThat(asked.status).as(asked.output).isZero();
    assertThat(asked.output).contains("OPEN VOTING: anyone can vote any number of times.");
    assertThat(known.status).as(known.output).isZero();
    assertThat(known.output).doesNotContain("OPEN VOTING");
    assertThat(knownBefore.status).as(knownBefore.output).isZero();
    assertThat(deployWith(nobodyKnown, "--set", "web.OpenVoting=true").output)
        .contains("OPEN VOTING");
    assertThat(deployWith(nobodyKnown, "--set", "web.OidcIssuer=https://a.example").status)
        .isZero();
  }

  // --- Sign-in ----------------------------------------------------------------------------------

  private static List<String> allDeployed(Outcome outcome, String stack) {
    return outcome.calls.stream()
        .filter(call -> call.startsWith("cloudformation deploy --stack-name " + stack + " "))
        .filter(call -> !call.endsWith("--no-execute-changeset"))
        .toList();
  }

  private static String settings(String call) {
    return call.replaceFirst(".*--parameter-overrides ", "");
  }

  @Test
  void makesAUserPoolAndTellsItOfThePagesOnceTheyAreThere() throws Exception {
    Outcome first =
        deployWith(Map.of("NEW", ALL_STACKS, "OPEN_VOTING", ""), "--sign-in", "cognito");
    Outcome second = deployWith(Map.of("ISSUER", "out-Issuer", "OPEN_VOTING", "false"));

    assertThat(first.status).as(first.output).isZero();
    assertThat(allDeployed(first, "city-identity"))
        .extracting(DeployITCase::settings)
        .containsExactly(
            "PageOrigin= DomainPrefix=city-123456789012 DeletionProtection=false",
            "PageOrigin= DomainPrefix=city-123456789012 DeletionProtection=false"
                + " DeletionProtection=true",
            "PageOrigin=out-Address DomainPrefix=city-123456789012 DeletionProtection=false"
                + " DeletionProtection=true");
    assertThat(first.calls)
        .containsSubsequence(
            allDeployed(first, "city-identity").get(1),
            deployed(first, "city-web"),
            allDeployed(first, "city-identity").get(2));
    assertThat(deployed(first, "city-web"))
        .contains(
            " OpenVoting=false OidcIssuer=out-Issuer OidcAudience=out-ClientId"
                + " OidcClientId=out-ClientId OidcTokenOrigin=out-TokenOrigin"
                + " OidcScope=citytally/vote OidcSubjectClaim=sub");
    assertThat(first.output).contains("Citizens     out-UserPoolId (user pool)");
    assertThat(second.status).as(second.output).isZero();
    assertThat(allDeployed(second, "city-identity"))
        .singleElement()
        .asString()
        .contains(" PageOrigin=out-Address ");
    assertThat(deployed(second, "city-web")).doesNotContain("Oidc");
  }

  @Test
  void protectsTheCitizensAccountsThoughALaterStackFails() throws Exception {
    Outcome failed =
        deployWith(
            Map.of("NEW", ALL_STACKS, "FAIL_ON", "deploy --stack-name city-web"),
            "--sign-in",
            "cognito");
    Outcome later = deploy();

    assertThat(failed.status).isNotZero();
    assertThat(allDeployed(failed, "city-identity"))
        .last()
        .asString()
        .endsWith(" DeletionProtection=true");
    assertThat(deployed(later, "city-identity")).endsWith(" DeletionProtection=true");
  }

  @Test
  void keepsTheNameOfTheSignInPages() throws Exception {
    Outcome outcome = deployWith(Map.of("DOMAIN_PREFIX", "chosen-before"));

    assertThat(outcome.status).as(outcome.output).isZero();
    assertThat(deployed(outcome, "city-identity")).doesNotContain("DomainPrefix");
  }

  @Test
  void tellsAUserPoolOfANewDomainBeforeThePagesHaveIt() throws Exception {
    Outcome outcome =
        deploy(
            ("--sign-in cognito --domain votes.example --certificate-arn"
                    + " arn:aws:acm:us-east-1:123456789012:certificate/1")
                .split(" "));

    assertThat(allDeployed(outcome, "city-identity"))
        .singleElement()
        .asString()
        .contains(" PageOrigin=https://votes.example ");
  }

  @Test
  void makesNoUserPoolWhereNoneIsAskedFor() throws Exception {
    Outcome outcome = deployWith(Map.of("NEW", "city-identity"));

    assertThat(outcome.status).as(outcome.output).isZero();
    assertThat(allDeployed(outcome, "city-identity")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "none",
      value = {
        // What the issuer says, and whose it was before; what the pages may call then.
        "{\"token_endpoint\": \"https://t.example/token\"}|none| OidcTokenOrigin=https://t.example",
        "{\"token_endpoint\":\"https:\\/\\/t.example:8443\\/t\"}|none|https://t.example:8443",
        "{\"token_endpoint\": \"https://id.example/city/token\"}|none| OidcTokenOrigin= ",
        "{\"jwks_uri\": \"https://t.example/keys\"}|none| OidcTokenOrigin= ",
        "''|none| OidcTokenOrigin= ",
        "''|https://id.example/city|none",
      })
  void asksTheIssuerWhereItGivesOutTokensAndGoesOnWithoutAnAnswer(
      String document, String issuerBefore, String setting) throws Exception {
    Outcome outcome =
        deployWith(
            Map.of("DISCOVERY", document, "ISSUER", issuerBefore == null ? "" : issuerBefore),
            "--oidc-issuer",
            "https://id.example/city",
            "--oidc-audience",
            "us");

    assertThat(outcome.status).as(outcome.output).isZero();
    if (setting == null) {
      assertThat(deployed(outcome, "city-web")).doesNotContain("OidcTokenOrigin");
    } else {
      assertThat(deployed(outcome, "city-web") + " ").contains(setting);
    }
    assertThat(outcome.output.contains("or nobody can sign in"))
        .isEqualTo(!document.contains("token_endpoint"));
  }

  @Test
  void believesTheOperatorRatherThanTheIssuer() throws Exception {
    Outcome outcome =
        deployWith(
            Map.of("DISCOVERY", "{\"token_endpoint\": \"https://t.example/token\"}"),
            ("--oidc-issuer https://id.example/city --oidc-audience us"
                    + " --oidc-token-origin https://u.example")
                .split(" "));

    assertThat(deployed(outcome, "city-web")).contains(" OidcTokenOrigin=https://u.example");
  }

  @Test
  void saysInOneLineThatItLacksARegionOrCredentials() throws Exception {
    Outcome nowhere = deployWith(Map.of("AWS_DEFAULT_REGION", ""));
    Outcome stranger = deployWith(Map.of("STRANGER", "yes"));

    assertThat(nowhere.status).isNotZero();
    assertThat(nowhere.output)
        .isEqualTo("deploy: no AWS region: give --region, or set AWS_REGION\n");
    assertThat(stranger.status).isNotZero();
    assertThat(stranger.output.lines())
        .singleElement()
        .asString()
        .contains("no AWS credentials that work: run 'aws configure'", "Unable to locate");
  }

  // --- Options ----------------------------------------------------------------------------------

  @Test
  void makesBackupsAndRolesWhereTheyAreAskedForAndKeepsThemUpToDate() throws Exception {
    Map<String, String> without = Map.of("NEW", "city-backup city-access");

    Outcome none = deployWith(without);
    Outcome asked = deployWith(without, "--backup", "--trail");
    Outcome later = deploy();

    assertThat(none.changes()).noneMatch(call -> call.matches(".*city-(backup|access).*"));
    assertThat(deployed(asked, "city-backup")).contains(" StorageStack=city-storage");
    assertThat(deployed(asked, "city-access")).contains(" Trail=true");
    assertThat(deployed(later, "city-backup")).isNotNull();
    assertThat(deployed(later, "city-access")).doesNotContain("Trail=");
  }

  @Test
  void refusesToChangeTheTrailsRetention() throws Exception {
    String locked = "parameter\\tTrailLock\\tGOVERNANCE\\nparameter\\tTrailRetentionDays\\t365\\n";
    Map<String, String> trail = Map.of("PARAMETERS_access", locked + "parameter\\tTrail\\ttrue\\n");

    for (String setting : List.of("TrailRetentionDays=30", "TrailLock=COMPLIANCE")) {
      Outcome refused = deployWith(trail, "--set", "access." + setting);
      assertThat(refused.status).isNotZero();
      assertThat(refused.output)
          .contains("access." + setting.replaceAll("=.*", "") + " can't be changed");
      assertThat(refused.changes()).isEmpty();
      assertThat(
              deployWith(Map.of("PARAMETERS_access", locked), "--set", "access." + setting).status)
          .isZero();
    }
    assertThat(deployWith(trail, "--set", "access.TrailRetentionDays=365").status).isZero();
  }

  @Test
  void keepsBackupsForAsLongAsTheVaultTakesThem() throws Exception {
    Outcome refused = deploy("--set", "backup.RetentionDays=6");
    Outcome lowered =
        deploy("--set", "backup.RetentionDays=6", "--set", "backup.MinRetentionDays=6");

    assertThat(refused.status).isNotZero();
    assertThat(refused.output).contains("backup.RetentionDays is 6", "backup.MinRetentionDays, 7");
    assertThat(refused.changes()).isEmpty();
    assertThat(lowered.status).as(lowered.output).isZero();
  }

  @Test
  void encryptsWithTheOperatorsKeyWhereverThereIsSomethingToEncrypt() throws Exception {
    String key = "arn:aws:kms:eu-west-1:123456789012:key/1";

    Outcome outcome = deploy("--kms-key", key);

    assertThat(List.of("storage", "job", "web", "audit", "access"))
        .allSatisfy(
            name -> assertThat(deployed(outcome, "city-" + name)).contains(" KmsKeyArn=" + key));
  }

  @Test
  void tearsDownInTheOppositeOrderAndKeepsTheData() throws Exception {
    Outcome outcome = run(Map.of(), "city\n", "teardown", "--stack", "city");

    assertThat(outcome.status).as(outcome.output).isZero();
    assertThat(outcome.changes())
        .containsExactly(
            "cloudformation delete-stack --stack-name city-access",
            "cloudformation wait stack-delete-complete --stack-name city-access",
            "cloudformation delete-stack --stack-name city-backup",
            "cloudformation wait stack-delete-complete --stack-name city-backup",
            "cloudformation delete-stack --stack-name city-monitoring",
            "cloudformation wait stack-delete-complete --stack-name city-monitoring",
            "cloudformation delete-stack --stack-name city-audit",
            "cloudformation wait stack-delete-complete --stack-name city-audit",
            "s3 rm s3://out-PagesBucket --recursive --only-show-errors",
            "cloudformation delete-stack --stack-name city-web",
            "cloudformation wait stack-delete-complete --stack-name city-web",
            "cloudformation delete-stack --stack-name city-job",
            "cloudformation wait stack-delete-complete --stack-name city-job",
            "s3 rm s3://out-BucketName --recursive --only-show-errors",
            "cloudformation delete-stack --stack-name city-artifacts",
            "cloudformation wait stack-delete-complete --stack-name city-artifacts");
    assertThat(outcome.output)
        .contains("In account 123456789012, region eu-west-1, this deletes the job")
        .contains("Kept: the stack city-storage");
  }

  @Test
  void saysBeforeATeardownWhichOptionsTheNextDeploymentNeeds() throws Exception {
    Outcome outcome =
        run(
            Map.of(
                "NEW",
                "city-access",
                "ONLY_THE_BALLOT",
                "true",
                "PARAMETERS_job",
                "parameter\\tWindow\\t2 s\\nparameter\\tTurnoutWindow\\t10 s\\n"
                    + "parameter\\tJarKey\\tjob/1.jar\\nparameter\\tEpoch\\t3\\n",
                "PARAMETERS_monitoring",
                "parameter\\tEmail\\ta@b.example\\nparameter\\tStorageStack\\tcity-storage\\n"),
            "city\n",
            "teardown",
            "--stack",
            "city");

    assertThat(outcome.status).as(outcome.output).isZero();
    assertThat(outcome.output)
        .contains(
            "Pass these options to the next deployment:\n"
                + "  --set job.Window=2\\ s --set job.OnlyTheBallot=true --set web.OpenVoting=true"
                + " --set monitoring.Email=a@b.example --backup\n")
        .containsPattern("The job ended before \\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ[.]");
    assertThat(outcome.output.indexOf("Pass these options"))
        .isLessThan(outcome.output.indexOf("Stack city-access"));
  }

  @Test
  void deletesNoTableThatWasThereBefore() throws Exception {
    Outcome outcome =
        run(
            Map.of("EXISTING", "out-VotesTableName"),
            "",
            "teardown",
            "--stack",
            "city",
            "--delete-data",
            "--yes");

    assertThat(outcome.status).as(outcome.output).isZero();
    assertThat(outcome.output).contains("Kept: the table out-VotesTableName");
    assertThat(outcome.changes())
        .containsSubsequence(
            "dynamodb disable-kinesis-streaming-destination --table-name out-VotesTableName"
                + " --stream-arn out-VoteStreamArn --output text --query DestinationStatus",
            "kinesis delete-stream --stream-name out-VoteStreamName --enforce-consumer-deletion")
        .noneMatch(call -> call.startsWith("dynamodb delete-table --table-name out-VotesT"));
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
        .extracting(call -> call.split(" ")[3])
        .containsExactlyInAnyOrder(
            "out-VotesTableName",
            "out-TotalVotesTableName",
            "out-RecentVotesTableName",
            "out-RejectedVotesTableName",
            "out-CorrectionsTableName",
            "out-BallotTableName",
            "out-TurnoutTableName",
            "out-VoteHistoryTableName",
            "out-ElectionTableName");
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

  @Test
  void deletesTheCitizensAccountsWithTheData() throws Exception {
    Outcome kept = run(Map.of(), "", "teardown", "--stack", "city", "--yes");
    Outcome deleted = run(Map.of(), "", "teardown", "--stack", "city", "--delete-data", "--yes");

    assertThat(kept.output).contains("Kept: the stack city-identity, with the citizens' accounts.");
    assertThat(kept.changes()).noneMatch(call -> call.contains("identity"));
    assertThat(deleted.changes())
        .containsSubsequence(
            "cloudformation delete-stack --stack-name city-identity",
            "cognito-idp update-user-pool --user-pool-id out-UserPoolId --deletion-protection"
                + " INACTIVE",
            "cognito-idp delete-user-pool --user-pool-id out-UserPoolId");
  }

  // --- Erase ------------------------------------------------------------------------------------

  private static final Map<String, String> FINAL = Map.of("CLOSED", "abc", "STORED", "result-abc");

  private static Map<String, String> whenFinal(String variable, String value) {
    Map<String, String> environment = new HashMap<>(FINAL);
    environment.put(variable, value);
    return environment;
  }

  @Test
  void erasesTheKeyThenTheFunctionsMemoryOfItThenTheLogs() throws Exception {
    Outcome outcome = run(FINAL, "city\n", "erase", "--stack", "city");

    assertThat(outcome.status).as(outcome.output).isZero();
    assertThat(outcome.changes())
        .containsExactly(
            "secretsmanager delete-secret --secret-id out-VoteIdKeyArn"
                + " --force-delete-without-recovery --output text --query DeletionDate",
            "cloudformation update-stack --stack-name city-web --use-previous-template"
                + " --capabilities CAPABILITY_IAM --parameters"
                + " ParameterKey=Revision,ParameterValue=erased"
                + " ParameterKey=StorageStack,UsePreviousValue=true"
                + " ParameterKey=CodeKey,UsePreviousValue=true"
                + " ParameterKey=OpenVoting,UsePreviousValue=true"
                + " ParameterKey=OidcIssuer,UsePreviousValue=true --output text --query StackId",
            "cloudformation wait stack-update-complete --stack-name city-web",
            "logs delete-log-stream --log-group-name /aws/lambda/city-web --log-stream-name"
                + " 2026/11/29/[1]a",
            "logs delete-log-stream --log-group-name /aws/lambda/city-web --log-stream-name"
                + " 2026/11/29/[1]b",
            "logs delete-log-stream --log-group-name /aws/vendedlogs/apis/city-web"
                + " --log-stream-name 2026/11/29/[1]a",
            "logs delete-log-stream --log-group-name /aws/vendedlogs/apis/city-web"
                + " --log-stream-name 2026/11/29/[1]b");
    assertThat(outcome.output)
        .contains("In account 123456789012, region eu-west-1, this deletes what links a ballot")
        .contains("secret out-VoteIdKeyArn", "/aws/lambda/city-web", "It can't be undone")
        .contains("Still there: the citizens' accounts in the user pool of city-identity.");
  }

  @ParameterizedTest
  @CsvSource({"None, None", "abc, None", "abc, result-abd"})
  void erasesNothingBeforeTheResultIsStored(String closed, String stored) throws Exception {
    Outcome outcome =
        run(Map.of("CLOSED", closed, "STORED", stored), "", "erase", "--stack", "city", "--yes");

    assertThat(outcome.status).isNotZero();
    assertThat(outcome.output)
        .contains("has no final result yet, and nothing was erased: run citytally close first");
    assertThat(outcome.changes()).isEmpty();
  }

  @Test
  void erasesNothingUnlessTheNameIsTypedOrInADryRun() throws Exception {
    Outcome declined = run(FINAL, "yes\n", "erase", "--stack", "city");
    Outcome dryRun = run(FINAL, "", "erase", "--stack", "city", "--dry-run");

    assertThat(declined.status).isNotZero();
    assertThat(declined.output).contains("nothing was deleted");
    assertThat(declined.changes()).isEmpty();
    assertThat(dryRun.status).as(dryRun.output).isZero();
    assertThat(dryRun.output).contains("aws secretsmanager delete-secret", "Nothing was changed.");
    assertThat(dryRun.changes()).isEmpty();
  }

  @Test
  void erasesTheRestAfterAFailure() throws Exception {
    Outcome failed =
        run(whenFinal("FAIL_ON", "wait stack-update"), "", "erase", "--stack", "city", "--yes");
    Outcome again = run(whenFinal("REVISION", "erased"), "", "erase", "--stack", "city", "--yes");

    assertThat(failed.status).isNotZero();
    assertThat(failed.output).contains("the function still has it in its memory");
    assertThat(again.status).as(again.output).isZero();
    assertThat(again.changes())
        .noneMatch(call -> call.startsWith("cloudformation"))
        .anyMatch(call -> call.startsWith("secretsmanager delete-secret"))
        .anyMatch(call -> call.startsWith("logs delete-log-stream"));
  }

  @Test
  void erasesNothingWhereTheElectionCannotBeRead() throws Exception {
    Outcome outcome =
        run(whenFinal("FAIL_ON", "get-item"), "", "erase", "--stack", "city", "--yes");

    assertThat(outcome.status).isNotZero();
    assertThat(outcome.output).contains("can't be read, so it is not known whether the result");
    assertThat(outcome.changes()).isEmpty();
  }
}
