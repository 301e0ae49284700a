package io.citytally;

import io.citytally.config.VoteCountingConfig;
import io.citytally.dynamodb.BallotTableReader;
import io.citytally.dynamodb.DynamoDbEndpoint;
import io.citytally.dynamodb.TotalVotesTableReader;
import io.citytally.sink.RecentVotesSink;
import io.citytally.sink.RejectedVotesSink;
import io.citytally.sink.TallySink;
import io.citytally.source.Admission;
import io.citytally.source.VoteSource;
import io.citytally.source.kinesis.DynamoDbStreamsVoteSource;
import io.citytally.source.kinesis.KinesisVoteSource;
import io.citytally.source.kinesis.ShardConsumer;
import io.citytally.vote.SourceKind;
import java.util.Objects;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * The job as Managed Flink starts it: reads its configuration, puts the pipeline together, runs it.
 *
 * <p>It sets neither checkpoints nor state backend nor restarts: on Managed Flink these are the
 * application's settings, and code that sets them is ignored ("Implement fault tolerance in Managed
 * Service for Apache Flink").
 */
public final class VoteCountingJob {

  /** The job's name in Flink's web interface. */
  public static final String NAME = "citytally";

  private VoteCountingJob() {}

  /**
   * @param args nothing on Managed Flink, else {@code --properties FILE}
   * @throws io.citytally.config.InvalidConfigurationException if a property is missing or wrong;
   *     the message says which, and what is allowed
   */
  public static void main(String[] args) throws Exception {
    VoteCountingConfig config = VoteCountingConfig.load(args);
    try (StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment()) {
      pipeline(config).addTo(env);
      env.execute(NAME);
    }
  }

  /** The pipeline between the source and the tables that the configuration names. */
  public static VoteCountingPipeline pipeline(VoteCountingConfig config) {
    DynamoDbEndpoint dynamoDb =
        new DynamoDbEndpoint(
            config.region(),
            config.dynamoDbEndpoint(),
            config.localCredentials()
                ? DynamoDbEndpoint.Credentials.LOCAL
                : DynamoDbEndpoint.Credentials.AUTO);
    return new VoteCountingPipeline(
        source(config),
        admission(config, dynamoDb),
        settings(config),
        new CountingSinks(
            new TallySink(dynamoDb, config.totalVotesTable(), config.maxInFlightRequests()),
            new TallySink(dynamoDb, config.turnoutTable(), config.maxInFlightRequests()),
            TallySink.ofHistory(dynamoDb, config.voteHistoryTable(), config.maxInFlightRequests()),
            new RecentVotesSink(dynamoDb, config.recentVotesTable(), config.maxInFlightRequests()),
            new RejectedVotesSink(
                dynamoDb,
                config.rejectedVotesTable(),
                config.maxInFlightRequests(),
                config.rejectedTtl())));
  }

  /** How the configuration says that votes are counted. */
  public static CountingSettings settings(VoteCountingConfig config) {
    return new CountingSettings(
        config.epoch(),
        new WriteWindows(config.window(), config.turnoutWindow(), config.historyWindow()),
        config.dedupeTtl(),
        config.rejectedTtl(),
        config.recentSize());
  }

  private static Admission admission(VoteCountingConfig config, DynamoDbEndpoint dynamoDb) {
    TotalVotesTableReader totals =
        new TotalVotesTableReader(dynamoDb, config.totalVotesTable(), config.turnoutTable());
    return config.ballotTable() == null
        ? Admission.ofAtMost(config.maxChoices(), totals)
        : Admission.byBallot(
            new BallotTableReader(dynamoDb, config.ballotTable()), config.ballotRefresh(), totals);
  }

  private static VoteSource source(VoteCountingConfig config) {
    ShardConsumer consumer =
        new ShardConsumer(
            config.region(),
            config.sourceEndpoint(),
            config.localCredentials(),
            config.initialPosition(),
            config.pollInterval(),
            config.shardDiscoveryInterval());
    return config.source() == SourceKind.KINESIS
        ? new KinesisVoteSource(
            config.streamName(), config.votesTable(), consumer, config.dedupeTtl())
        : new DynamoDbStreamsVoteSource(Objects.requireNonNull(config.streamArn()), consumer);
  }
}
