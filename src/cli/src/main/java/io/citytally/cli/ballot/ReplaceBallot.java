package io.citytally.cli.ballot;

import io.citytally.cli.command.DisplayText;
import io.citytally.cli.command.NobodyToAskException;
import io.citytally.cli.command.Operator;
import io.citytally.cli.command.Work;
import io.citytally.table.BallotPresentation;
import io.citytally.table.BallotTable;
import io.citytally.vote.BallotEntry;
import io.citytally.vote.Choice;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;

/**
 * Puts the ballot in a file in place on a running system: shows what changes, asks, and writes it.
 * Without a file, it prints the present ballot as one.
 *
 * <p>Each change is one conditional write of one item, and no item is ever deleted. So after an
 * interruption each choice is either as it was or as it is to be, and the next run writes the rest.
 */
public final class ReplaceBallot implements Work<BallotOptions> {

  /** The exit status if the operator says no. */
  static final int DECLINED = 3;

  /** The most changes of each kind that are listed. */
  private static final int MAX_LISTED = 10;

  private static final int KIND_COLUMNS = 13;

  private final PrintStream out;
  private final Operator operator;

  /** Asks at this process's terminal. */
  public ReplaceBallot(PrintStream out) {
    this(out, Operator.atThisTerminal());
  }

  ReplaceBallot(PrintStream out, Operator operator) {
    this.out = out;
    this.operator = operator;
  }

  /**
   * @throws BallotFileException if a file is not a ballot, or not a map of it
   * @throws NobodyToAskException if it is to ask, and there is no terminal
   * @throws IllegalStateException if no system of ours runs there, or not all could be written
   */
  @Override
  public int execute(BallotOptions options) throws Exception {
    if (options.file().isEmpty()) {
      try (DynamoDbClient dynamoDb = options.target().dynamoDb()) {
        out.println(PresentBallot.read(new BallotTables(dynamoDb, options)));
        return 0;
      }
    }
    CityBallot file = BallotFile.read(options.file().get());
    Optional<DistrictMap> map =
        options.map().isPresent()
            ? Optional.of(MapFile.read(options.map().get(), file.regions()))
            : Optional.empty();
    try (DynamoDbClient dynamoDb = options.target().dynamoDb()) {
      BallotTables tables = new BallotTables(dynamoDb, options);
      List<BallotChange> changes = BallotChange.between(tables.entries(), file.entries());
      List<PresentationChange> shown = PresentationChange.between(tables::shown, file, map);
      show(changes);
      showPresentation(shown);
      out.println(summary(changes, shown, file.entries()));
      if (changes.isEmpty() && shown.isEmpty()) {
        return 0;
      }
      if (!options.yes()
          && !operator.agrees("Change the ballot like this?", "write these changes")) {
        out.println("Nothing was written.");
        return DECLINED;
      }
      write(dynamoDb, options.tables(), changes, shown);
      out.println("Written.");
      return 0;
    }
  }

  private void show(List<BallotChange> changes) {
    for (BallotChange.Kind kind : BallotChange.Kind.values()) {
      List<BallotChange> all = changes.stream().filter(each -> each.kind() == kind).toList();
      all.stream().limit(MAX_LISTED).map(ReplaceBallot::line).forEach(out::println);
      showRest(kind.label, all.size());
    }
  }

  private void showPresentation(List<PresentationChange> changes) {
    Map<String, List<String>> byLabel = new LinkedHashMap<>();
    changes.stream()
        .flatMap(change -> change.lines().stream())
        .forEach(
            line ->
                byLabel.computeIfAbsent(line.label(), label -> new ArrayList<>()).add(line.text()));
    byLabel.forEach(
        (label, texts) -> {
          texts.stream()
              .limit(MAX_LISTED)
              .map(text -> DisplayText.fit(label, KIND_COLUMNS) + DisplayText.plain(text))
              .forEach(out::println);
          showRest(label, texts.size());
        });
  }

  private void showRest(String label, int count) {
    if (count > MAX_LISTED) {
      out.println(
          DisplayText.fit(label, KIND_COLUMNS)
              + "and "
              + DisplayText.number(count - MAX_LISTED)
              + " more");
    }
  }

  private static String line(BallotChange change) {
    String title = title(change.after());
    String before =
        change
            .before()
            .map(ReplaceBallot::title)
            .filter(was -> !was.equals(title))
            .map(was -> ", was: " + was)
            .orElse("");
    return DisplayText.fit(change.kind().label, KIND_COLUMNS)
        + DisplayText.plain(change.choice() + ": " + title + before);
  }

  private static String title(BallotEntry entry) {
    return entry.titles().isEmpty() ? entry.title() : entry.title() + " " + entry.titles();
  }

