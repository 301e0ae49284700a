package io.citytally.local.fuzz;

import io.citytally.vote.Choice;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A record of a source, written from decisions: mostly one of the three changes or a plain vote,
 * with fields that are missing, there twice, or something else now and then.
 */
final class WrittenRecord {

  /** Begins each id that is in order, so that it can be told where it must not be. */
  static final String ID = "citizen-";

  private static final List<String> TEXTS =
      List.of("Wesoła", "park", "3 - Les Chalets / Bayard", "\uD83C\uDF33", "x".repeat(256));

  /** Improvements of ballots, which are named nowhere else. */
  static final List<String> NAMES =
      List.of("ballot-a", "ballot-b", "ballot-c", "ballot-\uD83C\uDF33", "ballot-\uFFEE");

  private static final List<String> ODD =
      List.of(
          "null",
          "true",
          "12",
          "-1",
          "1e400",
          "1.5",
          "9223372036854775808",
          "\"\"",
          "\" \"",
          "\"\\u0000\"",
          "\"\\ud800\"",
          "\"\\udc00\\ud800\"",
          "\"" + "y".repeat(257) + "\"",
          "[]",
          "{}",
          "[1,{\"a\":[]}]",
          "{\"S\":null}",
          "{\"N\":\"1\"}",
          "{\"S\":\"x\",\"S\":\"y\"}",
          "{\"S\":[\"x\"]}",
          "{\"SS\":[\"odd\",\"\",\"\\u0000\"]}",
          "{\"SS\":[\"odd\",7,[\"x\"]]}",
          "{\"SS\":[" + "\"x\",".repeat(200) + "\"y\"]}",
          "{\"SS\":" + many() + "}",
          "{\"SS\":[]}",
          "[".repeat(60) + "]".repeat(60),
          "[".repeat(120) + "]".repeat(120),
          "7".repeat(400),
          "\"unended",
          "nul");

  /** More names than a ballot may have. */
  private static String many() {
    return IntStream.rangeClosed(0, 100)
        .mapToObj(name -> "\"" + name + "\"")
        .collect(Collectors.joining(",", "[", "]"));
  }

  private static final List<String> TIMES =
      List.of("1700000000123456", "0", "1700000000123", "999999999999999999", "1");

  private final Decisions decisions;
  private final boolean onKinesis;
  private final String json;

  private boolean isOrdinary = true;
  private Choice oldChoice;
  private Choice newChoice;
  private boolean isOfBallot;

  private WrittenRecord(Decisions decisions, boolean onKinesis) {
    this.decisions = decisions;
    this.onKinesis = onKinesis;
    String written =
        onKinesis && decisions.below(4) == 3 ? plainVote() : change(decisions.below(3));
    if (decisions.oneIn(16)) {
      isOrdinary = false;
      written += decisions.pick(List.of("{}", "x", "\uFEFF", "\u0000", "]"));
    }
    json = written;
  }

  static WrittenRecord from(Decisions decisions, boolean onKinesis) {
    return new WrittenRecord(decisions, onKinesis);
  }

  byte[] payload() {
    return json.getBytes(StandardCharsets.UTF_8);
  }

  /** Whether all of it is as DynamoDB or a producer writes it: then it counts. */
  boolean isOrdinary() {
    return isOrdinary;
  }

  /** Whether it tells of a ballot that may have several choices. */
  boolean isOfBallot() {
    return isOfBallot;
  }

  /** The choice before, if the record is an ordinary one of a vote with one choice. */
  Choice oldChoice() {
    return oldChoice;
  }

  /** The choice after, if the record is an ordinary one of a vote with one choice. */
  Choice newChoice() {
    return newChoice;
  }

  private String plainVote() {
    newChoice = choice();
    return object(
        field("id", quoted(id())),
        field("region", quoted(newChoice.region)),
        field("improvement", quoted(newChoice.improvement)),
        extra());
  }

