package io.citytally.cli.ballot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.citytally.cli.aws.LocalAws;
import io.citytally.cli.aws.Target;
import io.citytally.cli.command.NobodyToAskException;
import io.citytally.cli.command.Operator;
import io.citytally.local.cloud.InstalledEmulators;
import io.citytally.local.cloud.LocalDynamoDb;
import io.citytally.local.cloud.Ports;
import io.citytally.local.cloud.StorageTemplate;
import io.citytally.table.BallotPresentation;
import io.citytally.table.BallotTable;
import io.citytally.table.ElectionTable;
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
import java.util.Optional;
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

  private static final BallotOptions.Tables TABLES =
      new BallotOptions.Tables(BallotTable.DEFAULT_NAME, ElectionTable.DEFAULT_NAME);

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
  private record FakeOperator(boolean agrees, Runnable before) implements Operator {

    @Override
    public boolean isThere() {
      return true;
    }

    @Override
    public boolean agreesTo(String question) {
      before.run();
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
  void emptyTables() {
    client
        .scan(scan -> scan.tableName(ElectionTable.DEFAULT_NAME))
        .items()
        .forEach(
            item ->
                client.deleteItem(
                    delete ->
                        delete
                            .tableName(ElectionTable.DEFAULT_NAME)
                            .key(Map.of(ElectionTable.ID, item.get(ElectionTable.ID)))));
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
                Optional.of(file(json)),
                Optional.empty(),
                new Target.ThisMachine(server.endpoint().getPort(), Ports.KINESIS),
                TABLES,
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

  private static final String DESCRIBED =
      """
      {"currency": "PLN", "ordered": true, "regions": [
        {"region": "Wesoła", "budget": 120000, "improvements": [
          {"improvement": "pool", "title": {"pl": "Basen", "en": "A pool"},
           "description": {"pl": "Głęboki.", "en": "Deep."}, "cost": 90000, "place": "Żurawia 3"},
          {"improvement": "park", "title": "A park", "hidden": true}]},
        {"region": "Anin", "improvements": [{"improvement": "oak", "title": "An oak"}]}]}
      """;

  private static final String MAP =
      """
      {"type": "FeatureCollection", "features": [
        {"type": "Feature", "properties": {"name": "Wesoła"}, "geometry": {"type": "Polygon",
         "coordinates": [[[21.2, 52.2], [21.3, 52.2], [21.3, 52.3], [21.2, 52.2]]]}}]}
      """;

  private int replaceWithMap(String json, Optional<String> map) throws Exception {
    return new ReplaceBallot(new PrintStream(out, true, StandardCharsets.UTF_8), NOBODY)
        .execute(
            new BallotOptions(
                Optional.of(file(json)),
                map.isPresent()
                    ? Optional.of(Files.writeString(directory.resolve("map.geojson"), map.get()))
                    : Optional.empty(),
                new Target.ThisMachine(server.endpoint().getPort(), Ports.KINESIS),
                TABLES,
                true));
  }

  private static JsonNode shown(String id) {
    return BallotPresentation.jsonOf(
        client
            .getItem(
                get -> get.tableName(ElectionTable.DEFAULT_NAME).key(BallotPresentation.key(id)))
            .item());
  }

  @Test
  void putsDescriptionsBudgetsOrderAndMapNextToTheElectionAndNothingIntoTheBallotButTitles()
      throws Exception {
    assertThat(replaceWithMap(DESCRIBED, Optional.of(MAP))).isZero();

    assertThat(shown())
        .isEqualToNormalizingNewlines(
            """
            hidden       Wesoła / park: A park
            new          Wesoła / pool: Basen {en=A pool, pl=Basen}
            new          Anin / oak: An oak
            described    Wesoła: 1 improvement
            map          1 region in 4 positions; not on it: Anin
            currency     PLN, was: none
            order        as in the file
            budget       Wesoła: 120,000, was: none
            1 hidden, 2 new, 5 shown otherwise. The ballot will have 2 improvements in 2 regions.
            Written.
            """);
    assertThat(items())
        .allSatisfy(
            item ->
                assertThat(item)
                    .hasSizeBetween(3, 4)
                    .containsOnlyKeys(
                        item.keySet().stream()
                            .filter(
                                List.of("region", "improvement", "title", "titles", "status")
                                    ::contains)
                            .toList()));
    assertThat(shown(BallotPresentation.projectsOf("Wesoła")).path("pool").path("cost").intValue())
        .isEqualTo(90_000);
    assertThat(shown(BallotPresentation.BALLOT).path("map").booleanValue()).isTrue();
    assertThat(shown(BallotPresentation.MAP).path("features")).hasSize(1);
  }

  @Test
  void changesNothingWhereTheFileIsWhatItPrintsAndKeepsTheMap() throws Exception {
    replaceWithMap(DESCRIBED, Optional.of(MAP));
    out.reset();

    new ReplaceBallot(new PrintStream(out, true, StandardCharsets.UTF_8), NOBODY)
        .execute(
            new BallotOptions(
                Optional.empty(),
                Optional.empty(),
                new Target.ThisMachine(server.endpoint().getPort(), Ports.KINESIS),
                TABLES,
                false));
    String printed = shown();
    out.reset();
    replaceWithMap(printed, Optional.empty());

    assertThat(new ObjectMapper().readTree(printed))
        .isEqualTo(new ObjectMapper().readTree(DESCRIBED));
    assertThat(shown())
        .isEqualToNormalizingNewlines(
            "Nothing changes. The ballot has 2 improvements in 2 regions.\n");
    replaceWithMap(
        DESCRIBED.replace("120000", "130000").replace("90000", "95000"), Optional.empty());
    assertThat(shown())
        .contains(
            "described    Wesoła: 1 improvement", "budget       Wesoła: 130,000, was: 120,000")
        .contains("2 shown otherwise. The ballot will have");
    assertThat(shown(BallotPresentation.BALLOT).path("map").booleanValue()).isTrue();
  }

  @Test
  void overwritesNoDescriptionThatSomeoneElseHasChanged() throws Exception {
    replaceWithMap(DESCRIBED, Optional.empty());
    Operator slow =
        new FakeOperator(
            true,
            () ->
                client.putItem(
                    put ->
                        put.tableName(ElectionTable.DEFAULT_NAME)
                            .item(
                                BallotPresentation.itemOf(
                                    BallotPresentation.projectsOf("Wesoła"),
                                    new ObjectMapper().createObjectNode()))));

    assertThatIllegalStateException()
        .isThrownBy(() -> replaceBy(slow, false, DESCRIBED.replace("90000", "95000")))
        .withMessage(
            "only 0 of 1 changes were written: someone else has changed the item projects-Wesoła."
                + " Run the same command again: it writes the rest.");

    assertThat(replaceBy(AGREES, false, DESCRIBED.replace("90000", "95000"))).isZero();
    assertThat(shown(BallotPresentation.projectsOf("Wesoła")).path("pool").path("cost").intValue())
        .isEqualTo(95_000);
  }

  @Test
  void writesNothingWhereTheMapIsOfAnotherCity() {
    assertThatExceptionOfType(BallotFileException.class)
        .isThrownBy(
            () -> replaceWithMap(DESCRIBED, Optional.of(MAP.replace("Wesoła", "Rembertów"))))
        .withMessageContaining(
            "the ballot has no region 'Rembertów'. Its regions are Anin, Wesoła.");

    assertThat(table()).isEmpty();
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
                  Optional.of(file(regions("[" + PARK_JSON + "]"))),
                  Optional.empty(),
                  new Target.Aws("us-east-1"),
                  new BallotOptions.Tables("lunden-ballot", ElectionTable.DEFAULT_NAME),
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
                            Optional.of(file),
                            Optional.empty(),
                            new Target.ThisMachine(Ports.free(), Ports.KINESIS),
                            TABLES,
                            true)))
        .withMessageContaining("no DynamoDB answers at http://127.0.0.1:")
        .withMessageContaining("--dynamodb-port");
  }
}
