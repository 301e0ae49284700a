package io.citytally.local.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.citytally.CountingSinks;
import io.citytally.VoteCountingJob;
import io.citytally.VoteCountingPipeline;
import io.citytally.config.VoteCountingConfig;
import io.citytally.dynamodb.DynamoDbEndpoint;
import io.citytally.local.cloud.JobSettings;
import io.citytally.local.cloud.LocalCloud;
import io.citytally.local.cloud.PortSettings;
import io.citytally.local.cloud.VoteStream;
import io.citytally.local.flink.LocalFlink;
import io.citytally.local.lifecycle.Closing;
import io.citytally.local.lifecycle.FailureSignal;
import io.citytally.sink.RecentVotesSink;
import io.citytally.sink.RejectedVotesSink;
import io.citytally.sink.TallySink;
import io.citytally.sink.UpdateItems;
import io.citytally.source.Admission;
import io.citytally.source.RawRecord;
import io.citytally.source.VoteChangeDecoder;
import io.citytally.source.VoteSource;
import io.citytally.source.kinesis.KinesisVoteSource;
import io.citytally.source.kinesis.ShardConsumer;
import io.citytally.table.TotalVotesTable;
import io.citytally.vote.Choice;
import io.citytally.vote.SourceKind;
import io.citytally.vote.TotalsReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.FileUtils;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemResponse;

/**
 * The job between two onlookers: one sees each record as it comes out of the source, in the same
 * task; the other each write of a total, and its answer. All in between is as ever.
 */
final class TracedJob {

  private static final Duration CHECKPOINT_INTERVAL = Duration.ofSeconds(60);
  private static final Duration POLL = Duration.ofMillis(50);
  private static final int RECENT_SIZE = 20;

  private static final ObjectMapper JSON = new ObjectMapper();

  /** The trace of the job. Flink copies the operators and sinks, and the copies find it here. */
  private static volatile VoteTrace current;

  private TracedJob() {}

  /**
   * Starts what the job lives between, with changes that go from the table of votes to Kinesis.
   *
   * @param closing gets each part as soon as it is started
   * @param alarm is raised if a part fails
   */
  static LocalCloud startCloud(
      Closing closing, Path home, SourceKind source, FailureSignal alarm, BenchReport report)
      throws Exception {
    return LocalCloud.start(
        closing,
        new LocalCloud.Setup(
            home,
            Optional.empty(),
            source,
            1,
            PortSettings.ANY,
            true,
            VoteStream.Packing.SINGLE,
            VoteStream.Faults.NONE),
        alarm,
        report::progress);
  }

  /** Starts the job, without a ballot, and waits until it runs. */
  static void start(
      Closing closing, LocalCloud cloud, Duration window, VoteTrace trace, FailureSignal alarm)
      throws Exception {
    Path directory = Files.createTempDirectory("citytally-");
    closing.add(() -> FileUtils.deleteDirectory(directory.toFile()));
    LocalFlink flink = closing.add(new LocalFlink(0, directory, 1, CHECKPOINT_INTERVAL));
    JobSettings settings =
        new JobSettings(SourceKind.KINESIS, window, RECENT_SIZE, Duration.ofHours(25), 1, 1, 1);
    flink.submit(pipeline(cloud.configurationOf(settings), trace), Optional.empty());
    while (!flink.isRunning()) {
      alarm.sleep(POLL);
    }
  }

  private static VoteCountingPipeline pipeline(VoteCountingConfig config, VoteTrace trace) {
    current = trace;
    DynamoDbEndpoint dynamoDb =
        new DynamoDbEndpoint(
            config.region(), config.dynamoDbEndpoint(), DynamoDbEndpoint.Credentials.LOCAL);
    int requests = config.maxInFlightRequests();
    return new VoteCountingPipeline(
        new TracedSource(config),
        Admission.ofAtMost(config.maxChoices(), TotalsReader.NONE),
        VoteCountingJob.settings(config),
        new CountingSinks(
            new TallySink(
                () -> new TracedUpdates(dynamoDb.createClient(requests)),
                config.totalVotesTable(),
                requests),
            new TallySink(dynamoDb, config.turnoutTable(), requests),
            TallySink.ofHistory(dynamoDb, config.voteHistoryTable(), requests),
            new RecentVotesSink(dynamoDb, config.recentVotesTable(), requests),
            new RejectedVotesSink(
                dynamoDb, config.rejectedVotesTable(), requests, config.rejectedTtl())));
  }

  /** Takes down that a change record has arrived. */
  private static RawRecord arrived(RawRecord record) throws IOException {
    JsonNode image = JSON.readTree(record.payload).path("dynamodb").path("NewImage");
    current.arrived(
        image.path("id").path("S").asText(),
        new Choice(
            image.path("region").path("S").asText(), image.path("improvement").path("S").asText()),
        record.arrivedAtMillis);
    return record;
  }

  private static final class TracedSource implements VoteSource {

    private final KinesisVoteSource source;

    TracedSource(VoteCountingConfig config) {
      source =
          new KinesisVoteSource(
              config.streamName(),
              config.votesTable(),
              new ShardConsumer(
                  config.region(),
                  config.sourceEndpoint(),
                  true,
                  config.initialPosition(),
                  config.pollInterval(),
                  config.shardDiscoveryInterval()),
              config.dedupeTtl());
    }

    @Override
    public SingleOutputStreamOperator<RawRecord> addTo(StreamExecutionEnvironment env) {
      SingleOutputStreamOperator<RawRecord> records = source.addTo(env);
      return records.map(TracedJob::arrived, records.getType());
    }

    @Override
    public SourceKind kind() {
      return source.kind();
    }

    @Override
    public VoteChangeDecoder decoder(long epoch) {
      return source.decoder(epoch);
    }
  }

  private static final class TracedUpdates implements UpdateItems {

    private final DynamoDbAsyncClient client;

    TracedUpdates(DynamoDbAsyncClient client) {
      this.client = client;
    }

    @Override
    public CompletableFuture<UpdateItemResponse> updateItem(UpdateItemRequest request) {
      long sent = System.nanoTime();
      return client
          .updateItem(request)
          .whenComplete(
              (response, error) -> {
                if (error == null) {
                  current.written(
                      TotalVotesTable.keyOf(request.key()),
                      Integer.parseInt(request.expressionAttributeValues().get(":added").n()),
                      sent);
                }
              });
    }

    @Override
    public void close() {
      client.close();
    }
  }
}
