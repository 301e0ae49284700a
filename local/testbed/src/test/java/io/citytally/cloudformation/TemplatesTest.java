package io.citytally.cloudformation;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.entry;

import io.citytally.VoteCountingPipeline;
import io.citytally.config.Property;
import io.citytally.config.VoteCountingConfig;
import io.citytally.metric.Metric;
import io.citytally.table.BallotTable;
import io.citytally.table.CorrectionsTable;
import io.citytally.table.ElectionTable;
import io.citytally.table.HistoryTable;
import io.citytally.table.RecentVotesTable;
import io.citytally.table.RejectedVotesTable;
import io.citytally.table.TotalVotesTable;
import io.citytally.table.TurnoutTable;
import io.citytally.table.VotesTable;
import io.citytally.vote.Choice;
import io.citytally.vote.HistoryKey;
import io.citytally.vote.RejectedVote;
import io.citytally.web.CitizenIdentity;
import io.citytally.web.FakeCity;
import io.citytally.web.OpenVoters;
import io.citytally.web.Request;
import io.citytally.web.SignIn;
import io.citytally.web.Voters;
import io.citytally.web.WebApplication;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.flink.util.TimeUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The templates and the code say the same. */
class TemplatesTest {

  private static final Map<String, String> WITH_ALL_THAT_IS_OPTIONAL =
      Map.of(
          "SourceEndpoint", "https://source.example.org",
          "DynamoDbEndpoint", "https://tables.example.org",
          "OnlyTheBallot", "true");

  // --- The job's properties ---------------------------------------------------------------------

  /** By group and key. */
  private static Map<String, Map<String, String>> propertiesOf(Map<String, String> parameters) {
    Map<?, ?> configuration =
        (Map<?, ?>)
            Template.of("job", parameters)
                .properties("Application")
                .get("ApplicationConfiguration");
    Map<?, ?> environment = (Map<?, ?>) configuration.get("EnvironmentProperties");
    Map<String, Map<String, String>> groups = new TreeMap<>();
    for (Object each : (List<?>) environment.get("PropertyGroups")) {
      Map<?, ?> group = (Map<?, ?>) each;
      Map<String, String> properties = new TreeMap<>();
      ((Map<?, ?>) group.get("PropertyMap"))
          .forEach((key, value) -> properties.put(key.toString(), value.toString()));
      groups.put(group.get("PropertyGroupId").toString(), properties);
    }
    return groups;
  }

  private static Set<String> namesIn(Map<String, Map<String, String>> groups) {
    return groups.entrySet().stream()
        .flatMap(group -> group.getValue().keySet().stream().map(key -> group.getKey() + " " + key))
        .collect(toSet());
  }

  @Test
  void givesTheJobExactlyThePropertiesThatItReads() {
    Set<String> names = new TreeSet<>();
    for (String source : List.of("kinesis", "dynamodb-streams")) {
      Map<String, String> parameters = new HashMap<>(WITH_ALL_THAT_IS_OPTIONAL);
      parameters.put("Source", source);
      names.addAll(namesIn(propertiesOf(parameters)));
    }

    assertThat(names)
        .containsExactlyInAnyOrderElementsOf(
            Property.ALL.stream().map(Property::toString).toList());
  }

  @Test
  void givesThemTheDefaultsOfTheCode() {
    Template storage = Template.of("storage");
    Map<String, Map<String, String>> groups = propertiesOf(Map.of("OnlyTheBallot", "true"));

    for (Property<?> property : Property.ALL) {
      String value = groups.get(property.group()).get(property.key());
      if (property.defaultText() == null) {
        assertThat(value).as(property.toString()).isIn(null, "<AWS::Region>", "<BallotTableName>");
      } else if (value.startsWith("<")) {
        // Imported from the storage stack, where it follows the stack's name.
        String resource = storage.outputs().get(value.substring(1, value.length() - 1)).toString();
        Map<?, ?> properties = storage.properties(resource.substring(1, resource.length() - 1));
        assertThat(properties.get(properties.containsKey("Name") ? "Name" : "TableName"))
            .as(property.toString())
            .isEqualTo("<AWS::StackName>-" + property.defaultText());
      } else {
        assertThat(value).as(property.toString()).isEqualTo(property.defaultText());
      }
    }
  }

