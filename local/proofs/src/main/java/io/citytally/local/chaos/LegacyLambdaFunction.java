package io.citytally.local.chaos;

import io.citytally.cli.aws.LocalAws;
import io.citytally.local.cloud.CastVote;
import io.citytally.local.cloud.LocalCloud;
import io.citytally.local.cloud.VoteStream.Marker;
import io.citytally.local.legacy.ChangeStream;
import io.citytally.local.legacy.EventSourceMapping;
import io.citytally.local.legacy.LegacyLambda;
import io.citytally.local.lifecycle.Closing;
import io.citytally.local.lifecycle.FailureSignal;
import io.citytally.sink.UpdateItems;
import io.citytally.table.TotalVotesTable;
import java.net.URI;
import java.time.Duration;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemResponse;

/** The {@link LegacyLambda}, whose machines can be lost. */
final class LegacyLambdaFunction implements Algorithm {

  /** The other faults of the job need savepoints, which a function does not have. */
  static final Set<Fault> SUFFERS =
      Collections.unmodifiableSet(
          EnumSet.complementOf(
              EnumSet.of(Fault.RESTORES, Fault.OLD_SAVEPOINTS, Fault.RESIZES, Fault.ZOMBIES)));

  private static final Duration POLL = Duration.ofMillis(100);
  private static final Duration TIMEOUT = Duration.ofSeconds(20);
  private static final int MAX_TRIES = 10;

  private final FailureSignal alarm;
  private final UpdateItems dynamoDb;
  private final EventSourceMapping mapping;
  private final AtomicInteger machine = new AtomicInteger();
  private final AtomicInteger batchesTorn = new AtomicInteger();

  /**
   * @param closing gets what is to be closed
   * @param tables where the function finds its table
   * @param alarm is raised if the stream can't be read
   */
  LegacyLambdaFunction(Closing closing, LocalCloud cloud, URI tables, FailureSignal alarm)
      throws Exception {
    this.alarm = alarm;
    dynamoDb = closing.add(UpdateItems.of(patientClient(tables)));
    mapping =
        closing.add(
            new EventSourceMapping(
                ChangeStream.of(cloud.kinesis().orElseThrow(), cloud.stream().orElseThrow().name()),
                this::handle,
                alarm));
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
    mapping.start();
  }

  private void handle(List<CastVote> batch) {
    Invocation invocation = new Invocation(machine.get());
    try {
      new LegacyLambda(invocation, TotalVotesTable.DEFAULT_NAME)
          .handle(batch.stream().map(CastVote::choice).toList());
    } catch (CompletionException e) {
      if (invocation.lost && invocation.written > 0) {
        batchesTorn.incrementAndGet();
      }
      throw e;
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
  public void pause(Event event) throws Exception {
    mapping.setPaused(true);
    event.happen();
    mapping.setPaused(false);
  }

  @Override
  public void drain(List<Marker> closedShards, Runnable calm) throws Exception {
    long start = System.nanoTime();
    while (!mapping.hasReadAllOf(start)) {
      alarm.sleep(POLL);
    }
    calm.run();
  }

  @Override
  public Duration lastCheckpoint() {
    return Duration.ZERO;
  }

  @Override
  public void stop() {}

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
