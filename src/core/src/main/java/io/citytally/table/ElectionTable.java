package io.citytally.table;

import io.citytally.election.Election;
import io.citytally.election.ElectionRules;
import io.citytally.election.FinalResult;
import io.citytally.election.Pin;
import io.citytally.election.RulesException;
import io.citytally.election.RulesFile;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;

/**
 * The election, one item:
 *
 * <ul>
 *   <li>{@code rules}: the rules in JSON, the same text for equal rules. So one condition tells
 *       whether someone changed them.
 *   <li>{@code pinned}: the {@link Pin} under which ballots are cast, from the first one on.
 *   <li>{@code test_until}: until when test ballots are taken, while there is such an opening.
 *   <li>{@code closed_at} and {@code closed_sha256}: the final result.
 * </ul>
 *
 * <p>The files of a result are in a second item, whose id ends with that hash.
 *
 * <p>The web application reads the item and pins it; the operators' commands write the rest. The
 * job does not know the table.
 */
public final class ElectionTable {

  public static final String DEFAULT_NAME = "election";

  /** The partition key. */
  public static final String ID = "id";

  /** The id of the one item. */
  public static final String ELECTION = "election";

  public static final String RULES = "rules";
  public static final String PINNED = "pinned";
  public static final String TEST_UNTIL = "test_until";
  public static final String CLOSED_AT = "closed_at";
  public static final String CLOSED_SHA256 = "closed_sha256";

  /** The one attribute of a result's item. */
  public static final String PACKED = "packed";

  private static final String RESULT_PREFIX = "result-";

  private ElectionTable() {}

  public static Map<String, AttributeValue> key() {
    return Map.of(ID, Attributes.text(ELECTION));
  }

  /**
   * @throws MalformedItemException if it is not an election that this version knows
   */
  public static Election electionOf(Map<String, AttributeValue> item) {
    Instant closedAt = timeOf(item, CLOSED_AT);
    return Election.stored(
        rulesOf(item),
        item.containsKey(PINNED) ? Attributes.text(item, PINNED) : null,
        timeOf(item, TEST_UNTIL),
        closedAt == null ? null : new FinalResult(closedAt, Attributes.text(item, CLOSED_SHA256)));
  }

  private static ElectionRules rulesOf(Map<String, AttributeValue> item) {
    try {
      return RulesFile.parse(Attributes.text(item, RULES));
    } catch (RulesException e) {
      throw new MalformedItemException("attribute 'rules' of the election: " + e.getMessage());
    }
  }

  private static @Nullable Instant timeOf(Map<String, AttributeValue> item, String name) {
    return item.containsKey(name) ? Instant.ofEpochMilli(Attributes.time(item, name)) : null;
  }

  /**
   * Pins the election, on the condition that its rules are still those and that it is not pinned to
   * anything else.
   */
  public static UpdateItemRequest pin(String table, ElectionRules rules, Pin pin) {
    return update(table, "SET #pinned = :pin")
        .conditionExpression(
            "#rules = :rules AND (attribute_not_exists(#pinned) OR #pinned = :pin)")
        .expressionAttributeNames(Map.of("#rules", RULES, "#pinned", PINNED))
        .expressionAttributeValues(
            Map.of(
                ":pin", Attributes.text(pin.text()),
                ":rules", Attributes.text(rules.text())))
        .build();
  }

  /**
   * The item that holds the files of a result, compressed. It is an item of its own, by its hash:
   * so the election stays small to read, and of two results of two runs neither takes the other's
   * place.
   */
  public static Map<String, AttributeValue> resultItemOf(String sha256, byte[] packed) {
    Map<String, AttributeValue> item = new HashMap<>(resultKey(sha256));
    item.put(PACKED, AttributeValue.fromB(SdkBytes.fromByteArray(packed)));
    return item;
  }

  /** The key of the item that holds a result. */
  public static Map<String, AttributeValue> resultKey(String sha256) {
    return Map.of(ID, Attributes.text(RESULT_PREFIX + sha256));
  }

  /**
   * The result in its item, compressed.
   *
   * @throws MalformedItemException if there is none
   */
  public static byte[] packedResultOf(Map<String, AttributeValue> item) {
    AttributeValue packed = item.get(PACKED);
    if (packed == null || packed.b() == null) {
      throw Attributes.malformed(item, PACKED, "bytes");
    }
    return packed.b().asByteArray();
  }