  static Stream<Map<String, String>> sources() {
    return Stream.of(
        Map.of(),
        Map.of("Source", "dynamodb-streams"),
        WITH_ALL_THAT_IS_OPTIONAL,
        Map.of("Epoch", "2"));
  }

  @ParameterizedTest
  @MethodSource("sources")
  void givesTheJobAConfigurationThatItAccepts(Map<String, String> parameters) {
    Map<String, String> known =
        Map.of(
            "<AWS::Region>", "eu-west-1",
            "<VoteStreamName>", "votes",
            "<VotesTableName>", "votes",
            "<TotalVotesTableName>", "total_votes",
            "<TurnoutTableName>", "turnout",
            "<VoteHistoryTableName>", "vote_history",
            "<RecentVotesTableName>", "recent_votes",
            "<RejectedVotesTableName>", "rejected_votes",
            "<BallotTableName>", "ballot",
            "<VotesTableStreamArn>",
                "arn:aws:dynamodb:eu-west-1:123456789012:table/votes/stream/2026-01-01T00:00");
    Map<String, Properties> groups = new HashMap<>();
    propertiesOf(parameters)
        .forEach(
            (group, values) -> {
              Properties properties = new Properties();
              values.forEach((key, value) -> properties.put(key, known.getOrDefault(value, value)));
              groups.put(group, properties);
            });

    assertThatCode(() -> VoteCountingConfig.parse(groups)).doesNotThrowAnyException();
  }

  @Test
  void letsTheJobRememberForLongerThanTheStreamKeeps() {
    Duration remembered = TimeUtils.parseDuration(Template.of("job").parameters().get("DedupeTtl"));
    Duration kept =
        Duration.ofHours(
            Long.parseLong(Template.of("storage").parameters().get("StreamRetentionHours")));

    assertThat(remembered).isGreaterThan(kept);
  }

  @Test
  void letsTheAuditWaitForLongerThanTheJob() {
    Map<String, String> job = Template.of("job").parameters();
    Duration window = TimeUtils.parseDuration(job.get("Window"));
    Duration turnoutWindow = TimeUtils.parseDuration(job.get("TurnoutWindow"));
    Map<String, String> audit = Template.of("audit").parameters();
    Duration settle = TimeUtils.parseDuration(audit.get("Settle"));

    assertThat(settle)
        .isGreaterThanOrEqualTo(window.multipliedBy(3))
        .isGreaterThanOrEqualTo(turnoutWindow.multipliedBy(3));
    assertThat(TimeUtils.parseDuration(audit.get("SettleHistory")))
        .isGreaterThanOrEqualTo(settle.plus(TimeUtils.parseDuration(job.get("HistoryWindow"))));
  }

  @ParameterizedTest
  @MethodSource("sources")
  void comparesTheJobThatRunsWithAllPropertiesOfTheApplication(Map<String, String> parameters) {
    Template job = Template.of("job", parameters);
    Map<?, ?> configuration =
        (Map<?, ?>) job.properties("Application").get("ApplicationConfiguration");

    assertThat(job.properties("JobStart").get("PropertyGroups"))
        .isEqualTo(((Map<?, ?>) configuration.get("EnvironmentProperties")).get("PropertyGroups"));
  }

  @Test
  void allowsNoMoreParallelismThanTheStateIsDividedFor() {
    assertThat(Template.of("job").maxValue("Parallelism"))
        .isEqualTo(VoteCountingPipeline.MAX_PARALLELISM);
  }

  // --- The tables -------------------------------------------------------------------------------

