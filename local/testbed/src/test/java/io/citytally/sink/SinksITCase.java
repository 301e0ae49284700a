package io.citytally.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.citytally.dynamodb.DynamoDbEndpoint;
import io.citytally.dynamodb.LocalDynamoDbExtension;
import io.citytally.table.CounterState;
import io.citytally.table.RecentVotesTable;
import io.citytally.table.RejectedVotesTable;
import io.citytally.table.TotalVotesTable;
import io.citytally.vote.Backlog;
import io.citytally.vote.Choice;
import io.citytally.vote.RecentVotes;
import io.citytally.vote.RejectedVote;
import io.citytally.vote.Tally;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Isolated;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.PutItemRequest;
import software.amazon.awssdk.services.dynamodb.model.PutItemResponse;

/** The sinks as Flink runs them, on an emulator. */
@Isolated("MiniClusterExtension makes its cluster that of every job in this JVM.")
class SinksITCase {

  @RegisterExtension static final LocalDynamoDbExtension DYNAMO_DB = new LocalDynamoDbExtension();

  @RegisterExtension
  static final MiniClusterExtension FLINK =
      new MiniClusterExtension(
          new MiniClusterResourceConfiguration.Builder()
              .setNumberTaskManagers(1)
              .setNumberSlotsPerTaskManager(2)
              .build());

  private static final Choice BRIDGE = new Choice("Centre", "A bridge");
  private static final int RESTARTS = 2;
  private static final AtomicInteger CONNECTIONS = new AtomicInteger();

  @BeforeAll
  static void createTables() {
    DYNAMO_DB.createTable(
        TotalVotesTable.DEFAULT_NAME, TotalVotesTable.REGION, TotalVotesTable.IMPROVEMENT);
    DYNAMO_DB.createTable(RecentVotesTable.DEFAULT_NAME, RecentVotesTable.FEED);
    DYNAMO_DB.createTable(
        RejectedVotesTable.DEFAULT_NAME, RejectedVotesTable.SHARD, RejectedVotesTable.POSITION);
  }

  @BeforeEach
  void forgetConnections() {
    CONNECTIONS.set(0);
  }

  @Test
  void writesTalliesOfManyKeysInAnyOrderFromSeveralSubtasks() throws Exception {
    StreamExecutionEnvironment flink = flink();
    flink
        .fromSequence(1, 2_000)
        .map(i -> new Tally(new Choice("Region", "Improvement " + i % 7), 1, i, i / 5))
        .rebalance()
        .sinkTo(new TallySink(DYNAMO_DB.endpoint(), TotalVotesTable.DEFAULT_NAME, 10))
        .setParallelism(2);

    flink.execute();

    for (int key = 0; key < 7; key++) {
      int remainder = key;
      long last = LongStream.rangeClosed(1, 2_000).filter(i -> i % 7 == remainder).max().orElse(0);
      Map<String, AttributeValue> item = total(new Choice("Region", "Improvement " + key));
      assertThat(TotalVotesTable.stateOf(item)).isEqualTo(CounterState.at(1, last, last / 5));
      assertThat(TotalVotesTable.totalVotesOf(item)).isEqualTo(last - last / 5);
    }
  }

  @Test
  void doesNotRestartAJobOfAnOldEpoch() throws Exception {
    Map<String, AttributeValue> item = new HashMap<>(TotalVotesTable.keyOf(BRIDGE));
    item.put("total_votes", AttributeValue.fromN("7"));
    item.put("epoch", AttributeValue.fromN("2"));
    item.put("added", AttributeValue.fromN("7"));
    item.put("removed", AttributeValue.fromN("0"));
    DYNAMO_DB.put(TotalVotesTable.DEFAULT_NAME, item);
    StreamExecutionEnvironment flink = flink();
    flink.fromData(new Tally(BRIDGE, 1, 9, 0)).sinkTo(countingSink(TotalVotesTable.DEFAULT_NAME));

    assertThatThrownBy(flink::execute).hasStackTraceContaining("written with epoch 2");

    assertThat(CONNECTIONS).hasValue(1);
    assertThat(TotalVotesTable.totalVotesOf(total(BRIDGE))).isEqualTo(7);
  }

