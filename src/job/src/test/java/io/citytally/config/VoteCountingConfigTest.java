package io.citytally.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.citytally.vote.SourceKind;
import java.io.IOException;
import java.lang.reflect.Field;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class VoteCountingConfigTest {

  private static final Map<String, String> ENVIRONMENT = Map.of("AWS_REGION", "eu-west-1");
  private static final String ARN =
      "arn:aws:dynamodb:eu-west-1:123456789012:table/votes/stream/2024-01-01T00:00:00.000";

  private static final String POSITIONS =
      "'TRIM_HORIZON or a time that has passed, such as 2026-11-28T12:00:00Z, in whole"
          + " milliseconds'";

  @TempDir private Path directory;

  @Test
  void everythingButTheRegionHasADefault() {
    VoteCountingConfig config = parse();

    assertThat(config.region()).isEqualTo("eu-west-1");
    assertThat(config.localCredentials()).isFalse();
    assertThat(config.source()).isEqualTo(SourceKind.KINESIS);
    assertThat(config.streamName()).isEqualTo("votes");
    assertThat(config.streamArn()).isNull();
    assertThat(config.initialPosition()).isNull();
    assertThat(config.pollInterval()).isEqualTo(Duration.ofMillis(200));
    assertThat(config.shardDiscoveryInterval()).isEqualTo(Duration.ofSeconds(10));
    assertThat(config.sourceEndpoint()).isNull();
    assertThat(config.window()).isEqualTo(Duration.ofSeconds(1));
    assertThat(config.dedupeTtl()).isEqualTo(Duration.ofHours(25));
    assertThat(config.recentSize()).isEqualTo(20);
    assertThat(config.epoch()).isEqualTo(1);
    assertThat(config.votesTable()).isEqualTo("votes");
    assertThat(config.totalVotesTable()).isEqualTo("total_votes");
    assertThat(config.recentVotesTable()).isEqualTo("recent_votes");
    assertThat(config.rejectedVotesTable()).isEqualTo("rejected_votes");
    assertThat(config.rejectedTtl()).isEqualTo(Duration.ofDays(30));
    assertThat(config.maxChoices()).isEqualTo(10_000);
    assertThat(config.ballotTable()).isNull();
    assertThat(config.ballotRefresh()).isEqualTo(Duration.ofSeconds(10));
    assertThat(config.maxInFlightRequests()).isEqualTo(100);
    assertThat(config.dynamoDbEndpoint()).isNull();
  }

  @Test
  void everythingCanBeSet() {
    VoteCountingConfig config =
        parse(
            "aws region = us-gov-west-1",
            "aws credentials = local",
            "source source = kinesis",
            "source stream.name = ballots.2024",
            "source initial.position = 2026-01-02T03:04:05.678Z",
            "source poll.interval = 1 s",
            "source shard.discovery.interval = 1 min",
            "source endpoint = http://127.0.0.1:4567",
            "count window = 500 ms",
            "count dedupe.ttl = 2 d",
            "count recent.size = 100",
            "count epoch = 7",
            "dynamodb votes.table = a.votes",
            "dynamodb total.votes.table = a.totals",
            "dynamodb recent.votes.table = a.recent",
            "dynamodb rejected.votes.table = a.rejected",
            "dynamodb rejected.ttl = 7 d",
            "count max.choices = 1000000",
            "dynamodb ballot.table = a.ballot",
            "dynamodb ballot.refresh = 1 min",
            "dynamodb max.in.flight.requests = 1000",
            "dynamodb endpoint = https://dynamodb.example.org");

    assertThat(config.region()).isEqualTo("us-gov-west-1");
    assertThat(config.localCredentials()).isTrue();
    assertThat(config.streamName()).isEqualTo("ballots.2024");
    assertThat(config.initialPosition()).isEqualTo(Instant.parse("2026-01-02T03:04:05.678Z"));
    assertThat(config.pollInterval()).isEqualTo(Duration.ofSeconds(1));
    assertThat(config.shardDiscoveryInterval()).isEqualTo(Duration.ofMinutes(1));
    assertThat(config.sourceEndpoint()).isEqualTo(URI.create("http://127.0.0.1:4567"));
    assertThat(config.window()).isEqualTo(Duration.ofMillis(500));
    assertThat(config.dedupeTtl()).isEqualTo(Duration.ofDays(2));
    assertThat(config.recentSize()).isEqualTo(100);
    assertThat(config.epoch()).isEqualTo(7);
    assertThat(config.votesTable()).isEqualTo("a.votes");
    assertThat(config.totalVotesTable()).isEqualTo("a.totals");
    assertThat(config.recentVotesTable()).isEqualTo("a.recent");
    assertThat(config.rejectedVotesTable()).isEqualTo("a.rejected");
    assertThat(config.rejectedTtl()).isEqualTo(Duration.ofDays(7));
    assertThat(config.maxChoices()).isEqualTo(1_000_000);
    assertThat(config.ballotTable()).isEqualTo("a.ballot");
    assertThat(config.ballotRefresh()).isEqualTo(Duration.ofMinutes(1));
    assertThat(config.maxInFlightRequests()).isEqualTo(1000);
    assertThat(config.dynamoDbEndpoint()).isEqualTo(URI.create("https://dynamodb.example.org"));
  }

  @Test
  void theTablesOwnStreamCanBeTheSource() {
    VoteCountingConfig config =
        parse("source source = dynamodb-streams", "source stream.arn = " + ARN);

    assertThat(config.source()).isEqualTo(SourceKind.DYNAMODB_STREAMS);
    assertThat(config.streamArn()).isEqualTo(ARN);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "aws region            | ''           | an AWS region such as eu-west-1",
        "aws region            | Europe       | an AWS region such as eu-west-1",
        "aws credentials       | Local        | auto or local",
        "source source           | kafka        | kinesis or dynamodb-streams",
        "source source           | KINESIS      | kinesis or dynamodb-streams",
        "source stream.name      | ''           | the name of a Kinesis stream: letters, digits, and _ . -",
        "source stream.name      | arn:aws:x    | the name of a Kinesis stream: letters, digits, and _ . -",
        "source initial.position | LATEST       | " + POSITIONS,
        "source initial.position | 12:00        | " + POSITIONS,
        "source initial.position | 2026-01-02T03:04:05 | " + POSITIONS,
        "source initial.position | 2026-01-02T03:04:05.0001Z | " + POSITIONS,
        "source initial.position | 1969-12-31T23:59:59Z | " + POSITIONS,
        "source initial.position | 2999-01-01T00:00:00Z | " + POSITIONS,
        "source poll.interval    | 9 ms         | a duration from 10 ms to 5 min, in whole milliseconds",
        "source poll.interval    | 301 s        | a duration from 10 ms to 5 min, in whole milliseconds",
        "source shard.discovery.interval | 10   | a duration from 100 ms to 1 h, in whole milliseconds",
        "source shard.discovery.interval | 2 h  | a duration from 100 ms to 1 h, in whole milliseconds",
        "source endpoint         | ''           | a URI such as http://127.0.0.1:8000",
        "source endpoint         | 127.0.0.1    | a URI such as http://127.0.0.1:8000",
        "source endpoint         | localhost:80 | a URI such as http://127.0.0.1:8000",
        "source endpoint         | ftp://host   | a URI such as http://127.0.0.1:8000",
        "source endpoint         | http://      | a URI such as http://127.0.0.1:8000",
        "source endpoint         | http:///path | a URI such as http://127.0.0.1:8000",
        "count window          | 5 parsecs    | a duration from 10 ms to 1 h, in whole milliseconds",
        "count window          | ''           | a duration from 10 ms to 1 h, in whole milliseconds",
        "count window          | 0 s          | a duration from 10 ms to 1 h, in whole milliseconds",
        "count window          | -1 s         | a duration from 10 ms to 1 h, in whole milliseconds",
        "count window          | 9 ms         | a duration from 10 ms to 1 h, in whole milliseconds",
        "count window          | 3601 s       | a duration from 10 ms to 1 h, in whole milliseconds",
        "count window          | 10500 micro  | a duration from 10 ms to 1 h, in whole milliseconds",
        "count window          | 99999999999999999999 s | a duration from 10 ms to 1 h, in whole milliseconds",
        "count window          | 9999999999999999 d | a duration from 10 ms to 1 h, in whole milliseconds",
        "count dedupe.ttl      | 59 s         | a duration from 1 min to 3650 d, in whole milliseconds",
        "count dedupe.ttl      | 3651 d       | a duration from 1 min to 3650 d, in whole milliseconds",
        "count recent.size     | 0            | a whole number from 1 to 100",
        "count recent.size     | 101          | a whole number from 1 to 100",
        "count recent.size     | 1.5          | a whole number from 1 to 100",
        "count recent.size     | many         | a whole number from 1 to 100",
        "count epoch           | 0            | a whole number of at least 1",
        "count epoch           | 9223372036854775808 | a whole number of at least 1",
        "dynamodb votes.table  | v            | the name of a table: 3 to 255 letters, digits, and _ . -",
        "dynamodb total.votes.table    | a b c | the name of a table: 3 to 255 letters, digits, and _ . -",
        "dynamodb recent.votes.table   | ''    | the name of a table: 3 to 255 letters, digits, and _ . -",
        "dynamodb rejected.votes.table | a/b/c | the name of a table: 3 to 255 letters, digits, and _ . -",
        "dynamodb rejected.ttl | 0            | a duration from 1 min to 3650 d, in whole milliseconds",
        "count max.choices     | 0            | a whole number from 1 to 1000000",
        "count max.choices     | 1000001      | a whole number from 1 to 1000000",
        "dynamodb ballot.table | ?            | the name of a table: 3 to 255 letters, digits, and _ . -",
        "dynamodb ballot.refresh | 99 ms      | a duration from 100 ms to 1 h, in whole milliseconds",
        "dynamodb ballot.refresh | 61 min     | a duration from 100 ms to 1 h, in whole milliseconds",
        "dynamodb max.in.flight.requests | 0  | a whole number from 1 to 1000",
        "dynamodb max.in.flight.requests | 1001 | a whole number from 1 to 1000",
        "dynamodb endpoint     | null         | a URI such as http://127.0.0.1:8000",
      })
  void aWrongValueIsNamedWithWhatIsAllowed(String property, String value, String allowed) {
    assertThatThrownBy(() -> parse(property + " = " + value))
        .isInstanceOf(InvalidConfigurationException.class)
        .hasMessage(
            "the configuration is wrong:\n  citytally.%s = \"%s\": must be %s",
            property, value, allowed);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "votes",
        "arn:aws:dynamodb:eu-west-1:1:table/votes",
        "arn:aws:kinesis:eu-west-1:1:stream/votes"
      })
  void aWrongStreamArnIsNamedWithWhatIsAllowed(String arn) {
    assertThatThrownBy(
            () -> parse("source source = dynamodb-streams", "source stream.arn = " + arn))
        .hasMessage(
            "the configuration is wrong:\n  citytally.source stream.arn = \"%s\": must be a stream's"
                + " ARN: arn:aws:dynamodb:REGION:ACCOUNT:table/TABLE/stream/LABEL",
            arn);
  }

  @Test
  void writesATurnoutNoMoreOftenThanATotal() {
    assertThat(parse("count window = 2 s").turnoutWindow()).isEqualTo(Duration.ofSeconds(10));
    assertThat(parse("count window = 1 min").turnoutWindow()).isEqualTo(Duration.ofMinutes(1));
  }

  @Test
  void theBoundsThemselvesAreAllowed() {
    assertThat(parse("count window = 10 ms").window()).isEqualTo(Duration.ofMillis(10));
    assertThat(parse("count window = 1 h").window()).isEqualTo(Duration.ofHours(1));
    assertThat(parse("count recent.size = 1").recentSize()).isEqualTo(1);
    assertThat(parse("count epoch = 9223372036854775807").epoch()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void theRegionOfTheGroupGoesBeforeThatOfTheEnvironment() {
    assertThat(parse("aws region = ap-south-1").region()).isEqualTo("ap-south-1");
  }

  @Test
  void aMissingRegionIsNamed() {
    assertThatThrownBy(() -> VoteCountingConfig.parse(Map.of(), Map.of()))
        .isInstanceOf(InvalidConfigurationException.class)
        .hasMessage(
            "the configuration is wrong:\n  citytally.aws region is missing, and so is the"
                + " environment variable AWS_REGION: must be an AWS region such as eu-west-1");
  }

  @Test
  void aWrongRegionOfTheEnvironmentIsNamed() {
    assertThatThrownBy(() -> VoteCountingConfig.parse(Map.of(), Map.of("AWS_REGION", "here")))
        .hasMessageContaining(
            "the environment variable AWS_REGION = \"here\": must be an AWS region");
  }

  @Test
  void allThatIsWrongIsSaidAtOnce() {
    assertThatThrownBy(
            () -> parse("count window = 0 s", "count epoch = x", "source sorce = kinesis"))
        .hasMessage(
            "the configuration is wrong:\n"
                + "  citytally.source sorce is no property: did you mean citytally.source source?\n"
                + "  citytally.count window = \"0 s\": must be a duration from 10 ms to 1 h, in"
                + " whole milliseconds\n"
                + "  citytally.count epoch = \"x\": must be a whole number of at least 1");
  }

  @ParameterizedTest
  @CsvSource({
    "count windw, citytally.count window",
    "count Window, citytally.count window",
    "count dedup.ttl, citytally.count dedupe.ttl",
    "count stream.name, citytally.source stream.name",
    "source endpont, citytally.source endpoint",
    "dynamodb endpont, citytally.dynamodb endpoint",
    "dynamodb votes-table, citytally.dynamodb votes.table",
  })
  void anUnknownKeyIsNamedWithTheNearestKnown(String key, String nearest) {
    assertThatThrownBy(() -> parse(key + " = 1"))
        .hasMessage(
            "the configuration is wrong:\n  citytally.%s is no property: did you mean %s?",
            key, nearest);
  }

  @ParameterizedTest
  @CsvSource({
    "citytally.cont, citytally.count",
    "citytally.dynamo, citytally.dynamodb",
    "CityTally.source, citytally.source",
    "citytally, citytally.aws",
  })
  void anUnknownGroupOfOursIsNamedWithTheNearestKnown(String group, String nearest) {
    assertThatThrownBy(() -> VoteCountingConfig.parse(Map.of(group, new Properties()), ENVIRONMENT))
        .hasMessage(
            "the configuration is wrong:\n  %s is no property group: did you mean %s?",
            group, nearest);
  }

  @Test
  void theGroupsOfOthersAreNoneOfOurBusiness() {
    Properties others = new Properties();
    others.setProperty("python", "main.py");

    VoteCountingConfig config =
        VoteCountingConfig.parse(
            Map.of(
                "FlinkApplicationProperties",
                others,
                "kinesis.analytics.flink.run.options",
                others),
            ENVIRONMENT);

    assertThat(config.streamName()).isEqualTo("votes");
  }

  @Test
  void aStreamArnWouldBeIgnoredWithKinesis() {
    assertThatThrownBy(() -> parse("source stream.arn = " + ARN))
        .hasMessage(
            "the configuration is wrong:\n  citytally.source stream.arn is set, but citytally.source"
                + " source is kinesis, which reads stream.name: take one of them out");
  }

  @Test
  void aStreamNameWouldBeIgnoredWithTheTablesOwnStream() {
    assertThatThrownBy(
            () ->
                parse(
                    "source source = dynamodb-streams",
                    "source stream.arn = " + ARN,
                    "source stream.name = votes"))
        .hasMessage(
            "the configuration is wrong:\n  citytally.source stream.name is set, but citytally.source"
                + " source is dynamodb-streams, which reads stream.arn: take one of them out");
  }

  @Test
  void theTablesOwnStreamNeedsItsArn() {
    assertThatThrownBy(() -> parse("source source = dynamodb-streams"))
        .hasMessageContaining(
            "citytally.source stream.arn is missing, and citytally.source source is dynamodb-streams:"
                + " must be a stream's ARN");
  }

  @Test
  void theStreamOfAnotherTableIsNone() {
    assertThatThrownBy(
            () ->
                parse(
                    "source source = dynamodb-streams",
                    "source stream.arn = " + ARN,
                    "dynamodb votes.table = ballots"))
        .hasMessageContaining(
            "must be a stream of the table \"ballots\", which citytally.dynamodb votes.table"
                + " names");
  }

  @Test
  void aChangeIsRememberedLongerThanAWindow() {
    assertThatThrownBy(() -> parse("count window = 1 min", "count dedupe.ttl = 1 min"))
        .hasMessage(
            "the configuration is wrong:\n  citytally.count dedupe.ttl must be longer than"
                + " citytally.count window, or votes count twice");
    assertThat(parse("count window = 1 min", "count dedupe.ttl = 60001 ms").dedupeTtl())
        .isEqualTo(Duration.ofMillis(60_001));
  }

  @Test
  void aChangeIsRememberedLongerThanADynamoDbStreamKeepsRecords() {
    String[] source = {"source source = dynamodb-streams", "source stream.arn = " + ARN};

    assertThatThrownBy(() -> parse(source[0], source[1], "count dedupe.ttl = 24 h"))
        .hasMessage(
            "the configuration is wrong:\n  citytally.count dedupe.ttl = \"24 h\": must be longer"
                + " than the 24 h for which a DynamoDB stream keeps records, or votes count twice");
    assertThat(parse(source[0], source[1], "count dedupe.ttl = 1441 min").dedupeTtl())
        .isEqualTo(Duration.ofMinutes(1441));
    assertThat(parse("count dedupe.ttl = 1 h").dedupeTtl()).isEqualTo(Duration.ofHours(1));
  }

  @Test
  void aDynamoDbStreamCanNotBeReadFromATimeOn() {
    String[] source = {"source source = dynamodb-streams", "source stream.arn = " + ARN};

    assertThatThrownBy(
            () -> parse(source[0], source[1], "source initial.position = 2026-01-02T03:04:05Z"))
        .hasMessage(
            "the configuration is wrong:\n  citytally.source initial.position ="
                + " \"2026-01-02T03:04:05Z\": must be TRIM_HORIZON, for dynamodb-streams can't be"
                + " read from a time on");
    assertThat(
            parse(source[0], source[1], "source initial.position = TRIM_HORIZON").initialPosition())
        .isNull();
  }

  @Test
  void eachTableIsAnother() {
    assertThatThrownBy(() -> parse("dynamodb recent.votes.table = total_votes"))
        .hasMessage(
            "the configuration is wrong:\n  citytally.dynamodb recent.votes.table ="
                + " \"total_votes\": must be another table than total.votes.table");
    assertThatThrownBy(() -> parse("dynamodb ballot.table = votes"))
        .hasMessageContaining("ballot.table = \"votes\": must be another table than votes.table");
  }

  @Test
  void withoutABallotThereIsNothingToRefresh() {
    assertThatThrownBy(() -> parse("dynamodb ballot.refresh = 1 s"))
        .hasMessage(
            "the configuration is wrong:\n  citytally.dynamodb ballot.refresh is set, but"
                + " citytally.dynamodb ballot.table is not: there is no ballot to read");
  }

  @Test
  void tablesWithoutAUsableNameAreNotComparedToo() {
    assertThatThrownBy(() -> parse("dynamodb votes.table = ?", "dynamodb total.votes.table = ?"))
        .hasMessageNotContaining("another table");
  }

  @Test
  void aFileOfManagedFlinksShapeIsRead() throws IOException {
    Path file =
        file(
            "[{'PropertyGroupId': 'citytally.aws', 'PropertyMap': {'region': 'eu-west-3'}},"
                + " {'PropertyGroupId': 'citytally.count', 'PropertyMap': {'window': '2 s'}},"
                + " {'PropertyGroupId': 'other', 'PropertyMap': {}}]");

    VoteCountingConfig config =
        VoteCountingConfig.load(new String[] {"--properties", file.toString()});

    assertThat(config.region()).isEqualTo("eu-west-3");
    assertThat(config.window()).isEqualTo(Duration.ofSeconds(2));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "``                         | not an array of property groups",
        "{}                         | not an array of property groups",
        "[1]                        | each group must have a text PropertyGroupId, an object PropertyMap",
        "[{}]                       | each group must have a text PropertyGroupId, an object PropertyMap",
        "[{'PropertyGroupId':'g'}]  | each group must have a text PropertyGroupId, an object PropertyMap",
        "[{'PropertyGroupId':'g','PropertyMap':[]}] | each group must have a text PropertyGroupId, an object PropertyMap",
        "[{'PropertyGroupId':1,'PropertyMap':{}}] | each group must have a text PropertyGroupId, an object PropertyMap",
        "[{'PropertyGroupId':'g','PropertyMap':{},'x':1}] | each group must have a text PropertyGroupId, an object PropertyMap",
        "[{'PropertyGroupId':'g','PropertyMap':{'k':1}}] | g k must be a text, in quotes",
        "[{'PropertyGroupId':'g','PropertyMap':{}},{'PropertyGroupId':'g','PropertyMap':{}}] | the property group g occurs twice. Merge the two.",
        "[{'PropertyGroupId':'g','PropertyMap':{'k':'1','k':'2'}}] | not JSON, at line 1: Duplicate field 'k'",
        "[{]                        | not JSON, at line 1:",
        "[] []                      | not JSON, at line 1:",
      })
  void aFileOfAnotherShapeIsWrong(String content, String problem) throws IOException {
    Path file = file(content);

    assertThatThrownBy(
            () -> VoteCountingConfig.load(new String[] {"--properties", file.toString()}))
        .isInstanceOf(InvalidConfigurationException.class)
        .hasMessageStartingWith("the file " + file + " is wrong: " + problem);
  }

  @Test
  void aFileThatIsNestedTooDeepIsWrong() throws IOException {
    Path file = file("[".repeat(2_000));

    assertThatThrownBy(
            () -> VoteCountingConfig.load(new String[] {"--properties", file.toString()}))
        .isInstanceOf(InvalidConfigurationException.class)
        .hasMessageStartingWith("the file " + file + " is wrong: no valid property groups: ");
  }

  @Test
  void aFileThatIsNotThereIsNamed() {
    Path file = directory.resolve("missing.json");

    assertThatThrownBy(
            () -> VoteCountingConfig.load(new String[] {"--properties", file.toString()}))
        .isInstanceOf(InvalidConfigurationException.class)
        .hasMessageStartingWith("There is no file " + file + ". Name a file with property groups");
    assertThatThrownBy(() -> VoteCountingConfig.load(new String[] {"--properties", "\0"}))
        .isInstanceOf(InvalidConfigurationException.class);
  }

  @Test
  void aDirectoryIsNoFile() {
    assertThatThrownBy(
            () -> VoteCountingConfig.load(new String[] {"--properties", directory.toString()}))
        .isInstanceOf(InvalidConfigurationException.class)
        .hasMessageStartingWith("can't read the file " + directory);
  }

  @ParameterizedTest
  @ValueSource(strings = {"--properties", "--property x", "run", "--properties a b", "--help me"})
  void otherArgumentsAreAnError(String arguments) {
    assertThatThrownBy(() -> VoteCountingConfig.load(arguments.split(" ")))
        .isInstanceOf(InvalidConfigurationException.class)
        .hasMessage(
            "can't understand the arguments: " + arguments + "\n\n" + VoteCountingConfig.help());
  }

  @Test
  void theHelpNamesEveryPropertyAndItsDefault() {
    String help = VoteCountingConfig.help();

    assertThatThrownBy(() -> VoteCountingConfig.load(new String[] {"--help"})).hasMessage(help);
    for (Property<?> property : Property.ALL) {
      assertThat(help)
          .contains(property.group())
          .contains(property.meaning())
          .contains("Must be " + property.allowed() + ".")
          .contains(
              property.defaultText() == null
                  ? "  " + property.key() + "\n"
                  : "  " + property.key() + " = " + property.defaultText() + "\n");
    }
  }

  @ParameterizedTest
  @MethodSource("properties")
  void everyDefaultIsAllowed(Property<?> property) {
    if (property.defaultText() != null) {
      assertThat(property.parse(property.defaultText())).isNotNull();
    }
  }

  @Test
  void noPropertyIsLeftOutOfTheTable() {
    assertThat(properties())
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(Property.class.getDeclaredFields())
                .filter(field -> field.getType() == Property.class)
                .map(VoteCountingConfigTest::valueOf)
                .toList());
  }

  private static Stream<Property<?>> properties() {
    return Property.ALL.stream();
  }

  private static Property<?> valueOf(Field field) {
    try {
      return (Property<?>) field.get(null);
    } catch (IllegalAccessException e) {
      throw new AssertionError(e);
    }
  }

  private Path file(String content) throws IOException {
    return Files.writeString(directory.resolve("properties.json"), content.replace('\'', '"'));
  }

  /** Makes the configuration of lines such as {@code count window = 1 s}. */
  private static VoteCountingConfig parse(String... lines) {
    Map<String, Properties> groups = new HashMap<>();
    for (String line : lines) {
      String[] parts = line.split(" ", 4);
      groups
          .computeIfAbsent("citytally." + parts[0], group -> new Properties())
          .setProperty(parts[1], parts[3]);
    }
    return VoteCountingConfig.parse(groups, ENVIRONMENT);
  }
}