  /**
   * Makes a stored result final, on the condition that none is yet, and that the rules are those
   * under which it was made.
   */
  public static UpdateItemRequest close(String table, ElectionRules rules, FinalResult result) {
    return UpdateItemRequest.builder()
        .tableName(table)
        .key(key())
        .updateExpression("SET #closed_at = :at, #closed_sha256 = :sha256")
        .conditionExpression("#rules = :rules AND attribute_not_exists(#closed_at)")
        .expressionAttributeNames(
            Map.of("#rules", RULES, "#closed_at", CLOSED_AT, "#closed_sha256", CLOSED_SHA256))
        .expressionAttributeValues(
            Map.of(
                ":rules", Attributes.text(rules.text()),
                ":at", Attributes.time(result.at().toEpochMilli()),
                ":sha256", Attributes.text(result.sha256())))
        .build();
  }

  /**
   * Puts other rules in place, on the condition that rules and pin are as they were read, and that
   * the result is not final.
   *
   * @param before what was read; empty if there was no election
   */
  public static UpdateItemRequest replace(
      String table, Optional<Election> before, ElectionRules rules) {
    Map<String, AttributeValue> values = new HashMap<>();
    values.put(":new", Attributes.text(rules.text()));
    String condition = "attribute_not_exists(#closed)";
    if (before.isPresent()) {
      condition += " AND #rules = :rules";
      values.put(":rules", Attributes.text(before.get().rules().text()));
    } else {
      condition += " AND attribute_not_exists(#rules)";
    }
    Optional<String> pinned = before.flatMap(Election::pinned);
    if (pinned.isPresent()) {
      condition += " AND #pinned = :pinned";
      values.put(":pinned", Attributes.text(pinned.get()));
    } else {
      condition += " AND attribute_not_exists(#pinned)";
    }
    return update(table, "SET #rules = :new")
        .conditionExpression(condition)
        .expressionAttributeNames(Map.of("#rules", RULES, "#pinned", PINNED, "#closed", CLOSED_AT))
        .expressionAttributeValues(values)
        .build();
  }

  /**
   * Takes test ballots until a time, on the condition that the rules and the opening for tests are
   * as they were read, and that the result is not final.
   */
  public static UpdateItemRequest openForTests(String table, Election election, Instant until) {
    Map<String, AttributeValue> values = new HashMap<>();
    values.put(":rules", Attributes.text(election.rules().text()));
    values.put(":until", Attributes.time(until.toEpochMilli()));
    election
        .testUntil()
        .ifPresent(before -> values.put(":before", Attributes.time(before.toEpochMilli())));
    return update(table, "SET #test = :until")
        .conditionExpression(
            "#rules = :rules AND attribute_not_exists(#closed) AND (#test = :until OR "
                + (values.containsKey(":before")
                    ? "#test = :before"
                    : "attribute_not_exists(#test)")
                + ")")
        .expressionAttributeNames(
            Map.of("#rules", RULES, "#test", TEST_UNTIL, "#closed", CLOSED_AT))
        .expressionAttributeValues(values)
        .build();
  }

  /**
   * Removes the pin and the opening for tests, on the condition that the rules and the end of that
   * opening are as they were read, and that the result is not final.
   *
   * @param ended an election whose opening for tests has an end
   */
  public static UpdateItemRequest reset(String table, Election ended) {
    return update(table, "REMOVE #pinned, #test")
        .conditionExpression("#rules = :rules AND #test = :until AND attribute_not_exists(#closed)")
        .expressionAttributeNames(
            Map.of("#rules", RULES, "#test", TEST_UNTIL, "#closed", CLOSED_AT, "#pinned", PINNED))
        .expressionAttributeValues(
            Map.of(
                ":rules", Attributes.text(ended.rules().text()),
                ":until", Attributes.time(ended.testUntil().orElseThrow().toEpochMilli())))
        .build();
  }

  private static UpdateItemRequest.Builder update(String table, String expression) {
    return UpdateItemRequest.builder().tableName(table).key(key()).updateExpression(expression);
  }
}