  @Test
  void restartsAJobThatMissesItsTable() throws Exception {
    StreamExecutionEnvironment flink = flink();
    flink.fromData(new Tally(BRIDGE, 1, 9, 0)).sinkTo(countingSink("missing_table"));

    assertThatThrownBy(flink::execute).hasStackTraceContaining("table 'missing_table'");

    assertThat(CONNECTIONS).hasValue(1 + RESTARTS);
  }

  @Test
  void outlivesAConnectionThatIsRefused() throws Exception {
    DynamoDbEndpoint real = DYNAMO_DB.endpoint();
    Choice key = new Choice("Centre", "Retry");
    StreamExecutionEnvironment flink = flink();
    flink.configure(new Configuration().set(RestartStrategyOptions.RESTART_STRATEGY, "disable"));
    flink
        .fromData(new Tally(key, 1, 9, 0))
        .sinkTo(new TallySink(() -> refusedOnce(real), TotalVotesTable.DEFAULT_NAME, 10));

    flink.execute();

    assertThat(CONNECTIONS).hasValue(2);
    assertThat(TotalVotesTable.totalVotesOf(total(key))).isEqualTo(9);
  }

  @Test
  void putsTheLastOfTheRecentVotesOfEachList() throws Exception {
    StreamExecutionEnvironment flink = flink();
    flink
        .fromSequence(1, 500)
        .map(i -> recent(i))
        .sinkTo(new RecentVotesSink(DYNAMO_DB.endpoint(), RecentVotesTable.DEFAULT_NAME, 10))
        .setParallelism(1);

    flink.execute();

    assertThat(recentVotes("region:0")).isEqualTo(recent(500));
    assertThat(recentVotes("region:1")).isEqualTo(recent(499));
  }

  @Test
  void putsARejectedVoteOnceHoweverOftenItIsReplayed() throws Exception {
    RejectedVote empty = new RejectedVote("shard-1", "1", "empty record", "", 1_000);
    RejectedVote garbage = new RejectedVote("shard-1", "2", "not JSON", "garb\nage é", 2_000);
    StreamExecutionEnvironment flink = flink();
    flink
        .fromData(empty, garbage, empty, garbage)
        .sinkTo(
            new RejectedVotesSink(
                DYNAMO_DB.endpoint(), RejectedVotesTable.DEFAULT_NAME, 10, Duration.ofDays(30)));

    flink.execute();

    assertThat(DYNAMO_DB.client().scan(scan -> scan.tableName("rejected_votes")).join().items())
        .extracting(RejectedVotesTable::rejectedVoteOf)
        .containsExactlyInAnyOrder(empty, garbage);
    assertThat(DYNAMO_DB.get("rejected_votes", RejectedVotesTable.keyOf("shard-1", "1")))
        .containsEntry("expires_at", AttributeValue.fromN(Long.toString(30 * 86_400 + 1)));
  }

  @Test
  void holdsBackAFloodThatIsMoreThanDynamoDbTakesAndLosesNothing() throws Exception {
    int votes = 3 * Backlog.MAX_ELEMENTS;
    StreamExecutionEnvironment flink = flink();
    flink
        .fromSequence(1, votes)
        .map(
            i -> {
              SlowPuts.AHEAD.accumulateAndGet(i - SlowPuts.POSITIONS.size(), Math::max);
              return new RejectedVote("shard-1", Long.toString(i), "not JSON", "{", 1_000);
            })
        .sinkTo(
            new RejectedVotesSink(
                SlowPuts::new, RejectedVotesTable.DEFAULT_NAME, 100, Duration.ofDays(30)));

    flink.execute();

    assertThat(SlowPuts.POSITIONS).hasSize(votes);
    assertThat(SlowPuts.AHEAD)
        .hasValueLessThanOrEqualTo(Backlog.MAX_ELEMENTS + 1)
        .hasValueGreaterThan(Backlog.MAX_ELEMENTS / 2);
    assertThat(CONNECTIONS).hasValue(1);
  }