  private static Map<String, Set<String>> keysInStorage() {
    Template storage = Template.of("storage");
    Map<String, Set<String>> keys = new TreeMap<>();
    for (String id : storage.resources("AWS::DynamoDB::Table").keySet()) {
      Map<?, ?> table = storage.properties(id);
      keys.put(
          table.get("TableName").toString().replace("<AWS::StackName>-", ""),
          ((List<?>) table.get("KeySchema"))
              .stream()
                  .map(key -> ((Map<?, ?>) key).get("AttributeName").toString())
                  .collect(toSet()));
    }
    return keys;
  }

  @Test
  void keysTheTablesAsTheCodeDoes() {
    Choice key = new Choice("Old Town", "oak");

    assertThat(keysInStorage())
        .containsOnly(
            entry(VotesTable.DEFAULT_NAME, VotesTable.keyOf("id").keySet()),
            entry(TotalVotesTable.DEFAULT_NAME, TotalVotesTable.keyOf(key).keySet()),
            entry(RecentVotesTable.DEFAULT_NAME, RecentVotesTable.keyOf("city").keySet()),
            entry(RejectedVotesTable.DEFAULT_NAME, RejectedVotesTable.keyOf("s", "p").keySet()),
            entry(
                CorrectionsTable.DEFAULT_NAME,
                Set.of(CorrectionsTable.REGION, CorrectionsTable.CORRECTION)),
            entry(BallotTable.DEFAULT_NAME, BallotTable.keyOf(key).keySet()),
            entry(TurnoutTable.DEFAULT_NAME, TurnoutTable.keyOf("region").keySet()),
            entry(
                HistoryTable.DEFAULT_NAME,
                HistoryTable.keyOf(HistoryKey.of("city", "v:undated")).keySet()),
            entry(ElectionTable.DEFAULT_NAME, ElectionTable.key().keySet()));
  }

  @Test
  void letsRejectedVotesExpireByTheAttributeThatTheCodeSets() {
    Map<?, ?> timeToLive =
        (Map<?, ?>)
            Template.of("storage").properties("RejectedVotesTable").get("TimeToLiveSpecification");
    RejectedVote rejected = new RejectedVote("shard", "1", "reason", "payload", 0);

    assertThat(timeToLive.get("AttributeName")).isEqualTo(RejectedVotesTable.EXPIRES_AT);
    assertThat(RejectedVotesTable.itemOf(rejected, Duration.ofDays(1)))
        .extractingByKey(RejectedVotesTable.EXPIRES_AT)
        .extracting(value -> value.n())
        .isNotNull();
  }

  @Test
  void keepsWhatMustNotBeLost() {
    Template storage = Template.of("storage");
    List<String> kept = new ArrayList<>();
    for (String type :
        List.of("AWS::DynamoDB::Table", "AWS::Kinesis::Stream", "AWS::SecretsManager::Secret")) {
      storage
          .resources(type)
          .forEach(
              (id, resource) -> {
                kept.add(id);
                assertThat(resource.get("DeletionPolicy")).as(id).isEqualTo("RetainExceptOnCreate");
                assertThat(resource.get("UpdateReplacePolicy")).as(id).isEqualTo("Retain");
              });
    }

    assertThat(kept).hasSize(11);
    for (String id : storage.resources("AWS::DynamoDB::Table").keySet()) {
      Map<?, ?> table = storage.properties(id);
      assertThat(table.get("DeletionProtectionEnabled")).as(id).isEqualTo("true");
      assertThat(table.get("PointInTimeRecoverySpecification"))
          .as(id)
          .isEqualTo(Map.of("PointInTimeRecoveryEnabled", true));
      assertThat(table.get("SSESpecification")).as(id).isEqualTo(Map.of("SSEEnabled", true));
    }
  }

  // --- From one template to the next ------------------------------------------------------------

