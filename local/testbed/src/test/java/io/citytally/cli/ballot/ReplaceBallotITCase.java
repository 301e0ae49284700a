package io.citytally.cli.ballot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.citytally.cli.aws.LocalAws;
import io.citytally.cli.aws.Target;
import io.citytally.cli.command.NobodyToAskException;
import io.citytally.cli.command.Operator;
import io.citytally.local.cloud.InstalledEmulators;
import io.citytally.local.cloud.LocalDynamoDb;
import io.citytally.local.cloud.Ports;
import io.citytally.local.cloud.StorageTemplate;
import io.citytally.table.BallotTable;
import io.citytally.table.MalformedItemException;
import io.citytally.vote.BallotEntry;
import io.citytally.vote.BallotEntry.Status;
import io.citytally.vote.Choice;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** The command against a real table. */
class ReplaceBallotITCase {

  private static final Choice PARK = new Choice("Wesoła", "park");
  private static final Choice POOL = new Choice("Wesoła", "pool");
  private static final Choice CROOK = new Choice("Wesoła", "crook");

  private static final String PARK_JSON = "{\"improvement\": \"park\", \"title\": \"A park\"}";
  private static final String POOL_JSON = "{\"improvement\": \"pool\", \"title\": \"A pool\"}";
  private static final String CROOK_JSON =
      "{\"improvement\": \"crook\", \"title\": \"A crook\", \"hidden\": true}";

  private static LocalDynamoDb server;
  private static DynamoDbClient client;

  @TempDir Path directory;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  /** The person at the terminal: agrees or not, after something has happened. */
  private record FakeOperator(boolean agrees, Runnable meanwhile) implements Operator {

    @Override
    public boolean isThere() {
      return true;
    }

    @Override
    public boolean agreesTo(String question) {
      meanwhile.run();
      return agrees;
    }
  }

  private static final Operator NOBODY =
      new Operator() {
        @Override
        public boolean isThere() {
          return false;
        }

        @Override
        public boolean agreesTo(String question) {
          throw new AssertionError("nobody is there to be asked: " + question);
        }
      };

  private static final Operator AGREES = new FakeOperator(true, () -> {});
  private static final Operator REFUSES = new FakeOperator(false, () -> {});

  @BeforeAll
  static void start() throws Exception {
    server = LocalDynamoDb.inMemory(InstalledEmulators.directory(), 0);
    client = LocalAws.dynamoDb(server.endpoint());
    StorageTemplate.read(
            Path.of("cloudformation/storage.yaml"), Map.of("Source", "dynamodb-streams"))
        .createTables(client);
  }

  @AfterAll
  static void stop() throws Exception {
    client.close();
    server.close();
  }

  @AfterEach
  void emptyTable() {
    table()
        .keySet()
        .forEach(
            choice ->
                client.deleteItem(
                    delete ->
                        delete.tableName(BallotTable.DEFAULT_NAME).key(BallotTable.keyOf(choice))));
  }

  private static void put(Choice choice, BallotEntry entry) {
    client.putItem(
        put -> put.tableName(BallotTable.DEFAULT_NAME).item(BallotTable.itemOf(choice, entry)));
  }

  private static List<Map<String, AttributeValue>> items() {
    return client.scan(scan -> scan.tableName(BallotTable.DEFAULT_NAME)).items();
  }

  private static Map<Choice, BallotEntry> table() {
    return items().stream().collect(Collectors.toMap(BallotTable::keyOf, BallotTable::entryOf));
  }

  private int replace(Operator operator, boolean yes, String... improvements) throws Exception {
    return replaceBy(
        operator,
        yes,
        "{\"regions\": [{\"region\": \"Wesoła\", \"improvements\": [%s]}]}"
            .formatted(String.join(", ", improvements)));
  }

  private int replaceBy(Operator operator, boolean yes, String json) throws Exception {
    return new ReplaceBallot(new PrintStream(out, true, StandardCharsets.UTF_8), operator)
        .execute(
            new BallotOptions(
                file(json),
                new Target.ThisMachine(server.endpoint().getPort(), Ports.KINESIS),
                BallotTable.DEFAULT_NAME,
                yes));
  }

  private Path file(String json) throws IOException {
    return Files.writeString(directory.resolve("town.json"), json);
  }

  private String shown() {
    return out.toString(StandardCharsets.UTF_8);
  }

