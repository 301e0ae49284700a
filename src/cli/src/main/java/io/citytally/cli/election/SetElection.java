package io.citytally.cli.election;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.citytally.cli.audit.Sleeper;
import io.citytally.cli.command.DisplayText;
import io.citytally.cli.command.Operator;
import io.citytally.cli.command.Work;
import io.citytally.election.Election;
import io.citytally.election.ElectionRules;
import io.citytally.election.RulesException;
import io.citytally.election.RulesFile;
import io.citytally.table.BallotTable;
import io.citytally.vote.BallotEntry;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;

/** Sets the rules of the election, shows them, and opens the election for tests. */
public final class SetElection implements Work<ElectionOptions> {

  /** The exit status if the operator says no. */
  static final int DECLINED = 3;

  private static final long MAX_FILE_BYTES = 1024 * 1024;

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss VV");

  private final PrintStream out;
  private final Operator operator;
  private final Clock clock;
  private final Sleeper sleeper;
  private final ServiceTime serviceTime;

  /** Asks at this process's terminal. */
  public SetElection(PrintStream out) {
    this(
        out,
        Operator.atThisTerminal(),
        Clock.systemUTC(),
        SetElection::sleep,
        ServiceTime::inHeader);
  }

  SetElection(
      PrintStream out, Operator operator, Clock clock, Sleeper sleeper, ServiceTime serviceTime) {
    this.out = out;
    this.operator = operator;
    this.clock = clock;
    this.sleeper = sleeper;
    this.serviceTime = serviceTime;
  }