  @ParameterizedTest
  @MethodSource("listNames")
  void importsOnlyWhatIsExported(String source) {
    Set<String> exported = new TreeSet<>();
    exported.addAll(Template.of("storage", Map.of("Source", source)).outputs().keySet());
    exported.addAll(Template.of("job", Map.of("Source", source)).outputs().keySet());
    exported.addAll(Template.of("web").outputs().keySet());
    exported.addAll(Template.of("audit").outputs().keySet());
    exported.addAll(Template.of("monitoring").outputs().keySet());
    Map<String, Map<String, String>> importing =
        Map.of(
            "job", Map.of("Source", source, "OnlyTheBallot", "true"),
            "web", Map.of("OidcIssuer", "https://login.example.org", "OidcAudience", "us"),
            "audit", Map.of(),
            "monitoring", Map.of("Source", source),
            "backup", Map.of(),
            "access", Map.of("Source", source, "Trail", "true"));

    importing.forEach(
        (name, parameters) ->
            assertThat(Imports.of(Template.of(name, parameters))).as(name).isSubsetOf(exported));
  }

  static Stream<String> listNames() {
    return Stream.of("kinesis", "dynamodb-streams");
  }

  @Test
  void choosesBetweenTheSameSourcesEverywhere() {
    assertThat(List.of("storage", "job", "monitoring", "access"))
        .allSatisfy(
            name -> assertThat(Template.of(name).parameters()).containsEntry("Source", "kinesis"));
  }

  // --- The pages --------------------------------------------------------------------------------

  @Test
  void givesTheFunctionTheVariablesThatItReads() {
    Map<?, ?> variables =
        (Map<?, ?>)
            ((Map<?, ?>)
                    Template.of(
                            "web",
                            Map.of("OidcIssuer", "https://login.example.org", "OidcAudience", "us"))
                        .properties("Function")
                        .get("Environment"))
                .get("Variables");

    assertThat(variables.keySet().stream().map(Object::toString))
        .containsExactlyInAnyOrder(
            "VOTES_TABLE",
            "TOTAL_VOTES_TABLE",
            "RECENT_VOTES_TABLE",
            "TURNOUT_TABLE",
            "VOTE_HISTORY_TABLE",
            "BALLOT_TABLE",
            "ELECTION_TABLE",
            "OIDC_ISSUER",
            "OIDC_AUDIENCE",
            "OIDC_SCOPE",
            "OIDC_SUBJECT_CLAIM",
            "VOTE_ID_KEY_ARN",
            "ORIGIN_SECRET_ARN",
            "REVISION",
            "JAVA_TOOL_OPTIONS");
  }

  @Test
  void sendsEachRequestToAnOriginThatIsThere() {
    Map<?, ?> distribution =
        (Map<?, ?>) Template.of("web").properties("Distribution").get("DistributionConfig");
    Set<Object> origins =
        ((List<?>) distribution.get("Origins"))
            .stream().map(origin -> ((Map<?, ?>) origin).get("Id")).collect(toSet());
    List<Object> behaviors = new ArrayList<>((List<?>) distribution.get("CacheBehaviors"));
    behaviors.add(distribution.get("DefaultCacheBehavior"));

    assertThat(behaviors)
        .allSatisfy(
            behavior -> assertThat(((Map<?, ?>) behavior).get("TargetOriginId")).isIn(origins));
  }

  /** CORS-S3Origin and AllViewerExceptHostHeader forward what a preflight request asks. */
  @Test
  void forwardsPreflightRequestsToTheApi() {
    Map<?, ?> distribution =
        (Map<?, ?>) Template.of("web").properties("Distribution").get("DistributionConfig");

    assertThat((List<?>) distribution.get("CacheBehaviors"))
        .extracting(behavior -> (Map<?, ?>) behavior)
        .filteredOn(behavior -> behavior.get("TargetOriginId").equals("api"))
        .hasSizeGreaterThan(4)
        .allSatisfy(
            behavior -> {
              assertThat((Iterable<?>) behavior.get("AllowedMethods"))
                  .asString()
                  .contains("OPTIONS");
              assertThat(behavior.get("OriginRequestPolicyId"))
                  .isIn(
                      "88a5eaf4-2fd4-4709-b370-b4c650ea3fcf",
                      "b689b0a8-53d0-40ab-baf2-68738e2966ac");
            });
  }

