package io.citytally.local.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.citytally.cli.target.LocalAws;
import io.citytally.local.cloud.LocalCloud;
import io.citytally.local.cloud.VoteStream.Marker;
import io.citytally.local.legacy.LegacyLambda;
import io.citytally.local.lifecycle.Closing;
import io.citytally.local.lifecycle.FailureSignal;
import io.citytally.local.lifecycle.Retry;
import io.citytally.sink.UpdateItems;
import io.citytally.table.TotalVotesTable;
import io.citytally.vote.Choice;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemResponse;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.GetRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.Record;
import software.amazon.awssdk.services.kinesis.model.Shard;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;

/**
 * The {@link LegacyLambda} behind what calls it on AWS, the event source mapping: that reads each
 * shard in batches, the children of a shard after it, hands a batch over once more if the function
 * fails or its machine is lost, and remembers how far it has come itself (AWS Lambda Developer
 * Guide, "Process Amazon Kinesis records with Lambda").
 *
 * <p>It fares better here than there: a record without a choice, which would hold its shard up
 * until it expires, is passed over, and no invocation times out.
 */
final class LegacyLambdaFunction implements Algorithm {

  /** What else can befall the job is the affair of savepoints, of which a function has none. */
  static final Set<Fault> SUFFERS =
      Collections.unmodifiableSet(
          EnumSet.complementOf(
              EnumSet.of(Fault.RESTORES, Fault.OLD_SAVEPOINTS, Fault.RESIZES, Fault.ZOMBIES)));

  /** The usual batch of an event source mapping for Kinesis. */
  private static final int BATCH = 100;

  private static final Duration POLL = Duration.ofMillis(100);
  private static final Duration TIMEOUT = Duration.ofSeconds(20);
  private static final int MAX_TRIES = 10;

  private static final ObjectMapper JSON = new ObjectMapper();

  private final KinesisClient kinesis;
  private final LocalCloud cloud;
  private final FailureSignal alarm;
  private final UpdateItems dynamoDb;
  private final ExecutorService threads =
      Executors.newCachedThreadPool(
          task -> {
            Thread thread = new Thread(task, "lambda");
            thread.setDaemon(true);
            return thread;
          });

  private final Set<String> finished = ConcurrentHashMap.newKeySet();
  private final Map<String, Long> foundEmptyAtNanos = new ConcurrentHashMap<>();
  private final AtomicInteger machine = new AtomicInteger();
  private final AtomicInteger batchesTorn = new AtomicInteger();
  private volatile long listedAtNanos = Long.MIN_VALUE;
  private volatile boolean paused;
  private volatile boolean closed;

  /**
   * @param closing gets what is to be closed
   * @param tables where the function finds its table
   * @param alarm is raised if the stream can't be read
   */
  LegacyLambdaFunction(Closing closing, LocalCloud cloud, URI tables, FailureSignal alarm)
      throws Exception {
    this.cloud = cloud;
    this.alarm = alarm;
    kinesis = cloud.kinesis().orElseThrow();
    dynamoDb = UpdateItems.of(patientClient(tables));
    closing.add(
        () -> {
          closed = true;
          threads.shutdownNow();
          dynamoDb.close();
        });
  }

  /** As the SDK for Python has it by default: ten tries, however many requests fail. */
  private static DynamoDbAsyncClient patientClient(URI tables) {
    return DynamoDbAsyncClient.builder()
        .endpointOverride(tables)
        .region(LocalAws.REGION)
        .credentialsProvider(
            StaticCredentialsProvider.create(AwsBasicCredentials.create("local", "local")))
        .overrideConfiguration(
            configuration ->
                configuration.retryStrategy(
                    AwsRetryStrategy.legacyRetryStrategy().toBuilder()
                        .maxAttempts(MAX_TRIES)
                        .circuitBreakerEnabled(false)
                        .build()))
        .build();
  }

  @Override
  public Set<Fault> suffers() {
    return SUFFERS;
  }

  @Override
  public void start() {
    run(this::followShards);
  }

  private void run(Runnable work) {
    threads.execute(
        () -> {
          try {
            work.run();
          } catch (RuntimeException e) {
            if (!closed) {
              alarm.raise(e);
            }
          }
        });
  }