  @Test
  void showsWhatChangesAndWritesItOnceTheOperatorAgrees() throws Exception {
    put(PARK, BallotEntry.votable("An old park"));
    put(POOL, BallotEntry.votable("A pool"));
    put(CROOK, BallotEntry.votable("A crook"));
    put(new Choice("Wesoła", "oak"), new BallotEntry("An oak", Status.LEFT));

    int status =
        replace(
            AGREES,
            false,
            PARK_JSON,
            CROOK_JSON,
            "{\"improvement\": \"elm\", \"title\": \"An elm\"}",
            "{\"improvement\": \"oak\", \"title\": \"An oak\"}");

    assertThat(status).isZero();
    assertThat(shown())
        .isEqualToNormalizingNewlines(
            """
            hidden       Wesoła / crook: A crook
            new          Wesoła / elm: An elm
            back         Wesoła / oak: An oak
            renamed      Wesoła / park: A park, was: An old park
            leaves       Wesoła / pool: A pool
            1 hidden, 1 new, 1 back, 1 renamed, 1 leaves. The ballot will have 3 improvements in 1 region.
            Written.
            """);
    assertThat(table())
        .isEqualTo(
            Map.of(
                PARK,
                BallotEntry.votable("A park"),
                POOL,
                new BallotEntry("A pool", Status.LEFT),
                CROOK,
                new BallotEntry("A crook", Status.HIDDEN),
                new Choice("Wesoła", "elm"),
                BallotEntry.votable("An elm"),
                new Choice("Wesoła", "oak"),
                BallotEntry.votable("An oak")));
  }

  @Test
  void writesNothingAndHasAnExitStatusOfItsOwnIfTheOperatorDoesNotAgree() throws Exception {
    put(POOL, BallotEntry.votable("A pool"));

    assertThat(replace(REFUSES, false, PARK_JSON)).isEqualTo(3);

    assertThat(shown()).contains("new ", "leaves ").endsWith("Nothing was written.\n");
    assertThat(table()).isEqualTo(Map.of(POOL, BallotEntry.votable("A pool")));
  }

  @Test
  void writesNothingWhereThereIsNobodyToAsk() {
    assertThatExceptionOfType(NobodyToAskException.class)
        .isThrownBy(() -> replace(NOBODY, false, PARK_JSON))
        .withMessage(
            "there is no terminal to ask on, and nothing was written."
                + " Say --yes to write these changes without asking.");

    assertThat(table()).isEmpty();
  }

  @Test
  void asksNobodyIfTold() throws Exception {
    assertThat(replace(NOBODY, true, PARK_JSON)).isZero();

    assertThat(table()).containsOnlyKeys(PARK);
  }

  @Test
  void asksNobodyWhereNothingChanges() throws Exception {
    put(PARK, BallotEntry.votable("A park"));
    put(POOL, new BallotEntry("A pool", Status.LEFT));

    assertThat(replace(NOBODY, false, PARK_JSON)).isZero();

    assertThat(shown())
        .isEqualToNormalizingNewlines(
            "Nothing changes. The ballot has 1 improvement in 1 region.\n");
  }

  @Test
  void aSlanderDoesNotComeBackByLeavingTheFileButByLosingItsFlag() throws Exception {
    replace(NOBODY, true, PARK_JSON, CROOK_JSON);

    replace(NOBODY, true, PARK_JSON);
    assertThat(table()).containsEntry(CROOK, new BallotEntry("A crook", Status.HIDDEN));

    replace(NOBODY, true, PARK_JSON, CROOK_JSON.replace("true", "false"));
    assertThat(shown()).contains("shown again  Wesoła / crook: A crook");
    assertThat(table()).containsEntry(CROOK, BallotEntry.votable("A crook"));
  }

  @Test
  void saysThatVotingIsClosedWhereAllIsHidden() throws Exception {
    replace(NOBODY, true, CROOK_JSON);

    assertThat(shown())
        .contains("1 hidden. The ballot will have nothing to vote for: voting is closed.");
  }

  @Test
  void countsWhatIsTooLongToList() throws Exception {
    put(PARK, BallotEntry.votable("A park"));
    String[] improvements =
        IntStream.range(0, 300)
            .mapToObj("{\"improvement\": \"i%d\", \"title\": \"T\"}"::formatted)
            .toArray(String[]::new);

    replace(AGREES, false, improvements);

    assertThat(shown().lines())
        .hasSize(14)
        .contains(
            "new          and 290 more",
            "leaves       Wesoła / park: A park",
            "300 new, 1 leaves. The ballot will have 300 improvements in 1 region.");
    assertThat(table()).hasSize(301);
  }

