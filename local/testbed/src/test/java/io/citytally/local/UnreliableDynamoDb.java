package io.citytally.local;

import io.citytally.dynamodb.DynamoDbEndpoint;
import io.citytally.sink.UpdateItems;
import java.util.EnumMap;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemResponse;

/**
 * DynamoDB behind a network that loses and delays what it carries, until {@link #recover}. One at a
 * time can be open: a job, which works on copies of what it is given, finds it by {@link #connect}.
 */
final class UnreliableDynamoDb implements AutoCloseable {

  /** What can go wrong with a write. */
  enum Trouble {
    /** It never arrives, and the writer is told so. */
    REQUEST_LOST(0.04),
    /** It takes effect, and the writer is told that it may not have. */
    ANSWER_LOST(0.04),
    /** It never arrives, and the job fails. */
    CRASH_BEFORE(0.015),
    /** It takes effect, and the job fails. */
    CRASH_AFTER(0.015),
    /** It takes a while to arrive. */
    REQUEST_LATE(0.15),
    /** It takes effect at once, and the writer learns of it a while later. */
    ANSWER_LATE(0.1),
    /** Its answer comes before that of an earlier one: of being late. */
    OUT_OF_ORDER(0),
    /** It takes effect after the job that sent it has failed: of being late. */
    OUTLIVED_ITS_JOB(0);

    private final double probability;

    Trouble(double probability) {
      this.probability = probability;
    }
  }

  /** A restart takes most of a second. Of each kind, so that one can't use up the other's. */
  private static final int MAX_CRASHES_OF_A_KIND = 3;

  /** Longer than the job takes to restart. */
  private static final int MAX_DELAY_MILLIS = 800;

  private static volatile UnreliableDynamoDb open;

  private final DynamoDbAsyncClient dynamoDb;
  private final Random random;
  private final ScheduledExecutorService delays = Executors.newSingleThreadScheduledExecutor();
  private final AtomicLong requests = new AtomicLong();
  private final NavigableSet<Long> unanswered = new ConcurrentSkipListSet<>();
  private final Map<Trouble, Integer> troubles = new EnumMap<>(Trouble.class);
  private boolean failing;
  private boolean recovered;

  private UnreliableDynamoDb(DynamoDbEndpoint endpoint, long seed) {
    dynamoDb = endpoint.createClient(1_000);
    random = new Random(seed);
    for (Trouble trouble : Trouble.values()) {
      troubles.put(trouble, 0);
    }
  }

  static UnreliableDynamoDb open(DynamoDbEndpoint endpoint, long seed) {
    open = new UnreliableDynamoDb(endpoint, seed);
    return open;
  }

  /** A writer's connection. What is on its way when it is closed arrives nevertheless. */
  static UpdateItems connect() {
    return open.new Connection();
  }

  /** From now on no request arrives. */
  synchronized void fail() {
    failing = true;
  }

  /** From now on nothing goes wrong; what is late still is. */
  synchronized void recover() {
    failing = false;
    recovered = true;
  }

  /** How often each trouble was met. */
  synchronized Map<Trouble, Integer> troubles() {
    return new EnumMap<>(troubles);
  }

  private synchronized void met(Trouble trouble) {
    troubles.merge(trouble, 1, Integer::sum);
  }

  /** Null if all goes well. */
  private synchronized Trouble next() {
    if (failing) {
      return Trouble.REQUEST_LOST;
    }
    double dice = random.nextDouble();
    for (Trouble trouble : Trouble.values()) {
      dice -= trouble.probability;
      if (dice < 0) {
        return recovered || isCrash(trouble) && troubles.get(trouble) >= MAX_CRASHES_OF_A_KIND
            ? null
            : trouble;
      }
    }
    return null;
  }

  private static boolean isCrash(Trouble trouble) {
    return trouble == Trouble.CRASH_BEFORE || trouble == Trouble.CRASH_AFTER;
  }

  private void later(Runnable action) {
    delays.schedule(action, random.nextInt(MAX_DELAY_MILLIS), TimeUnit.MILLISECONDS);
  }

  @Override
  public void close() {
    delays.shutdownNow();
    dynamoDb.close();
  }

  private final class Connection implements UpdateItems {

    private volatile boolean closed;

    @Override
    public CompletableFuture<UpdateItemResponse> updateItem(UpdateItemRequest request) {
      long number = requests.incrementAndGet();
      unanswered.add(number);
      return answer(request)
          .whenComplete(
              (response, error) -> {
                if (unanswered.first() < number) {
                  met(Trouble.OUT_OF_ORDER);
                }
                unanswered.remove(number);
              });
    }

    private CompletableFuture<UpdateItemResponse> answer(UpdateItemRequest request) {
      Trouble trouble = next();
      if (trouble == null) {
        return dynamoDb.updateItem(request);
      }
      return switch (trouble) {
        case REQUEST_LOST -> {
          met(trouble);
          yield CompletableFuture.failedFuture(SdkClientException.create("no connection"));
        }
        case ANSWER_LOST -> written(request, trouble, ApiCallTimeoutException.create(20_000));
        case CRASH_BEFORE -> {
          met(trouble);
          yield CompletableFuture.failedFuture(new IllegalStateException("crash before the write"));
        }
        case CRASH_AFTER ->
            written(request, trouble, new IllegalStateException("crash after the write"));
        case REQUEST_LATE -> {
          met(trouble);
          yield late(request);
        }
        case ANSWER_LATE -> {
          met(trouble);
          CompletableFuture<UpdateItemResponse> late = new CompletableFuture<>();
          dynamoDb
              .updateItem(request)
              .whenComplete((response, error) -> later(() -> complete(late, response, error)));
          yield late;
        }
        case OUT_OF_ORDER, OUTLIVED_ITS_JOB -> throw new AssertionError(trouble);
      };
    }

    /**
     * Has the write take effect, and then fail; one whose condition fails has that for an answer.
     */
    private CompletableFuture<UpdateItemResponse> written(
        UpdateItemRequest request, Trouble trouble, RuntimeException error) {
      return dynamoDb
          .updateItem(request)
          .thenApply(
              response -> {
                met(trouble);
                throw error;
              });
    }

    private CompletableFuture<UpdateItemResponse> late(UpdateItemRequest request) {
      CompletableFuture<UpdateItemResponse> late = new CompletableFuture<>();
      later(
          () -> {
            boolean alone = closed;
            dynamoDb
                .updateItem(request)
                .whenComplete(
                    (response, error) -> {
                      if (alone && error == null) {
                        met(Trouble.OUTLIVED_ITS_JOB);
                      }
                      complete(late, response, error);
                    });
          });
      return late;
    }

    private void complete(
        CompletableFuture<UpdateItemResponse> late, UpdateItemResponse response, Throwable error) {
      if (error == null) {
        late.complete(response);
      } else {
        late.completeExceptionally(error);
      }
    }

    @Override
    public void close() {
      closed = true;
    }
  }
}
