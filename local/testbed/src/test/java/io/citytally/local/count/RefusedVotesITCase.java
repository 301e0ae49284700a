package io.citytally.local.count;

import static io.citytally.local.city.City.PARK;
import static io.citytally.local.city.City.POOL;
import static io.citytally.local.city.City.TREES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.citytally.cli.Citytally;
import io.citytally.cli.OperatorCommands;
import io.citytally.local.city.City;
import io.citytally.local.cloud.JobSettings;
import io.citytally.local.cloud.Ports;
import io.citytally.local.cloud.VoteStream;
import io.citytally.local.flink.LocalFlink;
import io.citytally.table.BallotTable;
import io.citytally.vote.Choice;
import io.citytally.vote.RecentVotes;
import io.citytally.vote.RejectedVote;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** A city with a ballot, an attack with what is not on it, and the way back. */
class RefusedVotesITCase {

  private static final int INVENTED = 300;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void anAttackFillsNothingAndWhatItRefusedCountsOnceWhenTheBallotHasItAndItIsCastAgain()
      throws Exception {
    try (City city = City.withKinesis(new VoteStream.Faults(0.2, 10, 1))) {
      city.cloud().publishBallot(Map.of(PARK, "A park", POOL, "A pool"));
      JobSettings settings = city.settings(Duration.ofMillis(200), 2, 1);
      LocalFlink job = city.startJob(settings, Optional.empty());
      Map<Choice, String> invented = new HashMap<>();
      for (int vote = 0; vote < INVENTED; vote++) {
        Choice choice = new Choice("Nowhere-" + vote, "invented");
        invented.put(choice, "Invented");
        city.votes().cast("attack-" + vote, choice);
        city.votes().cast("good-" + vote, vote % 3 == 0 ? PARK : vote % 3 == 1 ? POOL : TREES);
      }
      city.votes().cast("attack-0", PARK);
      city.votes().cast("good-0", new Choice("Nowhere-1", "invented"));

      assertThat(city.drained(job, settings)).isEqualTo(onBallot(city, PARK, POOL));
      assertThat(city.cloud().totals()).containsOnlyKeys(PARK, POOL);
      assertThat(city.cloud().recentVotes(RecentVotes.CITY))
          .allMatch(vote -> vote.choice.equals(PARK) || vote.choice.equals(POOL));
      assertThat(city.cloud().recentVotes(RecentVotes.listOf("Nowhere-7"))).isEmpty();
      assertThat(city.refusals().size()).isGreaterThanOrEqualTo(INVENTED + INVENTED / 3);
      assertThat(job.metrics().total("votesRejected"))
          .isGreaterThanOrEqualTo(city.refusals().size());

      city.cloud().publishBallot(Map.of(TREES, "Trees"));
      City.awaitBallotRefresh();
      assertThat(recast(city, "--dry-run")).isZero();
      assertThat(out.toString()).contains("would be cast again: " + TREES);
      int before = city.refusals().size();

      assertThat(recast(city)).isZero();
      assertThat(out.toString()).contains("refused choices cast again, ").contains(" left that");
      assertThat(city.drained(job, settings)).isEqualTo(onBallot(city, PARK, POOL, TREES));
      assertThat(city.refusals().size()).isLessThan(before);

      int lying = city.refusals().size();
      assertThat(recast(city, "--no-ballot")).isZero();
      assertThat(city.drained(job, settings)).isEqualTo(onBallot(city, PARK, POOL, TREES));
      await()
          .atMost(City.TIMEOUT)
          .untilAsserted(() -> assertThat(city.refusals().size()).isEqualTo(lying));

      job.killTaskManager();
      await().atMost(City.TIMEOUT).until(job::isRunning);
      city.cloud().publishBallot(invented);
      City.awaitBallotRefresh();
      assertThat(recast(city)).isZero();
      assertThat(recast(city)).isZero();
      city.assertExact(job, settings);
    }
  }

  @Test
  void aJobWhoseBallotIsMissingSaysSoAndEnds() throws Exception {
    try (City city = City.withDynamoDbStreams()) {
      city.cloud().dynamoDb().deleteTable(delete -> delete.tableName(BallotTable.DEFAULT_NAME));

      LocalFlink job =
          city.submitJob(city.settings(Duration.ofMillis(200), 1, 1), Optional.empty());

      assertThat(job.ended().get(City.TIMEOUT.toSeconds(), TimeUnit.SECONDS))
          .contains("There is no table 'ballot'");
    }
  }

