package io.citytally.local.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.citytally.VoteCountingJob;
import io.citytally.local.city.City;
import io.citytally.local.cloud.ChangeRecord;
import io.citytally.local.cloud.CreationClock;
import io.citytally.local.cloud.JobSettings;
import io.citytally.local.cloud.VoteStream;
import io.citytally.local.faults.FaultyDynamoDb;
import io.citytally.local.flink.JobMetrics;
import io.citytally.local.flink.LocalFlink;
import io.citytally.local.replay.Drain;
import io.citytally.table.RejectedVotesTable;
import io.citytally.table.VotesTable;
import io.citytally.vote.Choice;
import io.citytally.vote.RejectedVote;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.ScanResponse;
import software.amazon.awssdk.services.dynamodb.model.Select;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;

/** Far more on the stream than DynamoDB takes, for a while. */
@Isolated("It needs more votes than the sinks can write.")
class OverloadITCase {

  private static final int WRITES_PER_SECOND = 20;

  /** What one writer may have outstanding. */
  private static final int MAX_KEYS = 10_000;

  private static final int MAX_BYTES = 16 * 1024 * 1024;

  private static final String TALLIES = "keysOutstanding";
  private static final String RECENT = "recentVotesOutstanding";
  private static final String REJECTED = "rejectedVotesOutstanding";

  private static final int REGIONS = 10;

  private static final List<Choice> BALLOT =
      IntStream.range(0, MAX_KEYS + 1_000)
          .mapToObj(i -> new Choice("Region " + i % REGIONS, "improvement-" + i))
          .toList();

  private final CreationClock clock = new CreationClock();
  private final Map<Choice, Long> truth = new HashMap<>();
  private int garbage;

  @Test
  void isHeldBackWithinBoundsWhileVotesComeFasterThanTheyAreWrittenAndIsExactAfterwards()
      throws Exception {
    try (City city = City.withKinesis(VoteStream.Faults.NONE);
        FaultyDynamoDb dynamoDb =
            new FaultyDynamoDb(city.cloud().dynamoDbEndpoint(), Set.of(), 1)) {
      publishBallot(city);
      JobSettings settings = city.settings(Duration.ofMillis(200), 1, 1);
      LocalFlink job = start(city, settings, dynamoDb);
      try (ResultsWatch dashboard = watchResults(city);
          Peaks peaks = new Peaks(job.metrics())) {
        dynamoDb.narrow(WRITES_PER_SECOND);

        BALLOT.forEach(choice -> vote(city, choice));
        putGarbage(city, 100, "{");
        await()
            .atMost(City.TIMEOUT)
            .until(
                () -> {
                  BALLOT.forEach(choice -> vote(city, choice));
                  putGarbage(city, 10, "{");
                  return peaks.of(TALLIES) > MAX_KEYS * 9 / 10
                      && peaks.of(JobMetrics.BACK_PRESSURE) > 500;
                });
        int written = city.cloud().totals().size();
        dynamoDb.widen();

        assertThat(written).isPositive().isLessThan(BALLOT.size());
        Drain drain = city.drain(job, settings);
        drain.awaitRead();
        assertThat(drain.awaitWritten()).isEqualTo(truth);
        assertThat(rejected(city)).isEqualTo(garbage);
        // What waits is that of the totals' writer, and a turnout of each region.
        assertThat(peaks.of(TALLIES)).isLessThanOrEqualTo(MAX_KEYS + REGIONS);
        assertThat(peaks.of(RECENT)).isBetween(1L, REGIONS + 1L);
        assertThat(peaks.of(REJECTED)).isBetween(1L, (long) garbage);
        assertThat(peaks.of(JobMetrics.RESTARTS)).isZero();
        assertThat(dashboard.answered()).isPositive();
        assertThat(dashboard.failed()).isZero();
      }
    }
  }