  private String change(int operation) {
    String id = id();
    isOfBallot = decisions.below(3) == 2;
    oldChoice = operation == 0 ? null : choice();
    newChoice = operation == 2 ? null : choice();
    List<String> dynamodb = new ArrayList<>();
    String time = decisions.pick(TIMES);
    dynamodb.add(field("ApproximateCreationDateTime", time));
    if (onKinesis) {
      boolean fitsMillis = time.length() <= 15;
      String precision = fitsMillis && decisions.below(2) == 1 ? "MILLISECOND" : "MICROSECOND";
      dynamodb.add(field("ApproximateCreationDateTimePrecision", quoted(precision)));
    } else {
      isOrdinary &= time.length() <= 15;
      dynamodb.add(field("SequenceNumber", "\"495903382714902566085\""));
    }
    dynamodb.add(field("Keys", object(field("id", typed(id)))));
    if (oldChoice != null) {
      dynamodb.add(field("OldImage", image(id, oldChoice)));
    }
    if (newChoice != null) {
      dynamodb.add(field("NewImage", image(id, newChoice)));
    }
    return object(
        field("eventID", "\"a1f0c3e2\""),
        field("eventName", quoted(List.of("INSERT", "MODIFY", "REMOVE").get(operation))),
        onKinesis ? field("tableName", quoted("votes")) : "\"eventVersion\":\"1.1\"",
        field("dynamodb", object(dynamodb.toArray(new String[0]))),
        extra());
  }

  private String id() {
    return ID + decisions.below(4);
  }

  private Choice choice() {
    return new Choice(decisions.pick(TEXTS), decisions.pick(TEXTS));
  }

  private String image(String id, Choice choice) {
    if (isOfBallot) {
      List<String> names = new ArrayList<>(NAMES);
      Collections.rotate(names, decisions.below(NAMES.size()));
      String set =
          names.subList(0, 1 + decisions.below(NAMES.size())).stream()
              .map(WrittenRecord::quoted)
              .collect(Collectors.joining(",", "[", "]"));
      return object(
          field("id", typed(id)),
          field("region", typed(choice.region)),
          field("improvements", "{\"SS\":" + set + "}"),
          decisions.oneIn(4)
              ? field("improvement", typed(NAMES.get(0)))
              : "\"more\":{\"BOOL\":true}");
    }
    return object(
        field("id", typed(id)),
        field("improvement", typed(choice.improvement)),
        field("region", typed(choice.region)));
  }

  private static String typed(String text) {
    return "{\"S\":" + quoted(text) + "}";
  }

  private static String quoted(String text) {
    return "\"" + text + "\"";
  }

  /** What no one reads, and what must be JSON all the same. */
  private String extra() {
    return decisions.oneIn(8) ? "\"note\":[{\"region\":1},\"\\\"\"]" : "\"userIdentity\":null";
  }

  /** As it is, or, now and then, missing, renamed, twice, or with something odd in it. */
  private String field(String name, String value) {
    int fate = decisions.below(64);
    if (fate < 56) {
      return quoted(name) + ":" + value;
    }
    isOrdinary = false;
    switch (fate) {
      case 56:
        return "";
      case 57:
        return quoted(decisions.text()) + ":" + value;
      case 58:
        return quoted(name) + ":" + decisions.pick(ODD) + "," + quoted(name) + ":" + value;
      case 59:
        return quoted(name) + ":" + quoted(decisions.text());
      case 60:
        return quoted(name) + ":{\"S\":" + quoted(decisions.text()) + "}";
      default:
        return quoted(name) + ":" + decisions.pick(ODD);
    }
  }

  private String object(String... fields) {
    List<String> present = new ArrayList<>(List.of(fields));
    present.removeIf(String::isEmpty);
    Collections.rotate(present, decisions.below(4));
    String between = decisions.oneIn(8) ? " ,\n\t" : ",";
    return "{" + String.join(between, present) + "}";
  }
}