  @ParameterizedTest
  @CsvSource({
    "'', ''",
    "'', https://tokens.example.org",
    "https://login.example.org, ''",
    "https://login.example.org/realms/a, ''",
    "https://login.example.org/pool, https://tokens.example.org",
  })
  void showsThePagesWithTheHeadersThatTheApplicationSends(String issuer, String tokenOrigin) {
    Template web =
        Template.of(
            "web",
            Map.of("OidcIssuer", issuer, "OidcAudience", "us", "OidcTokenOrigin", tokenOrigin));

    for (Map.Entry<String, String> page :
        Map.of("/", "SecurityHeaders", "/embed", "FramedHeaders").entrySet()) {
      Map<String, String> sent = headersOf(page.getKey(), issuer, tokenOrigin);
      Map<String, String> added = headersOfCloudFront(web, page.getValue());

      assertThat(added).containsAllEntriesOf(sent);
      assertThat(added).hasSize(sent.size() + 1).containsKey("Strict-Transport-Security");
    }
  }

  private static Map<String, String> headersOf(String page, String issuer, String tokenOrigin) {
    SignIn signIn = new SignIn(issuer, "us");
    Voters voters =
        issuer.isEmpty()
            ? new OpenVoters()
            : new CitizenIdentity(
                tokenOrigin.isEmpty() ? signIn : signIn.withTokenOrigin(tokenOrigin),
                new byte[CitizenIdentity.MIN_KEY_BYTES]);
    FakeCity city = new FakeCity();
    Map<String, String> sent = new HashMap<>();
    try (WebApplication application =
        new WebApplication(
            city.results(), city.history(), city.ballot(), city, city, voters, Clock.systemUTC())) {
      sent.putAll(
          application.handle(new Request("GET", page, Map.of(), new byte[0], Map.of())).headers());
    }
    sent.keySet().removeAll(Set.of("Cache-Control", "Content-Type", "ETag", "Vary"));
    return sent;
  }

  private static Map<String, String> headersOfCloudFront(Template web, String policyId) {
    Map<?, ?> policy = (Map<?, ?>) web.properties(policyId).get("ResponseHeadersPolicyConfig");
    Map<String, String> headers = new HashMap<>();
    ((Map<?, ?>) policy.get("SecurityHeadersConfig"))
        .forEach(
            (name, value) -> {
              Map<?, ?> settings = (Map<?, ?>) value;
              assertThat(settings.get("Override")).as(name.toString()).isEqualTo(true);
              switch (name.toString()) {
                case "ContentSecurityPolicy" ->
                    headers.put(
                        "Content-Security-Policy",
                        settings.get("ContentSecurityPolicy").toString());
                case "ContentTypeOptions" -> headers.put("X-Content-Type-Options", "nosniff");
                case "ReferrerPolicy" ->
                    headers.put("Referrer-Policy", settings.get("ReferrerPolicy").toString());
                case "StrictTransportSecurity" ->
                    headers.put(
                        "Strict-Transport-Security",
                        "max-age=" + settings.get("AccessControlMaxAgeSec"));
                default -> throw new IllegalArgumentException(name.toString());
              }
            });
    for (Object each : (List<?>) ((Map<?, ?>) policy.get("CustomHeadersConfig")).get("Items")) {
      Map<?, ?> header = (Map<?, ?>) each;
      assertThat(header.get("Override")).isEqualTo(true);
      headers.put(header.get("Header").toString(), header.get("Value").toString());
    }
    return headers;
  }

  // --- Alarms -----------------------------------------------------------------------------------

