package io.citytally.cli.ballot;

import io.citytally.cli.command.DisplayText;
import io.citytally.cli.command.NobodyToAskException;
import io.citytally.cli.command.Operator;
import io.citytally.cli.command.Work;
import io.citytally.table.BallotTable;
import io.citytally.vote.BallotEntry;
import io.citytally.vote.Choice;
import java.io.PrintStream;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;

/**
 * Puts the ballot in a file in place on a running system: shows what changes, asks, and writes it.
 *
 * <p>Each change is one conditional write of one item, and no item is ever deleted. So after an
 * interruption each choice is either as it was or as it is to be, and the next run writes the rest.
 */
public final class ReplaceBallot implements Work<BallotOptions> {

  /** The exit status if the operator says no. */
  static final int DECLINED = 3;

  /** As many changes of each kind are listed as can be taken in. */
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
   * @throws BallotFileException if the file is not a ballot
   * @throws NobodyToAskException if it is to ask, and there is no terminal
   * @throws IllegalStateException if no system of ours runs there, or not all could be written
   */
  @Override
  public int execute(BallotOptions options) throws Exception {
    Map<Choice, BallotEntry> file = BallotFile.read(options.file());
    try (DynamoDbClient dynamoDb = options.target().dynamoDb()) {
      List<BallotChange> changes = BallotChange.between(read(dynamoDb, options), file);
      show(changes);
      out.println(summary(changes, file));
      if (changes.isEmpty()) {
        return 0;
      }
      if (!options.yes()
          && !operator.agrees("Change the ballot like this?", "write these changes")) {
        out.println("Nothing was written.");
        return DECLINED;
      }
      write(dynamoDb, options.table(), changes);
      out.println("Written.");
      return 0;
    }
  }

  private static Map<Choice, BallotEntry> read(DynamoDbClient dynamoDb, BallotOptions options) {
    Map<Choice, BallotEntry> table = new LinkedHashMap<>();
    try {
      dynamoDb
          .scanPaginator(scan -> scan.tableName(options.table()).consistentRead(true))
          .items()
          .forEach(item -> table.put(BallotTable.keyOf(item), BallotTable.entryOf(item)));
    } catch (SdkClientException e) {
      throw new IllegalStateException(
          "no DynamoDB answers %s: %s (%s)"
              .formatted(options.target().ofDynamoDb(), options.target().advice(), e.getMessage()),
          e);
    } catch (ResourceNotFoundException e) {
      throw new IllegalStateException(
          "there is no table %s %s: name the ballot's table with --ballot-table"
              .formatted(options.table(), options.target().ofDynamoDb()),
          e);
    }
    return table;
  }

  private void show(List<BallotChange> changes) {
    for (BallotChange.Kind kind : BallotChange.Kind.values()) {
      List<BallotChange> all = changes.stream().filter(each -> each.kind() == kind).toList();
      all.stream().limit(MAX_LISTED).map(ReplaceBallot::line).forEach(out::println);
      if (all.size() > MAX_LISTED) {
        out.println(
            DisplayText.fit(kind.label, KIND_COLUMNS)
                + "and "
                + DisplayText.number(all.size() - MAX_LISTED)
                + " more");
      }
    }
  }

  private static String line(BallotChange change) {
    String before =
        change
            .before()
            .map(BallotEntry::title)
            .filter(title -> !title.equals(change.after().title()))
            .map(title -> ", was: " + title)
            .orElse("");
    return DisplayText.fit(change.kind().label, KIND_COLUMNS)
        + DisplayText.plain(change.choice() + ": " + change.after().title() + before);
  }

  private static String summary(List<BallotChange> changes, Map<Choice, BallotEntry> file) {
    String counts =
        Arrays.stream(BallotChange.Kind.values())
            .map(
                kind -> {
                  long count = changes.stream().filter(each -> each.kind() == kind).count();
                  return count == 0 ? "" : DisplayText.number(count) + " " + kind.label;
                })
            .filter(count -> !count.isEmpty())
            .collect(Collectors.joining(", "));
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

  private static void write(DynamoDbClient dynamoDb, String table, List<BallotChange> changes) {
    int written = 0;
    try {
      for (BallotChange change : changes) {
        write(dynamoDb, table, change);
        written++;
      }
    } catch (RuntimeException e) {
      throw new IllegalStateException(
          "only %s of %s changes were written: %s. Run the same command again: it writes the rest."
              .formatted(
                  DisplayText.number(written), DisplayText.number(changes.size()), e.getMessage()),
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

  /** Keeps whatever else stands in the item. */
  private static UpdateItemRequest request(String table, BallotChange change) {
    Map<String, AttributeValue> item = BallotTable.itemOf(change.choice(), change.after());
    Map<String, AttributeValue> values = new LinkedHashMap<>();
    values.put(":title", item.get(BallotTable.TITLE));
    String update = "SET #title = :title";
    if (item.containsKey(BallotTable.STATUS)) {
      values.put(":status", item.get(BallotTable.STATUS));
      update += ", #status = :status";
    } else {
      update += " REMOVE #status";
    }
    String condition;
    if (change.before().isEmpty()) {
      condition = "attribute_not_exists(#title) AND attribute_not_exists(#status)";
    } else {
      Map<String, AttributeValue> seen = BallotTable.itemOf(change.choice(), change.before().get());
      values.put(":seenTitle", seen.get(BallotTable.TITLE));
      condition = "#title = :seenTitle AND ";
      if (seen.containsKey(BallotTable.STATUS)) {
        values.put(":seenStatus", seen.get(BallotTable.STATUS));
        condition += "#status = :seenStatus";
      } else {
        condition += "attribute_not_exists(#status)";
      }
    }
    return UpdateItemRequest.builder()
        .tableName(table)
        .key(BallotTable.keyOf(change.choice()))
        .updateExpression(update)
        .conditionExpression(condition)
        .expressionAttributeNames(
            Map.of("#title", BallotTable.TITLE, "#status", BallotTable.STATUS))
        .expressionAttributeValues(values)
        .build();
  }
}