  private static RecentVotes recent(long number) {
    String region = Long.toString(number % 2);
    Choice choice = new Choice(region, "A bridge");
    return new RecentVotes(
        RecentVotes.listOf(region),
        new RecentVotes.Vote(choice, number * 60_000),
        new RecentVotes.Vote(choice, 1_777_636_800_000L));
  }

  private static Sink<Tally> countingSink(String table) {
    DynamoDbEndpoint endpoint = DYNAMO_DB.endpoint();
    return new TallySink(() -> connect(endpoint), table, 10);
  }

  private static UpdateItems connect(DynamoDbEndpoint endpoint) {
    CONNECTIONS.incrementAndGet();
    return UpdateItems.of(endpoint.createClient(10));
  }

  /** Sends its first request to where nobody listens: no server can have port 1 by chance. */
  private static UpdateItems refusedOnce(DynamoDbEndpoint endpoint) {
    UpdateItems nobody =
        UpdateItems.of(
            new DynamoDbEndpoint(
                    "eu-west-1",
                    URI.create("http://127.0.0.1:1"),
                    DynamoDbEndpoint.Credentials.LOCAL)
                .createClient(1));
    UpdateItems real = UpdateItems.of(endpoint.createClient(1));
    return request ->
        CONNECTIONS.getAndIncrement() == 0 ? nobody.updateItem(request) : real.updateItem(request);
  }

  private static StreamExecutionEnvironment flink() {
    Configuration configuration = new Configuration();
    configuration.set(PipelineOptions.GENERIC_TYPES, false);
    configuration.set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay");
    configuration.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, RESTARTS);
    configuration.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, Duration.ZERO);
    StreamExecutionEnvironment environment =
        StreamExecutionEnvironment.getExecutionEnvironment(configuration);
    environment.setParallelism(1);
    return environment;
  }

  private static Map<String, AttributeValue> total(Choice key) {
    return DYNAMO_DB.get(TotalVotesTable.DEFAULT_NAME, TotalVotesTable.keyOf(key));
  }

  private static RecentVotes recentVotes(String list) {
    return RecentVotesTable.recentVotesOf(
        DYNAMO_DB.get(RecentVotesTable.DEFAULT_NAME, RecentVotesTable.keyOf(list)));
  }

  /** A table that takes a while to take an item, and refuses some at first. */
  private static final class SlowPuts implements PutItems {

    static final Set<String> POSITIONS = ConcurrentHashMap.newKeySet();
    static final AtomicLong AHEAD = new AtomicLong();

    private static final Duration LATENCY = Duration.ofMillis(10);

    private final ScheduledExecutorService answers = Executors.newSingleThreadScheduledExecutor();
    private int requests;

    SlowPuts() {
      CONNECTIONS.incrementAndGet();
    }

    @Override
    public CompletableFuture<PutItemResponse> putItem(PutItemRequest request) {
      CompletableFuture<PutItemResponse> answer = new CompletableFuture<>();
      boolean refused = ++requests % 50 == 0;
      answers.schedule(
          () -> {
            if (refused) {
              answer.completeExceptionally(SdkClientException.create("no connection"));
            } else {
              POSITIONS.add(request.item().get(RejectedVotesTable.POSITION).s());
              answer.complete(PutItemResponse.builder().build());
            }
          },
          LATENCY.toMillis(),
          TimeUnit.MILLISECONDS);
      return answer;
    }

    @Override
    public void close() {
      answers.shutdownNow();
    }
  }
}