  @Test
  void looksAtEachMetricOfTheJobAndAtNoneThatIsUnknown() {
    Set<String> known = new TreeSet<>(Monitoring.OF_MANAGED_FLINK);
    known.addAll(Monitoring.OF_OTHERS);
    for (Metric metric : Metric.values()) {
      known.add("AWS/KinesisAnalytics " + metric.label());
    }
    Set<String> looked = new TreeSet<>(Monitoring.inAlarms());
    looked.addAll(Monitoring.onDashboard());

    assertThat(looked).isEqualTo(known);
  }

  @Test
  void tellsOneTopicOfEachAlarmAndSaysWhatToDo() {
    Template monitoring = Template.of("monitoring");

    assertThat(monitoring.resources("AWS::CloudWatch::Alarm").keySet())
        .hasSizeGreaterThanOrEqualTo(10)
        .allSatisfy(
            id -> {
              Map<?, ?> alarm = monitoring.properties(id);
              // An alarm that nobody is told can tell nobody.
              assertThat(alarm.get("AlarmActions"))
                  .isEqualTo(id.equals("NobodyIsTold") ? null : List.of("<Topic>"));
              assertThat(alarm.get("AlarmDescription").toString())
                  .hasSizeBetween(80, 1024)
                  .endsWith(".");
            });
    assertThat(Template.of("backup").properties("BackupFailed").get("AlarmActions"))
        .isEqualTo(List.of("<TopicArn>"));
  }

  @Test
  void tellsThatNoAuditHasSucceededEvenIfNoneRan() {
    Map<?, ?> alarm = Template.of("monitoring").properties("AuditMissing");

    assertThat(alarm.get("TreatMissingData")).isEqualTo("breaching");
    assertThat(alarm.get("Period")).isEqualTo(86400);
    assertThat(alarm.get("EvaluationPeriods")).isEqualTo(2);
  }

  @Test
  void theOperatorsGuideSaysOfEachAlarmWhatTheAlarmSays() throws IOException {
    String guide = Files.readString(Path.of("docs/operate.md"));

    for (Template template : List.of(Template.of("monitoring"), Template.of("backup"))) {
      assertThat(template.resources("AWS::CloudWatch::Alarm").keySet())
          .isNotEmpty()
          .allSatisfy(
              id ->
                  assertThat(guide)
                      .contains(
                          "| `" + id + "` | " + template.properties(id).get("AlarmDescription")));
    }
  }

  @Test
  void theOperatorsGuideRepeatsTheOptionsAfterATeardown() throws IOException {
    String guide = Files.readString(Path.of("docs/operate.md"));

    assertThat(Pattern.compile("deploy [^`]*--allow-replacement[^`]*`").matcher(guide).results())
        .extracting(MatchResult::group)
        .hasSizeGreaterThan(3)
        .allSatisfy(command -> assertThat(command).contains(" OPTIONS"));
    assertThat(Pattern.compile("`[^`]*deploy --source kinesis [^`]*`").matcher(guide).results())
        .extracting(MatchResult::group)
        .isNotEmpty()
        .allSatisfy(command -> assertThat(command).contains("--set storage.StreamName="));
    assertThat(guide.substring(guide.indexOf("### Restore a backup")))
        .containsSubsequence(
            "disable-kinesis-streaming-destination --table-name city-storage-votes",
            "deploy --votes-table city-votes-restored",
            "--set job.InitialPosition=");
  }

  @Test
  void theOperatorsGuideNamesEveryTableWhereItCorrectsTotalsOnAws() throws IOException {
    String guide = Files.readString(Path.of("docs/operate.md"));

    assertThat(Pattern.compile("audit --region[^`]* --fix").matcher(guide).results())
        .extracting(MatchResult::group)
        .isNotEmpty()
        .allSatisfy(
            command ->
                assertThat(command)
                    .contains(
                        "--votes-table ",
                        "--total-table ",
                        "--turnout-table ",
                        "--history-table ",
                        "--rejected-table ",
                        "--ballot-table ",
                        "--corrections-table "));
  }
}
