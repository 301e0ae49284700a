package io.citytally.local.audit;

import static io.citytally.local.city.City.PARK;
import static io.citytally.local.city.City.POOL;
import static io.citytally.local.city.City.TREES;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.citytally.cli.Citytally;
import io.citytally.cli.OperatorCommands;
import io.citytally.local.city.City;
import io.citytally.local.cloud.JobSettings;
import io.citytally.local.cloud.Ports;
import io.citytally.local.flink.LocalFlink;
import io.citytally.table.TotalVotesTable;
import io.citytally.table.VotesTable;
import io.citytally.vote.Choice;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.StreamViewType;

/** The commands, next to a job that counts what is cast while they run. */
class AuditBesideJobITCase {

  private static final Duration WINDOW = Duration.ofMillis(200);
  private static final int VOTES_BEFORE = 40;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void countsWhatCameBeforeTheStreamAndTakesOutDriftWhileVotingGoesOn() throws Exception {
    try (City city = City.withDynamoDbStreams()) {
      switchStream(city, false);
      for (int vote = 0; vote < VOTES_BEFORE; vote++) {
        city.votes().cast("before-" + vote, vote % 4 == 0 ? POOL : TREES);
      }
      switchStream(city, true);
      JobSettings settings = city.settings(WINDOW, 1, 1);
      LocalFlink job = city.startJob(settings, Optional.empty());
      city.votes().cast("before-0", TREES);
      city.votes().withdraw("before-1");
      city.votes().cast("pool", POOL);
      city.awaitTotal(POOL, 0);
      city.awaitTotal(TREES, 0);

      assertThat(execute(city, "backfill", "--dry-run")).isEqualTo(3);
      assertThat(out.toString())
          .contains("drift      " + POOL + ": the total is 0, the votes are 10: 10 missing")
          .contains("drift      " + TREES + ": the total is 0, the votes are 30: 30 missing");

      try (Voting voting = new Voting(city)) {
        assertThat(execute(city, "backfill")).as("%s", out).isIn(0, 4);
        assertThat(city.cloud().totals()).containsEntry(POOL, 10L).containsEntry(TREES, 30L);
        assertThat(execute(city, "backfill", "--json")).isIn(0, 4);
        assertThat(city.cloud().totals()).containsEntry(POOL, 10L).containsEntry(TREES, 30L);

        lambdaAdds(city, POOL, 3);
        lambdaAdds(city, TREES, -2);
        lambdaAdds(city, new Choice("Nowhere", "nothing"), 1);
        out.getBuffer().setLength(0);
        assertThat(execute(city, "audit", "--json")).isEqualTo(3);
        assertThat(drifts(new ObjectMapper().readTree(out.toString())))
            .isEqualTo(Map.of("pool", 3L, "trees", -2L, "nothing", 1L));

        assertThat(execute(city, "audit", "--fix")).isIn(0, 4);
        assertThat(city.cloud().totals()).containsEntry(POOL, 10L).containsEntry(TREES, 30L);
        voting.requireGoingOn();
      }
      // The turnout of the park's region moved all the time, so it could not be judged until now.
      assertThat(execute(city, "audit", "--fix")).isZero();
      city.votes().cast("later", POOL);
      city.votes().withdraw("before-2");
      city.assertExact(job, settings);

      job.killTaskManager();
      city.votes().cast("latest", TREES);
      city.awaitTotal(TREES, 30);
      city.assertExact(job, settings);
      out.getBuffer().setLength(0);
      assertThat(execute(city, "audit")).isZero();
      assertThat(out.toString()).contains("exact: ").contains(" ballots, 4 totals, 0 differ");
    }
  }

  @Test
  void saysWhichTableIsMissing() throws Exception {
    try (City city = City.withDynamoDbStreams()) {
      assertThat(execute(city, "audit", "--total-table", "other")).isEqualTo(1);
      assertThat(execute(city, "audit", "--turnout-table", "older")).isEqualTo(1);
      assertThat(execute(city, "audit", "--ballot-table", "another")).isEqualTo(1);

      assertThat(err.toString())
          .contains("Give its name with --total-table")
          .contains("Give its name with --turnout-table")
          .contains("Give its name with --ballot-table, or say --no-ballot if the job has none");
    }
  }

  @Test
  void withoutASystemItSaysHowToStartIt() {
    assertThat(run("audit", "--dynamodb-port", Integer.toString(Ports.free()))).isEqualTo(1);

    assertThat(err.toString()).contains("DynamoDB at http://127.0.0.1:");
  }

  private static void switchStream(City city, boolean on) {
    city.cloud()
        .dynamoDb()
        .updateTable(
            update ->
                update
                    .tableName(VotesTable.DEFAULT_NAME)
                    .streamSpecification(
                        stream -> {
                          stream.streamEnabled(on);
                          if (on) {
                            stream.streamViewType(StreamViewType.NEW_AND_OLD_IMAGES);
                          }
                        }));
  }

  private static void lambdaAdds(City city, Choice choice, int votes) {
    city.cloud()
        .dynamoDb()
        .updateItem(
            update ->
                update
                    .tableName(TotalVotesTable.DEFAULT_NAME)
                    .key(TotalVotesTable.keyOf(choice))
                    .updateExpression("ADD total_votes :votes")
                    .expressionAttributeValues(
                        Map.of(":votes", AttributeValue.fromN(Integer.toString(votes)))));
  }

  private static Map<String, Long> drifts(JsonNode report) {
    Map<String, Long> drifts = new HashMap<>();
    for (JsonNode finding : report.get("findings")) {
      if (finding.get("kind").textValue().equals("drift")) {
        drifts.put(finding.get("improvement").textValue(), finding.get("drift").longValue());
      }
    }
    return drifts;
  }

  private int execute(City city, String... line) {
    List<String> words = new ArrayList<>(Arrays.asList(line));
    words.add("--dynamodb-port");
    words.add(Integer.toString(city.cloud().dynamoDbEndpoint().getPort()));
    words.addAll(List.of("--settle", "3s", "--looks", "3", "--for", "1s"));
    return run(words.toArray(new String[0]));
  }

  private int run(String... line) {
    return Citytally.commandLine(new OperatorCommands().commands(Path.of("")).toArray())
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(err))
        .setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF))
        .execute(line);
  }

  /** Citizens who vote for the park, some of whom withdraw. */
  private static final class Voting implements AutoCloseable {

    private final ScheduledExecutorService citizens = Executors.newSingleThreadScheduledExecutor();
    private final AtomicInteger cast = new AtomicInteger();
    private final Future<?> voting;

    Voting(City city) {
      voting =
          citizens.scheduleAtFixedRate(
              () -> {
                int vote = cast.incrementAndGet();
                city.votes().cast("during-" + vote, PARK);
                if (vote % 5 == 0) {
                  city.votes().withdraw("during-" + (vote - 1));
                }
              },
              0,
              100,
              TimeUnit.MILLISECONDS);
    }

    void requireGoingOn() {
      assertThat(voting).isNotDone();
      assertThat(cast).hasPositiveValue();
    }

    @Override
    public void close() throws InterruptedException {
      citizens.shutdown();
      assertThat(citizens.awaitTermination(City.TIMEOUT.toSeconds(), TimeUnit.SECONDS)).isTrue();
    }
  }
}