  @Test
  void isHeldBackWithinBoundsByAFloodOfWhatItRejectsAndLosesNothing() throws Exception {
    try (City city = City.withKinesis(VoteStream.Faults.NONE);
        FaultyDynamoDb dynamoDb =
            new FaultyDynamoDb(city.cloud().dynamoDbEndpoint(), Set.of(), 1)) {
      JobSettings settings = city.settings(Duration.ofMillis(200), 1, 1).withoutBallot();
      LocalFlink job = start(city, settings, dynamoDb);
      try (ResultsWatch dashboard = watchResults(city);
          Peaks peaks = new Peaks(job.metrics())) {
        dynamoDb.narrow(WRITES_PER_SECOND);
        int fit = MAX_BYTES / RejectedVote.MAX_PAYLOAD_BYTES;

        while (garbage < fit + 1_000) {
          putGarbage(city, 250, "{".repeat(RejectedVote.MAX_PAYLOAD_BYTES));
          vote(city, BALLOT.get(garbage % BALLOT.size()));
        }
        await()
            .atMost(City.TIMEOUT)
            .until(
                () ->
                    peaks.of(REJECTED) > fit * 9 / 10 && peaks.of(JobMetrics.BACK_PRESSURE) > 500);
        dynamoDb.widen();

        await()
            .pollInterval(Duration.ofMillis(500))
            .atMost(City.TIMEOUT.multipliedBy(2))
            .until(() -> rejected(city) == garbage);
        Drain drain = city.drain(job, settings);
        drain.awaitRead();
        assertThat(drain.awaitWritten()).isEqualTo(truth);
        assertThat(peaks.of(REJECTED)).isLessThanOrEqualTo(fit + 1);
        assertThat(peaks.of(JobMetrics.RESTARTS)).isZero();
        assertThat(dashboard.answered()).isPositive();
        assertThat(dashboard.failed()).isZero();
      }
    }
  }

  private static LocalFlink start(City city, JobSettings settings, FaultyDynamoDb dynamoDb)
      throws Exception {
    return city.startJob(
        VoteCountingJob.pipeline(city.cloud().configurationOf(settings, dynamoDb.endpoint())),
        settings.parallelism(),
        Optional.empty());
  }

  private static ResultsWatch watchResults(City city) throws Exception {
    return new ResultsWatch(URI.create(city.startWeb().address() + "/api/results")).start();
  }

  private static void publishBallot(City city) {
    Map<Choice, String> titles = new HashMap<>();
    BALLOT.forEach(choice -> titles.put(choice, choice.improvement));
    city.cloud().publishBallot(titles);
  }

  private void vote(City city, Choice choice) {
    city.cloud().stream()
        .orElseThrow()
        .put(
            ChangeRecord.cast(
                VotesTable.DEFAULT_NAME,
                "vote-" + truth.merge(choice, 1L, Long::sum) + " for " + choice,
                choice.improvement,
                choice.region,
                clock.next()));
  }

  private void putGarbage(City city, int records, String beginning) {
    List<PutRecordsRequestEntry> entries = new ArrayList<>();
    for (int i = 0; i < records; i++) {
      garbage++;
      entries.add(
          PutRecordsRequestEntry.builder()
              .partitionKey(Integer.toString(garbage))
              .data(SdkBytes.fromUtf8String(beginning + garbage))
              .build());
    }
    city.cloud().stream().orElseThrow().send();
    assertThat(
            city.cloud()
                .kinesis()
                .orElseThrow()
                .putRecords(
                    put ->
                        put.streamName(city.cloud().stream().orElseThrow().name()).records(entries))
                .failedRecordCount())
        .isZero();
  }

  private static int rejected(City city) {
    return city
        .cloud()
        .dynamoDb()
        .scanPaginator(scan -> scan.tableName(RejectedVotesTable.DEFAULT_NAME).select(Select.COUNT))
        .stream()
        .mapToInt(ScanResponse::count)
        .sum();
  }

  /** The highest that gauges of the job have ever shown. */
  private static final class Peaks implements AutoCloseable {

    private static final List<String> GAUGES =
        List.of(TALLIES, RECENT, REJECTED, JobMetrics.BACK_PRESSURE, JobMetrics.RESTARTS);

    private final Map<String, Long> peaks = new ConcurrentHashMap<>();
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();

    Peaks(JobMetrics metrics) {
      clock.scheduleWithFixedDelay(
          () -> GAUGES.forEach(gauge -> peaks.merge(gauge, metrics.present(gauge), Math::max)),
          0,
          10,
          TimeUnit.MILLISECONDS);
    }

    long of(String gauge) {
      return peaks.getOrDefault(gauge, 0L);
    }

    @Override
    public void close() {
      clock.shutdownNow();
    }
  }
}
