package io.citytally.config;

import io.citytally.vote.SourceKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Reads every property once, and gathers everything that is wrong, so that one start tells all. */
final class PropertyReader {

  private static final String OUR_GROUPS = "citytally";
  private static final String REGION_VARIABLE = "AWS_REGION";

  /** Fixed by AWS ("Change data capture for DynamoDB Streams"). */
  private static final Duration DYNAMODB_STREAMS_RETENTION = Duration.ofHours(24);

  private final Map<String, Properties> groups;
  private final Map<String, String> environment;
  private final Map<Property<?>, Object> values = new HashMap<>();
  private final List<String> problems = new ArrayList<>();

  PropertyReader(Map<String, Properties> groups, Map<String, String> environment) {
    this.groups = groups;
    this.environment = environment;
  }

  /**
   * The value of each property that has one, of the property's type.
   *
   * @throws InvalidConfigurationException if anything is wrong
   */
  Map<Property<?>, Object> read() {
    findUnknown();
    readRegion();
    for (Property<?> property : Property.ALL) {
      if (property != Property.REGION) {
        String text = textOf(property);
        read(property, property.toString(), text == null ? property.defaultText() : text);
      }
    }
    checkSource();
    checkDedupeTtl();
    checkTables();
    checkBallot();
    if (!problems.isEmpty()) {
      throw new InvalidConfigurationException(
          "the configuration is wrong:\n  " + String.join("\n  ", problems));
    }
    return values;
  }

  private @Nullable String textOf(Property<?> property) {
    Properties group = groups.get(property.group());
    return group == null ? null : group.getProperty(property.key());
  }

  private void readRegion() {
    if (textOf(Property.REGION) != null) {
      read(Property.REGION, Property.REGION.toString(), textOf(Property.REGION));
    } else if (environment.containsKey(REGION_VARIABLE)) {
      read(
          Property.REGION,
          "the environment variable " + REGION_VARIABLE,
          environment.get(REGION_VARIABLE));
    } else {
      problems.add(
          Property.REGION
              + " is missing, and so is the environment variable "
              + REGION_VARIABLE
              + ": must be "
              + Property.REGION.allowed());
    }
  }

  private void read(Property<?> property, String name, @Nullable String text) {
    if (text == null) {
      return;
    }
    try {
      values.put(property, property.parse(text));
    } catch (IllegalArgumentException | ArithmeticException e) {
      problems.add(name + " = \"" + text + "\": must be " + property.allowed());
    }
  }

  private void findUnknown() {
    for (Map.Entry<String, Properties> each : new TreeMap<>(groups).entrySet()) {
      String group = each.getKey();
      if (!group.toLowerCase(Locale.ROOT).startsWith(OUR_GROUPS)) {
        continue;
      }
      if (Property.ALL.stream().noneMatch(property -> property.group().equals(group))) {
        problems.add(
            group + " is no property group: did you mean " + nearest(group, "").group() + "?");
        continue;
      }
      for (String key : new TreeSet<>(each.getValue().stringPropertyNames())) {
        if (Property.ALL.stream()
            .noneMatch(property -> property.group().equals(group) && property.key().equals(key))) {
          problems.add(
              group + " " + key + " is no property: did you mean " + nearest(group, key) + "?");
        }
      }
    }
  }

  /** The property that was probably meant: the key says more than the group. */
  private static Property<?> nearest(String group, String key) {
    return Property.ALL.stream()
        .min(
            Comparator.<Property<?>>comparingInt(
                    property -> key.isEmpty() ? 0 : distance(key, property.key()))
                .thenComparingInt(property -> distance(group, property.group())))
        .orElseThrow();
  }

  /** How many characters must be put in, taken out or replaced (Levenshtein). */
  private static int distance(String from, String to) {
    int[] row = new int[to.length() + 1];
    for (int j = 0; j <= to.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= from.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= to.length(); j++) {
        int replaced = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[to.length()];
  }

  /** A value that another one makes meaningless is a mistake, not a thing to pass over. */
  private void checkSource() {
    Object source = values.get(Property.SOURCE);
    if (source == SourceKind.KINESIS && textOf(Property.STREAM_ARN) != null) {
      problems.add(meaningless(Property.STREAM_ARN, source, Property.STREAM_NAME));
    }
    if (source != SourceKind.DYNAMODB_STREAMS) {
      return;
    }
    Object position = values.get(Property.INITIAL_POSITION);
    if (position != null && !position.equals(Optional.empty())) {
      problems.add(
          Property.INITIAL_POSITION
              + " = \""
              + textOf(Property.INITIAL_POSITION)
              + "\": must be TRIM_HORIZON, for "
              + source
              + " can't be read from a time on");
    }
    if (textOf(Property.STREAM_NAME) != null) {
      problems.add(meaningless(Property.STREAM_NAME, source, Property.STREAM_ARN));
    }
    String arn = (String) values.get(Property.STREAM_ARN);
    Object votesTable = values.get(Property.VOTES_TABLE);
    if (textOf(Property.STREAM_ARN) == null) {
      problems.add(
          Property.STREAM_ARN
              + " is missing, and "
              + Property.SOURCE
              + " is "
              + source
              + ": must be "
              + Property.STREAM_ARN.allowed());
    } else if (arn != null && votesTable != null && !arn.contains(":table/" + votesTable + "/")) {
      problems.add(
          Property.STREAM_ARN
              + " = \""
              + arn
              + "\": must be a stream of the table \""
              + votesTable
              + "\", which "
              + Property.VOTES_TABLE
              + " names");
    }
  }

  private static String meaningless(Property<?> set, Object source, Property<?> insteadOf) {
    return set
        + " is set, but "
        + Property.SOURCE
        + " is "
        + source
        + ", which reads "
        + insteadOf.key()
        + ": take one of them out";
  }

  private void checkDedupeTtl() {
    Duration window = (Duration) values.get(Property.WINDOW);
    Duration ttl = (Duration) values.get(Property.DEDUPE_TTL);
    if (window != null && ttl != null && ttl.compareTo(window) <= 0) {
      problems.add(
          Property.DEDUPE_TTL
              + " must be longer than "
              + Property.WINDOW
              + ", or votes count twice");
    }
    if (values.get(Property.SOURCE) == SourceKind.DYNAMODB_STREAMS
        && ttl != null
        && ttl.compareTo(DYNAMODB_STREAMS_RETENTION) <= 0) {
      problems.add(
          Property.DEDUPE_TTL
              + " = \""
              + textOf(Property.DEDUPE_TTL)
              + "\": must be longer than the 24 h for which a DynamoDB stream keeps records, or"
              + " votes count twice");
    }
  }

  private void checkBallot() {
    if (textOf(Property.BALLOT_REFRESH) != null
        && values.containsKey(Property.BALLOT_REFRESH)
        && textOf(Property.BALLOT_TABLE) == null) {
      problems.add(
          Property.BALLOT_REFRESH
              + " is set, but "
              + Property.BALLOT_TABLE
              + " is not: there is no ballot to read");
    }
  }

  private void checkTables() {
    Map<Object, Property<?>> users = new HashMap<>();
    for (Property<?> property :
        List.of(
            Property.VOTES_TABLE,
            Property.TOTAL_VOTES_TABLE,
            Property.RECENT_VOTES_TABLE,
            Property.REJECTED_VOTES_TABLE,
            Property.BALLOT_TABLE)) {
      Object table = values.get(property);
      Property<?> other = table == null ? null : users.putIfAbsent(table, property);
      if (other != null) {
        problems.add(property + " = \"" + table + "\": must be another table than " + other.key());
      }
    }
  }
}