  @Test
  void withoutAStreamToPutThemOnItSaysWhatToDo() throws Exception {
    try (City city = City.withDynamoDbStreams()) {
      assertThat(recast(city)).isEqualTo(1);

      assertThat(err.toString())
          .contains("Kinesis at http://127.0.0.1:")
          .contains("start the job without its state instead")
          .contains("run `recast --give-up`");
    }
  }

  @Test
  void givesUpNothingThatTheTablesOwnStreamMayStillDeliver() throws Exception {
    try (City city = City.withDynamoDbStreams()) {
      city.cloud().publishBallot(Map.of(PARK, "A park"));
      JobSettings settings = city.settings(Duration.ofMillis(200), 1, 1);
      LocalFlink job = city.startJob(settings, Optional.empty());
      city.votes().cast("anna", POOL);
      await().atMost(City.TIMEOUT).until(() -> city.refusals().size() > 0);
      city.cloud().publishBallot(Map.of(POOL, "A pool"));
      int lying = city.refusals().size();

      assertThat(recast(city, "--give-up")).isEqualTo(3);

      assertThat(out.toString())
          .contains("0 refused choices given up, " + lying + " younger than 25 hours");
      assertThat(city.refusals().size()).isEqualTo(lying);
      assertThat(job.isRunning()).isTrue();
    }
  }

  @Test
  void putsNothingFromTheTablesOwnStreamOnAKinesisStream() throws Exception {
    try (City city = City.withKinesis(VoteStream.Faults.NONE)) {
      city.cloud().publishBallot(Map.of(PARK, "A park"));
      RejectedVote refusal =
          new RejectedVote(
              "shardId-00000001777636800000-0a1b2c3d",
              "1-new",
              "not on the ballot",
              "{}",
              System.currentTimeMillis(),
              PARK,
              RejectedVote.NEW_CHOICE_RECORD + "\"vote\":\"anna\",\"change\":\"1\"}}");
      city.putRefusal(refusal);

      assertThat(recast(city)).isEqualTo(3);

      assertThat(out.toString())
          .contains("0 refused choices cast again, 1 from the table's own stream: run `recast");
      assertThat(city.refusals().size()).isEqualTo(1);
    }
  }

  @Test
  void withoutATableItSaysHowToNameIt() throws Exception {
    try (City city = City.withDynamoDbStreams()) {
      assertThat(recast(city, "--ballot-table", "other")).isEqualTo(1);
      assertThat(recast(city, "--rejected-table", "another")).isEqualTo(1);

      assertThat(err.toString())
          .contains("There is no table 'other' at http://127.0.0.1:")
          .contains("--no-ballot if the job has none")
          .contains("There is no table 'another' at http://127.0.0.1:")
          .contains("Give its name with --rejected-table");
    }
  }

  @Test
  void withoutASystemItSaysHowToStartIt() {
    int status = execute("recast", "--dynamodb-port", Integer.toString(Ports.free()));

    assertThat(status).isEqualTo(1);
    assertThat(err.toString()).contains("DynamoDB at http://127.0.0.1:");
  }

  @Test
  void refusesAPortThatIsNone() {
    assertThat(execute("recast", "--kinesis-port", "0")).isEqualTo(2);

    assertThat(err.toString()).contains("--kinesis-port is 0, but must be 1 to 65535");
  }

  private static Map<Choice, Long> onBallot(City city, Choice... ballot) {
    Map<Choice, Long> truth = city.truth();
    truth.keySet().retainAll(List.of(ballot));
    return truth;
  }

  private int recast(City city, String... options) {
    List<String> line = new ArrayList<>(List.of("recast", "--dynamodb-port"));
    line.add(Integer.toString(city.cloud().dynamoDbEndpoint().getPort()));
    line.add("--kinesis-port");
    String kinesis = city.cloud().endpoints().get("Kinesis");
    line.add(Integer.toString(kinesis == null ? Ports.free() : URI.create(kinesis).getPort()));
    line.addAll(Arrays.asList(options));
    return execute(line.toArray(new String[0]));
  }

  private int execute(String... line) {
    CommandLine citytally =
        Citytally.commandLine(new OperatorCommands().commands(Path.of("")).toArray())
            .setOut(new PrintWriter(out))
            .setErr(new PrintWriter(err));
    return citytally.execute(line);
  }
}