  private static String summary(
      List<BallotChange> changes, List<PresentationChange> shown, Map<Choice, BallotEntry> file) {
    List<String> parts = new ArrayList<>();
    for (BallotChange.Kind kind : BallotChange.Kind.values()) {
      long count = changes.stream().filter(each -> each.kind() == kind).count();
      if (count > 0) {
        parts.add(DisplayText.number(count) + " " + kind.label);
      }
    }
    if (!shown.isEmpty()) {
      long lines = shown.stream().mapToLong(change -> change.lines().size()).sum();
      parts.add(DisplayText.number(Math.max(1, lines)) + " shown otherwise");
    }
    String counts = String.join(", ", parts);
    List<Choice> votable =
        file.entrySet().stream()
            .filter(each -> each.getValue().status() == BallotEntry.Status.VOTABLE)
            .map(Map.Entry::getKey)
            .toList();
    long regions = votable.stream().map(choice -> choice.region).distinct().count();
    return (counts.isEmpty()
            ? "Nothing changes. The ballot has "
            : counts + ". The ballot will have ")
        + (votable.isEmpty()
            ? "nothing to vote for: voting is closed."
            : "%s in %s."
                .formatted(counted(votable.size(), "improvement"), counted(regions, "region")));
  }

  private static String counted(long count, String noun) {
    return DisplayText.number(count) + " " + noun + (count == 1 ? "" : "s");
  }

  private static void write(
      DynamoDbClient dynamoDb,
      BallotOptions.Tables tables,
      List<BallotChange> changes,
      List<PresentationChange> shown) {
    int written = 0;
    try {
      for (BallotChange change : changes) {
        write(dynamoDb, tables.ballot(), change);
        written++;
      }
      for (PresentationChange change : shown) {
        write(dynamoDb, tables.election(), change);
        written++;
      }
    } catch (RuntimeException e) {
      throw new IllegalStateException(
          "only %s of %s changes were written: %s. Run the same command again: it writes the rest."
              .formatted(
                  DisplayText.number(written),
                  DisplayText.number(changes.size() + shown.size()),
                  e.getMessage()),
          e);
    }
  }

  private static void write(DynamoDbClient dynamoDb, String table, BallotChange change) {
    try {
      dynamoDb.updateItem(request(table, change));
    } catch (ConditionalCheckFailedException e) {
      // It may have been this very write, tried again after a lost answer.
      Map<String, AttributeValue> found =
          dynamoDb
              .getItem(
                  get ->
                      get.tableName(table)
                          .key(BallotTable.keyOf(change.choice()))
                          .consistentRead(true))
              .item();
      if (found.isEmpty() || !BallotTable.entryOf(found).equals(change.after())) {
        throw new IllegalStateException(
            "someone else has changed " + DisplayText.plain(change.choice().toString()), e);
      }
    }
  }

  private static void write(DynamoDbClient dynamoDb, String table, PresentationChange change) {
    try {
      dynamoDb.updateItem(
          BallotPresentation.replace(table, change.id(), change.seen(), change.after()));
    } catch (ConditionalCheckFailedException e) {
      // It may have been this very write, tried again after a lost answer.
      Map<String, AttributeValue> found =
          dynamoDb
              .getItem(
                  get ->
                      get.tableName(table)
                          .key(BallotPresentation.key(change.id()))
                          .consistentRead(true))
              .item();
      String wanted = BallotPresentation.hashOf(change.after());
      if (BallotPresentation.hashOf(found).filter(wanted::equals).isEmpty()) {
        throw new IllegalStateException(
            "someone else has changed the item " + DisplayText.plain(change.id()), e);
      }
    }
  }

  /** Keeps what else stands in the item. */
  private static UpdateItemRequest request(String table, BallotChange change) {
    Map<String, AttributeValue> before =
        change.before().map(entry -> BallotTable.itemOf(change.choice(), entry)).orElse(Map.of());
    Map<String, AttributeValue> after = BallotTable.itemOf(change.choice(), change.after());
    Map<String, String> names = new LinkedHashMap<>();
    Map<String, AttributeValue> values = new LinkedHashMap<>();
    List<String> sets = new ArrayList<>();
    List<String> removes = new ArrayList<>();
    List<String> conditions = new ArrayList<>();
    for (String name : List.of(BallotTable.TITLE, BallotTable.TITLES, BallotTable.STATUS)) {
      names.put("#" + name, name);
      if (after.containsKey(name)) {
        values.put(":" + name, after.get(name));
        sets.add("#%1$s = :%1$s".formatted(name));
      } else {
        removes.add("#" + name);
      }
      if (before.containsKey(name)) {
        values.put(":seen_" + name, before.get(name));
        conditions.add("#%1$s = :seen_%1$s".formatted(name));
      } else {
        conditions.add("attribute_not_exists(#%s)".formatted(name));
      }
    }
    String update = "SET " + String.join(", ", sets);
    return UpdateItemRequest.builder()
        .tableName(table)
        .key(BallotTable.keyOf(change.choice()))
        .updateExpression(
            removes.isEmpty() ? update : update + " REMOVE " + String.join(", ", removes))
        .conditionExpression(String.join(" AND ", conditions))
        .expressionAttributeNames(names)
        .expressionAttributeValues(values)
        .build();
  }
}