  private static void sleep(Duration time) {
    try {
      TimeUnit.NANOSECONDS.sleep(time.toNanos());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  /**
   * @throws RefusedElectionException if the election can't be set as asked; nothing is written then
   * @throws io.citytally.cli.command.NobodyToAskException if it is to ask, and there is no terminal
   * @throws IllegalStateException if no system of ours runs there, or not all could be written
   */
  @Override
  public int execute(ElectionOptions options) throws Exception {
    try (DynamoDbClient dynamoDb = options.target().dynamoDb()) {
      StoredRules stored = new StoredRules(dynamoDb, options.tables().election());
      if (options.task() instanceof Task.Replace replace) {
        return replace(replace.file(), stored, dynamoDb, options);
      }
      Election election =
          stored
              .read()
              .orElseThrow(
                  () ->
                      new RefusedElectionException(
                          "there is no election yet. Set its rules first, with"
                              + " `citytally election FILE.json`."));
      if (options.task() instanceof Task.Test test) {
        return test(test.time(), stored, election);
      }
      if (options.task() instanceof Task.Reset) {
        return new ResetElection(out, operator, clock, sleeper, serviceTime)
            .execute(dynamoDb, stored, election, options);
      }
      show(election);
      return 0;
    } catch (SdkClientException e) {
      throw new IllegalStateException(
          "DynamoDB %s does not answer: %s (%s)"
              .formatted(options.target().ofDynamoDb(), options.target().advice(), e.getMessage()),
          e);
    } catch (ResourceNotFoundException e) {
      throw new IllegalStateException(
          "One of the tables %s, %s and %s is missing %s. Give their names with --election-table,"
                  .formatted(
                      options.tables().election(),
                      options.tables().ballot(),
                      options.tables().votes(),
                      options.target().ofDynamoDb())
              + " --ballot-table and --votes-table.",
          e);
    }
  }

  private int replace(
      Path file, StoredRules stored, DynamoDbClient dynamoDb, ElectionOptions options) {
    ElectionRules rules = read(file);
    Optional<Election> before = stored.read();
    List<RulesChange> changes = RulesChange.between(before.map(Election::rules), rules);
    checkPinned(before, changes);
    for (RulesChange change : changes) {
      out.println(DisplayText.plain(change.toString()));
    }
    warn(rules, regions(dynamoDb, options.tables().ballot()));
    if (changes.isEmpty()) {
      out.println("Nothing changes.");
      return 0;
    }
    if (!options.yes() && !operator.agrees("Set the election like this?", "write these rules")) {
      out.println("Nothing was written.");
      return DECLINED;
    }
    // The election may have opened or closed during the question.
    checkPinned(before, changes);
    checkEnd(before, rules);
    stored.replace(before, rules);
    out.println(
        "Written. All instances keep to it after "
            + Election.MAX_AGE.plus(Election.WRITE_TIMEOUT).toSeconds()
            + " seconds.");
    return 0;
  }

  private void checkPinned(Optional<Election> before, List<RulesChange> changes) {
    before.ifPresent(election -> new Pinned(election, clock.instant()).check(changes));
  }

  /** Ballots that come until all instances know of the end would be missing in the result. */
  private void checkEnd(Optional<Election> before, ElectionRules rules) {
    Optional<Instant> end = rules.closesAt();
    Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
    boolean isNew = !before.map(Election::rules).flatMap(ElectionRules::closesAt).equals(end);
    if (isNew && end.isPresent() && end.get().isBefore(now)) {
      throw new RefusedElectionException(
          "closes_at: "
              + end.get()
              + " has passed, and ballots may have been taken since. Use a time from "
              + now
              + " on.");
    }
  }

  private static ElectionRules read(Path file) {
    try {
      if (Files.size(file) > MAX_FILE_BYTES) {
        throw new RefusedElectionException(
            file + ": has more than " + MAX_FILE_BYTES + " bytes. Rules are shorter.");
      }
      return RulesFile.parse(Files.readString(file, StandardCharsets.UTF_8));
    } catch (RulesException e) {
      throw new RefusedElectionException(
          file + ": " + DisplayText.plain(String.valueOf(e.getMessage())), e);
    } catch (IOException e) {
      throw new UncheckedIOException(file + " can't be read: " + e.getMessage(), e);
    }
  }

  /** The regions that can be voted in. */
  private static Set<String> regions(DynamoDbClient dynamoDb, String table) {
    Set<String> regions = new TreeSet<>();
    dynamoDb.scanPaginator(scan -> scan.tableName(table).consistentRead(true)).items().stream()
        .filter(item -> BallotTable.entryOf(item).status() == BallotEntry.Status.VOTABLE)
        .forEach(item -> regions.add(BallotTable.keyOf(item).region));
    return regions;
  }

  /** The ballot may be still to come, so this is no reason to refuse. */
  private void warn(ElectionRules rules, Set<String> onBallot) {
    Set<String> named = new TreeSet<>(rules.atMostByRegion().keySet());
    named.addAll(rules.titledRegions());
    named.removeAll(onBallot);
    for (String region : named) {
      out.println(
          DisplayText.plain(
              "Attention: the ballot has no region '"
                  + region
                  + "'. Is it spelled as there? See /api/ballot."));
    }
    if (!rules.atMostByRegion().isEmpty()) {
      Set<String> others = new TreeSet<>(onBallot);
      others.removeAll(rules.atMostByRegion().keySet());
      for (String region : others) {
        out.println(
            DisplayText.plain(
                "Attention: at_most does not name the region '"
                    + region
                    + "'. A ballot has one vote there."));
      }
    }
  }

  private int test(Duration time, StoredRules stored, Election election) {
    Instant now = clock.instant();
    Instant opens = opensAt(election);
    if (election.result().isPresent() || !now.isBefore(opens)) {
      throw new RefusedElectionException(
          "--test: the election has opened, at "
              + local(election, opens)
              + ". Test ballots are possible only before the opening, because afterwards nothing tells"
              + " them from real ones.");
    }
    Instant end = now.plus(time).truncatedTo(ChronoUnit.SECONDS);
    Instant until = end.isAfter(opens) ? opens : end;
    stored.openForTests(election, until);
    out.println("Takes test ballots until " + local(election, until) + ".");
    out.println("Withdraw them with --reset before the election opens; else they count.");
    return 0;
  }

  private void show(Election election) {
    try {
      out.println(
          new ObjectMapper()
              .writerWithDefaultPrettyPrinter()
              .writeValueAsString(election.rules().json()));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("rules are always writable", e);
    }
    Instant now = clock.instant();
    out.println(
        switch (election.phaseAt(now)) {
          case BEFORE -> "It opens at " + local(election, opensAt(election)) + ".";
          case OPEN ->
              election.isTestAt(now)
                  ? "It takes test ballots until "
                      + local(election, election.testUntil().orElse(now))
                      + "."
                  : "It is open until "
                      + local(election, election.rules().closesAt().orElse(Instant.MAX))
                      + ".";
          case CLOSED -> "It is closed.";
        });
    if (election.testUntil().isPresent() && now.isBefore(opensAt(election))) {
      out.println("Test ballots are not withdrawn yet: use --reset before it opens.");
    }
    out.println(
        election
            .pinned()
            .map(pin -> "Ballots were cast. They are pinned to " + pin + ".")
            .orElse("No ballot was cast."));
    election
        .result()
        .ifPresent(
            result ->
                out.println(
                    "The result is final since "
                        + local(election, result.at())
                        + ": SHA-256 "
                        + result.sha256()
                        + "."));
  }

  /** Rules in a file always have it. */
  static Instant opensAt(Election election) {
    return election.rules().opensAt().orElse(Instant.MIN);
  }

  /** The time in the city's own time zone. */
  static String local(Election election, Instant time) {
    return TIME.format(time.atZone(election.rules().timeZone().orElse(ZoneOffset.UTC)));
  }
}
