package io.citytally.cli.result;

import io.citytally.cli.audit.Sleeper;
import io.citytally.cli.command.CannotStartException;
import io.citytally.cli.election.RefusedElectionException;
import io.citytally.cli.election.ServiceTime;
import io.citytally.election.Election;
import io.citytally.election.FinalResult;
import io.citytally.table.ElectionTable;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.function.IntSupplier;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.GetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;

/**
 * Makes the result of an election final.
 *
 * <p>It waits until no ballot can change any more: the closing time, the longest time for which an
 * instance of the API goes by rules that it has read, the time in which a ballot's write ends, and
 * a margin for clocks. Then it audits. An exact audit shows that the job has counted everything,
 * for a total that lacks a vote differs from the votes. The counts are read before and after the
 * audit, and must be the same.
 *
 * <p>The files are stored under their hash, and then the hash with the election, on the condition
 * that none is there yet and the rules are those that the result was made under. So a result is
 * made final once: anyone who runs this again, or at the same time, gets the stored one.
 */
final class CloseElection {

  /** The exit status if the result can't be final, as the audit told. */
  static final int NOT_EXACT = 3;

  /** Clocks of AWS's servers and of the operator's machine differ by less. */
  static final Duration CLOCK_MARGIN = Duration.ofSeconds(5);

  /** DynamoDB takes 400 KB for an item. */
  static final int MAX_STORED_BYTES = 400_000;

  private static final Duration PROGRESS_INTERVAL = Duration.ofSeconds(10);

  private final DynamoDbClient dynamoDb;
  private final ResultTables tables;
  private final IntSupplier audit;
  private final String version;
  private final Clock clock;
  private final Sleeper sleeper;
  private final ServiceTime serviceTime;
  private final PrintWriter out;

  /**
   * @param audit audits all totals, tells what it finds, and returns 0 if all are exact
   * @param version of this program, which stands in the result
   * @param out takes the progress and the closing line
   */
  CloseElection(
      DynamoDbClient dynamoDb,
      ResultTables tables,
      IntSupplier audit,
      String version,
      Clock clock,
      Sleeper sleeper,
      ServiceTime serviceTime,
      PrintWriter out) {
    this.dynamoDb = dynamoDb;
    this.tables = tables;
    this.audit = audit;
    this.version = version;
    this.clock = clock;
    this.sleeper = sleeper;
    this.serviceTime = serviceTime;
    this.out = out;
  }

  /**
   * Closes the election if it is not closed, and writes the files of its result.
   *
   * @param folder takes {@code result.json}, {@code result.csv} and {@code SHA256SUMS}; made if it
   *     is not there
   * @return the exit status
   * @throws RefusedElectionException if there is nothing to close, or the clock is wrong; the
   *     message says what to do
   * @throws CannotStartException if a table is missing, the result is too large, or the rules
   *     change
   */
  int execute(Path folder) throws IOException {
    Election election = read();
    if (election.result().isEmpty()) {
      serviceTime.check(get(ElectionTable.key()), clock, CLOCK_MARGIN);
      awaitEnd(election);
      FinalCounts before = counts();
      if (audit.getAsInt() != 0 || !before.equals(counts())) {
        say("not closed: the totals are not exact, or still move. See above, and run this again.");
        return NOT_EXACT;
      }
      store(election, ElectionResult.of(election.rules(), version, before));
      election = read();
    }
    FinalResult result = election.result().orElseThrow();
    write(stored(result), folder);
    say("closed: final since " + result.at() + ", SHA-256 of result.json " + result.sha256());
    return 0;
  }

  private Election read() {
    Map<String, AttributeValue> item;
    try {
      item = get(ElectionTable.key()).item();
    } catch (ResourceNotFoundException e) {
      throw new CannotStartException(
          "There is no table '" + tables.election() + "'. Give its name with --election-table.", e);
    }
    if (item.isEmpty()) {
      throw new RefusedElectionException(
          "There is no election to close. Set one up first: see `citytally election --help`.");
    }
    return ElectionTable.electionOf(item);
  }

  private ElectionResult stored(FinalResult result) {
    return ElectionResult.unpacked(
        ElectionTable.packedResultOf(get(ElectionTable.resultKey(result.sha256())).item()));
  }

  private GetItemResponse get(Map<String, AttributeValue> key) {
    return dynamoDb.getItem(get -> get.tableName(tables.election()).key(key).consistentRead(true));
  }

  private void awaitEnd(Election election) {
    Instant closesAt = election.rules().closesAt().orElseThrow();
    Instant settled =
        closesAt.plus(Election.MAX_AGE).plus(Election.WRITE_TIMEOUT).plus(CLOCK_MARGIN);
    while (clock.instant().isBefore(settled)) {
      Duration left = Duration.between(clock.instant(), settled);
      say("The election closes at " + closesAt + ". Waiting " + left.toSeconds() + " s");
      sleeper.sleep(left.compareTo(PROGRESS_INTERVAL) < 0 ? left : PROGRESS_INTERVAL);
    }
  }

  private FinalCounts counts() {
    try {
      return FinalCounts.read(dynamoDb, tables);
    } catch (ResourceNotFoundException e) {
      throw new CannotStartException(
          "A table is missing. Give the right names with --total-table, --turnout-table and"
              + " --ballot-table.",
          e);
    }
  }

  private void store(Election election, ElectionResult result) {
    byte[] packed = result.packed();
    if (packed.length > MAX_STORED_BYTES) {
      throw new CannotStartException(
          "the result takes "
              + packed.length
              + " bytes, but an item of DynamoDB holds at most "
              + MAX_STORED_BYTES
              + ". The ballot has too many choices, or their titles are too long: shorten the titles and"
              + " run this again");
    }
    try {
      dynamoDb.putItem(
          put ->
              put.tableName(tables.election())
                  .item(ElectionTable.resultItemOf(result.sha256(), packed)));
      dynamoDb.updateItem(
          ElectionTable.close(
              tables.election(),
              election.rules(),
              new FinalResult(clock.instant(), result.sha256())));
    } catch (ConditionalCheckFailedException e) {
      if (read().result().isEmpty()) {
        throw new CannotStartException(
            "Another operator changed the election's rules. Run `close` again.", e);
      }
    }
  }

  private static void write(ElectionResult result, Path folder) throws IOException {
    Files.createDirectories(folder);
    Files.write(folder.resolve("result.json"), result.json());
    Files.write(folder.resolve("result.csv"), result.csv());
    String sums =
        result.sha256()
            + "  result.json\n"
            + ElectionResult.sha256(result.csv())
            + "  result.csv\n";
    Files.write(folder.resolve("SHA256SUMS"), sums.getBytes(StandardCharsets.UTF_8));
  }

  private void say(String line) {
    out.println(line);
    out.flush();
  }
}