  private void followShards() {
    Set<String> followed = new HashSet<>();
    String stream = cloud.stream().orElseThrow().name();
    while (!closed) {
      long begun = System.nanoTime();
      List<Shard> shards =
          Retry.with(() -> kinesis.listShards(list -> list.streamName(stream))).shards();
      for (Shard shard : shards) {
        if (isFinished(shard.parentShardId())
            && isFinished(shard.adjacentParentShardId())
            && followed.add(shard.shardId())) {
          foundEmptyAtNanos.put(shard.shardId(), Long.MIN_VALUE);
          run(() -> read(stream, shard.shardId()));
        }
      }
      if (followed.size() == shards.size()) {
        listedAtNanos = begun;
      }
      Retry.pause(POLL.toMillis());
    }
  }

  private boolean isFinished(String parent) {
    return parent == null || finished.contains(parent);
  }

  private void read(String stream, String shard) {
    String iterator =
        Retry.with(
                () ->
                    kinesis.getShardIterator(
                        get ->
                            get.streamName(stream)
                                .shardId(shard)
                                .shardIteratorType(ShardIteratorType.TRIM_HORIZON)))
            .shardIterator();
    while (iterator != null && !closed) {
      long begun = System.nanoTime();
      String from = iterator;
      GetRecordsResponse response =
          Retry.with(() -> kinesis.getRecords(get -> get.shardIterator(from).limit(BATCH)));
      if (response.records().isEmpty()) {
        foundEmptyAtNanos.put(shard, begun);
        Retry.pause(POLL.toMillis());
      } else {
        handle(choicesOf(response.records()));
      }
      while (paused && !closed) {
        Retry.pause(POLL.toMillis());
      }
      iterator = response.nextShardIterator();
    }
    finished.add(shard);
    foundEmptyAtNanos.remove(shard);
  }

  /** As the function did: of each record, its new image. */
  private static List<Choice> choicesOf(List<Record> records) {
    List<Choice> choices = new ArrayList<>();
    for (Record each : records) {
      try {
        JsonNode image =
            JSON.readTree(each.data().asByteArrayUnsafe()).path("dynamodb").path("NewImage");
        if (image.has("region") && image.has("improvement")) {
          choices.add(
              new Choice(
                  image.path("region").path("S").asText(),
                  image.path("improvement").path("S").asText()));
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return choices;
  }

  /** The whole batch again, for as long as it takes. */
  private void handle(List<Choice> batch) {
    while (!closed) {
      Invocation invocation = new Invocation(machine.get());
      try {
        new LegacyLambda(invocation, TotalVotesTable.DEFAULT_NAME).handle(batch);
        return;
      } catch (CompletionException e) {
        if (invocation.lost && invocation.written > 0) {
          batchesTorn.incrementAndGet();
        }
        Retry.pause(POLL.toMillis());
      }
    }
  }

  /** Loses the machine until that tears a batch apart. */
  @Override
  public boolean suffer(Fault fault) throws Exception {
    int before = batchesTorn.get();
    long start = System.nanoTime();
    while (batchesTorn.get() == before && System.nanoTime() - start < TIMEOUT.toNanos()) {
      machine.incrementAndGet();
      alarm.sleep(POLL);
    }
    return batchesTorn.get() > before;
  }

  @Override
  public void pause(Meanwhile meanwhile) throws Exception {
    paused = true;
    meanwhile.happen();
    paused = false;
  }

  @Override
  public void drain(List<Marker> closedShards, Runnable calm) throws Exception {
    long start = System.nanoTime();
    while (listedAtNanos < start
        || !foundEmptyAtNanos.values().stream().allMatch(empty -> empty > start)) {
      alarm.sleep(POLL);
    }
    calm.run();
  }

  /** The function on one machine, which writes no more once that is lost. */
  private final class Invocation implements UpdateItems {

    private final int on;
    private int written;
    private boolean lost;

    Invocation(int on) {
      this.on = on;
    }

    @Override
    public CompletableFuture<UpdateItemResponse> updateItem(UpdateItemRequest request) {
      if (machine.get() != on) {
        lost = true;
        return CompletableFuture.failedFuture(new IllegalStateException("the machine is lost"));
      }
      return dynamoDb
          .updateItem(request)
          .thenApply(
              response -> {
                written++;
                return response;
              });
    }

    @Override
    public void close() {}
  }
}
