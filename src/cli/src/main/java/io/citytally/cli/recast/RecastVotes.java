package io.citytally.cli.recast;

import io.citytally.cli.aws.Target;
import io.citytally.cli.command.CannotStartException;
import io.citytally.cli.command.DisplayText;
import io.citytally.vote.Choice;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;
import software.amazon.awssdk.services.kinesis.KinesisClient;

/** Casts refused choices again, and tells how it goes and what became of it. */
final class RecastVotes {

  private static final Duration TIMEOUT = Duration.ofSeconds(30);
  private static final Duration LINE = Duration.ofSeconds(2);

  private static final int SOME_LEFT = 3;

  /** The most choices that are listed: an attack may have named a million. */
  private static final int MAX_LISTED = 20;

  private final RecastOptions options;
  private final PrintWriter out;

  private volatile boolean stopped;

  RecastVotes(RecastOptions options, PrintWriter out) {
    this.options = options;
    this.out = out;
  }

  /**
   * @return the exit status
   * @throws CannotStartException if there is no such table or stream; the message says what to do
   */
  int execute() {
    CountDownLatch ended = new CountDownLatch(1);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> stopAndAwait(ended), "stop"));
    try (DynamoDbClient dynamoDb = options.target().dynamoDb()) {
      Recast recast = recast(dynamoDb);
      if (options.dryRun()) {
        tell(recast);
      } else if (options.giveUp()) {
        giveUp(recast);
      } else {
        castAgain(recast);
      }
      tellWhatIsLeftAlone(recast);
      out.println(closing(recast));
      out.flush();
      if (stopped) {
        return 1;
      }
      boolean allDone =
          recast.leftAlone().isEmpty()
              && recast.tooYoung().isEmpty()
              && recast.castable().isEmpty()
              && recast.ofTablesOwnStream().isEmpty();
      return allDone ? 0 : SOME_LEFT;
    } finally {
      ended.countDown();
    }
  }

  private void stopAndAwait(CountDownLatch ended) {
    stopped = true;
    try {
      ended.await(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Recast recast(DynamoDbClient dynamoDb) {
    String table = options.ballotTable().orElse(options.rejectedTable());
    try {
      Optional<Set<Choice>> ballot =
          options.ballotTable().map(name -> Recast.ballotOf(dynamoDb, name));
      table = options.rejectedTable();
      String rejected = table;
      dynamoDb.describeTable(describe -> describe.tableName(rejected));
      return new Recast(dynamoDb, rejected, ballot, Clock.systemUTC());
    } catch (ResourceNotFoundException e) {
      throw new CannotStartException(
          "There is no table '%s' %s. Give its name with --%s."
              .formatted(
                  table,
                  options.target().ofDynamoDb(),
                  table.equals(options.rejectedTable())
                      ? "rejected-table"
                      : "ballot-table, or say --no-ballot if the job has none"),
          e);
    } catch (SdkClientException e) {
      throw new CannotStartException(
          "DynamoDB %s does not answer: %s (%s)"
              .formatted(options.target().ofDynamoDb(), options.target().advice(), e.getMessage()),
          e);
    }
  }

  private void tell(Recast recast) {
    if (options.giveUp()) {
      recast.tellOfGivingUp();
    } else {
      recast.tell();
    }
    list(done(), recast.taken());
    list("not on the ballot", recast.left());
  }

  private void castAgain(Recast recast) {
    try (KinesisClient kinesis = options.target().kinesis()) {
      requireStream(kinesis);
      closingIfItFails(
          recast,
          () -> recast.castAgain(new KinesisRecords(kinesis, options.stream()), progress(recast)));
    }
  }

  private void giveUp(Recast recast) {
    closingIfItFails(recast, () -> recast.giveUp(progress(recast)));
  }

  private void closingIfItFails(Recast recast, Runnable work) {
    try {
      work.run();
    } catch (RuntimeException e) {
      out.println(closing(recast));
      out.flush();
      throw e;
    }
  }

  private void requireStream(KinesisClient kinesis) {
    String hint =
        ". A job that reads the table's own stream (source dynamodb-streams) has no Kinesis stream, so"
            + " nothing can be cast again there. While the table's stream still holds every change since"
            + " the first (24 hours), start the job without its state instead: it counts everything"
            + " again, with what is admitted now. After these 24 hours, run `recast --give-up`, then `citytally audit --fix`";
    try {
      kinesis.describeStreamSummary(describe -> describe.streamName(options.stream()));
    } catch (software.amazon.awssdk.services.kinesis.model.ResourceNotFoundException e) {
      throw new CannotStartException(
          "There is no Kinesis stream '%s' %s. Give its name with --stream%s"
              .formatted(options.stream(), options.target().ofKinesis(), hint),
          e);
    } catch (SdkClientException e) {
      throw new CannotStartException(
          "Kinesis %s does not answer: %s%s"
              .formatted(
                  options.target().ofKinesis(),
                  options.target() instanceof Target.Aws
                      ? e.getMessage()
                      : "give the port that `citytally run` shows with --kinesis-port",
                  hint),
          e);
    }
  }

  /** A line now and then, while it asks whether to go on. */
  private BooleanSupplier progress(Recast recast) {
    long[] lastNanos = {System.nanoTime()};
    return () -> {
      if (System.nanoTime() - lastNanos[0] > LINE.toNanos()) {
        lastNanos[0] = System.nanoTime();
        out.printf(
            "%s %s so far, %s left%n",
            DisplayText.number(sum(recast.taken())),
            done(),
            DisplayText.number(sum(recast.left())));
        out.flush();
      }
      return stopped;
    };
  }

  private void tellWhatIsLeftAlone(Recast recast) {
    list("not taken back, as the vote itself is not there", recast.leftAlone());
    if (!recast.leftAlone().isEmpty()) {
      out.println(
          "Totals of these are right if the vote has expired uncounted, and too great if it was"
              + " counted. Run `citytally audit --fix`: it compares them with the votes.");
    }
  }

  private void list(String what, Map<Choice, Long> counts) {
    counts.entrySet().stream()
        .sorted(
            Map.Entry.<Choice, Long>comparingByValue(Comparator.reverseOrder())
                .thenComparing(entry -> entry.getKey().toString()))
        .limit(MAX_LISTED)
        .forEach(
            entry ->
                out.printf(
                    "%9s  %s: %s%n", DisplayText.number(entry.getValue()), what, entry.getKey()));
    if (counts.size() > MAX_LISTED) {
      out.printf(
          "           %s: %s more choices%n", what, DisplayText.number(counts.size() - MAX_LISTED));
    }
  }

  private String closing(Recast recast) {
    long left = sum(recast.left());
    long leftAlone = sum(recast.leftAlone());
    long tooYoung = sum(recast.tooYoung());
    long castable = sum(recast.castable());
    long ofTablesOwnStream = sum(recast.ofTablesOwnStream());
    return "%s%s refused choices %s%s%s%s%s%s"
        .formatted(
            stopped ? "stopped: " : "",
            DisplayText.number(sum(recast.taken())),
            done(),
            left == 0
                ? ""
                : ", %s left that are not on the ballot".formatted(DisplayText.number(left)),
            leftAlone == 0
                ? ""
                : ", %s not taken back: see `audit --fix`".formatted(DisplayText.number(leftAlone)),
            tooYoung == 0
                ? ""
                : ", %s younger than 25 hours: run this again later"
                    .formatted(DisplayText.number(tooYoung)),
            castable == 0
                ? ""
                : ", %s from a Kinesis stream: run `recast` without --give-up"
                    .formatted(DisplayText.number(castable)),
            ofTablesOwnStream == 0
                ? ""
                : ", %s from the table's own stream: run `recast --give-up`, then `audit --fix`"
                    .formatted(DisplayText.number(ofTablesOwnStream)));
  }

  private String done() {
    String done = options.giveUp() ? "given up" : "cast again";
    return options.dryRun() ? "would be " + done : done;
  }

  private static long sum(Map<Choice, Long> counts) {
    return counts.values().stream().mapToLong(Long::longValue).sum();
  }
}