  @Test
  void overwritesNothingThatWasChangedWhileItAskedAndWritesTheRestTheNextTime() throws Exception {
    put(PARK, BallotEntry.votable("An old park"));
    put(POOL, BallotEntry.votable("A pool"));
    Operator slow =
        new FakeOperator(true, () -> put(PARK, new BallotEntry("An old park", Status.HIDDEN)));

    assertThatIllegalStateException()
        .isThrownBy(() -> replace(slow, false, CROOK_JSON, PARK_JSON))
        .withMessage(
            "only 1 of 3 changes were written: someone else has changed Wesoła / park."
                + " Run the same command again: it writes the rest.");
    assertThat(table())
        .isEqualTo(
            Map.of(
                CROOK,
                new BallotEntry("A crook", Status.HIDDEN),
                PARK,
                new BallotEntry("An old park", Status.HIDDEN),
                POOL,
                BallotEntry.votable("A pool")));

    replace(NOBODY, true, CROOK_JSON, PARK_JSON);
    assertThat(table())
        .isEqualTo(
            Map.of(
                CROOK,
                new BallotEntry("A crook", Status.HIDDEN),
                PARK,
                BallotEntry.votable("A park"),
                POOL,
                new BallotEntry("A pool", Status.LEFT)));
  }

  /** As where the answer to a write is lost and the write is tried again. */
  @Test
  void takesAChangeThatIsThereAlreadyForItsOwn() throws Exception {
    Operator slow = new FakeOperator(true, () -> put(PARK, BallotEntry.votable("A park")));

    assertThat(replace(slow, false, PARK_JSON, POOL_JSON)).isZero();

    assertThat(table()).containsOnlyKeys(PARK, POOL);
  }

  @Test
  void keepsWhatElseStandsInAnItem() throws Exception {
    Map<String, AttributeValue> item = new HashMap<>(BallotTable.itemOf(PARK, "An old park"));
    item.put("cost", AttributeValue.fromN("7"));
    client.putItem(put -> put.tableName(BallotTable.DEFAULT_NAME).item(item));

    replace(NOBODY, true, PARK_JSON);

    assertThat(items()).singleElement().satisfies(each -> assertThat(each).containsKey("cost"));
    assertThat(table()).isEqualTo(Map.of(PARK, BallotEntry.votable("A park")));
  }

  @Test
  void touchesNothingWhereTheTableHoldsAStatusThatItDoesNotKnow() {
    Map<String, AttributeValue> item = new HashMap<>(BallotTable.itemOf(PARK, "A park"));
    item.put(BallotTable.STATUS, AttributeValue.fromS("maybe"));
    client.putItem(put -> put.tableName(BallotTable.DEFAULT_NAME).item(item));

    assertThatExceptionOfType(MalformedItemException.class)
        .isThrownBy(() -> replace(NOBODY, true, POOL_JSON))
        .withMessageContaining("'status'");

    assertThat(items()).containsExactly(item);
    put(PARK, BallotEntry.votable("A park"));
  }

  @Test
  void doesNotEmptyTheBallotByAFileWithoutImprovements() {
    put(PARK, BallotEntry.votable("A park"));

    for (String json : List.of("{\"regions\": []}", regions("[]"))) {
      assertThatExceptionOfType(BallotFileException.class)
          .isThrownBy(() -> replaceBy(NOBODY, true, json));
    }

    assertThat(table()).isEqualTo(Map.of(PARK, BallotEntry.votable("A park")));
  }

  private static String regions(String improvements) {
    return "{\"regions\": [{\"region\": \"Wesoła\", \"improvements\": " + improvements + "}]}";
  }

  @Test
  void replacesTheBallotOfACityOnAws() throws Exception {
    Map<String, String> settings =
        Map.of(
            "aws.endpointUrl", server.endpoint().toString(),
            "aws.accessKeyId", "local",
            "aws.secretAccessKey", "local");
    StorageTemplate.read(
            Path.of("cloudformation/storage.yaml"),
            Map.of("Source", "dynamodb-streams", "BallotTableName", "lunden-ballot"))
        .createTables(client);

    settings.forEach(System::setProperty);
    try {
      new ReplaceBallot(new PrintStream(out, true, StandardCharsets.UTF_8), NOBODY)
          .execute(
              new BallotOptions(
                  file(regions("[" + PARK_JSON + "]")),
                  new Target.Aws("us-east-1"),
                  "lunden-ballot",
                  true));
    } finally {
      settings.keySet().forEach(System::clearProperty);
    }

    assertThat(client.scan(scan -> scan.tableName("lunden-ballot")).items())
        .containsExactly(BallotTable.itemOf(PARK, "A park"));
    assertThat(items()).isEmpty();
  }

  @Test
  void saysWhereNoSystemRunsWhoseBallotCouldBeReplaced() throws Exception {
    Path file = file(regions("[" + PARK_JSON + "]"));

    assertThatIllegalStateException()
        .isThrownBy(
            () ->
                new ReplaceBallot(System.out, NOBODY)
                    .execute(
                        new BallotOptions(
                            file,
                            new Target.ThisMachine(Ports.free(), Ports.KINESIS),
                            BallotTable.DEFAULT_NAME,
                            true)))
        .withMessageContaining("no DynamoDB answers at http://127.0.0.1:")
        .withMessageContaining("--dynamodb-port");
  }
}
