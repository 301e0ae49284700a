package io.citytally.local.cloud;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.citytally.cli.command.CannotStartException;
import io.citytally.local.cloud.StorageTemplate.Destination;
import io.citytally.local.cloud.StorageTemplate.Stream;
import io.citytally.local.cloud.StorageTemplate.Table;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.StreamViewType;

class StorageTemplateTest {

  private static final Path FILE = Path.of("cloudformation/storage.yaml");

  @TempDir Path directory;

  @Test
  void hasTheTablesOfTheSystem() {
    assertThat(StorageTemplate.read(FILE).tables())
        .extracting(StorageTemplateTest::describe)
        .containsExactlyInAnyOrder(
            "votes[id:HASH:S]",
            "total_votes[region:HASH:S, improvement:RANGE:S]",
            "recent_votes[feed:HASH:S]",
            "rejected_votes[shard:HASH:S, position:RANGE:S]",
            "corrections[region:HASH:S, correction:RANGE:S]",
            "ballot[region:HASH:S, improvement:RANGE:S]",
            "turnout[region:HASH:S]",
            "vote_history[place:HASH:S, bucket:RANGE:S]",
            "election[id:HASH:S]");
  }

  @Test
  void paysForWhatIsUsed() {
    assertThat(StorageTemplate.read(FILE).tables())
        .allMatch(table -> table.request().billingMode() == BillingMode.PAY_PER_REQUEST);
  }

  @Test
  void sendsTheChangesOfVotesAloneToTheStream() {
    StorageTemplate template = StorageTemplate.read(FILE);

    assertThat(template.streams()).containsExactly(new Stream("votes", 24));
    assertThat(template.tables())
        .filteredOn(table -> table.destination().isPresent())
        .extracting(Table::name, table -> table.destination().orElseThrow())
        .containsExactly(
            tuple(
                "votes",
                new Destination(
                    "arn:aws:kinesis:us-east-1:000000000000:stream/votes", "MICROSECOND")));
    assertThat(table(template, "votes").request().streamSpecification().streamViewType())
        .isEqualTo(StreamViewType.NEW_AND_OLD_IMAGES);
  }

  @Test
  void letsRejectedVotesAloneExpire() {
    assertThat(StorageTemplate.read(FILE).tables())
        .filteredOn(table -> table.expiryAttribute().isPresent())
        .extracting(Table::name, table -> table.expiryAttribute().orElseThrow())
        .containsExactly(tuple("rejected_votes", "expires_at"));
  }

  @Test
  void hasNoStreamWhereTheSourceIsTheTablesOwn() {
    StorageTemplate template = StorageTemplate.read(FILE, Map.of("Source", "dynamodb-streams"));

    assertThat(template.streams()).isEmpty();
    assertThat(template.tables()).allMatch(table -> table.destination().isEmpty());
  }

  @Test
  void takesNamesAsParameters() {
    StorageTemplate template =
        StorageTemplate.read(FILE, Map.of("VotesTableName", "ballots", "StreamName", "changes"));

    assertThat(table(template, "ballots").destination().map(Destination::streamArn))
        .contains("arn:aws:kinesis:us-east-1:000000000000:stream/changes");
    assertThat(template.streams()).extracting(Stream::name).containsExactly("changes");
  }

  @Test
  void makesNoTableThatIsThereAlready() {
    StorageTemplate template =
        StorageTemplate.read(
            FILE,
            Map.of("ExistingVotesTable", "polls", "ExistingTotalVotesTable", "polls_counted"));

    assertThat(template.tables())
        .extracting(Table::name)
        .contains("ballot")
        .doesNotContain("votes", "total_votes", "polls", "polls_counted");
  }

  @Test
  void takesAKeyOfTheOperatorsForGranted() {
    StorageTemplate template = StorageTemplate.read(FILE, Map.of("KmsKeyArn", "arn:aws:kms:key"));

    assertThat(template.tables()).hasSameSizeAs(StorageTemplate.read(FILE).tables());
  }

  @Test
  void refusesAParameterThatIsNotThere() {
    assertThatThrownBy(() -> StorageTemplate.read(FILE, Map.of("VoteTableName", "ballots")))
        .isInstanceOf(CannotStartException.class)
        .hasMessageContaining("parameter: VoteTableName");
  }

  @ParameterizedTest
  @CsvSource({
    "BillingMode: PAY_PER_REQUEST, LocalSecondaryIndexes: [], property",
    "StreamViewType, StreamWiewType, StreamViewType is missing",
    "AWS::Kinesis::Stream, AWS::Kinesis::StreamConsumer, type of resource",
    "!Ref StreamRetentionHours, !FindInMap votes, function",
    "!Ref StreamRetentionHours, !Ref RetentionHours, reference",
    "${AWS::StackName}-${VotesTableName}, ${AWS::AccountId}-votes, reference",
    "!GetAtt VoteStream.Arn, !GetAtt Stream.Arn, attribute",
    "Condition: ReadsKinesis, Condition: Feeds, condition",
    "Resources:, Resources: [, cannot read",
  })
  void refusesWhatItDoesNotUnderstand(String known, String unknown, String complaint)
      throws IOException {
    Path file = directory.resolve("storage.yaml");
    Files.writeString(file, Files.readString(FILE).replace(known, unknown));

    assertThatThrownBy(() -> StorageTemplate.read(file))
        .isInstanceOf(CannotStartException.class)
        .hasMessageContaining(complaint)
        .hasMessageContaining(file.toString());
  }

  private static Table table(StorageTemplate template, String name) {
    return template.tables().stream()
        .filter(table -> table.name().equals(name))
        .findAny()
        .orElseThrow();
  }

  private static String describe(Table table) {
    List<String> keys =
        table.request().keySchema().stream()
            .map(
                key ->
                    key.attributeName()
                        + ":"
                        + key.keyTypeAsString()
                        + ":"
                        + table.request().attributeDefinitions().stream()
                            .filter(type -> type.attributeName().equals(key.attributeName()))
                            .findAny()
                            .orElseThrow()
                            .attributeTypeAsString())
            .toList();
    return table.name() + keys;
  }
}
