package io.citytally.config;

import com.amazonaws.services.kinesisanalytics.runtime.KinesisAnalyticsRuntime;
import io.citytally.vote.SourceKind;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * Everything that can be set, typed and checked. {@link #help()} lists it.
 *
 * <p>The properties come in groups, as Amazon Managed Service for Apache Flink has them. Those
 * whose name begins with {@code citytally} are ours, and have to be right to the last key; all
 * others belong to someone else.
 */
public final class VoteCountingConfig {

  private static final String USAGE =
      "usage: VoteCountingJob [--properties FILE]\n"
          + "\n"
          + "Without FILE, the job reads the runtime properties of Amazon Managed Service for Apache"
          + " Flink.\n"
          + "FILE holds them as JSON:"
          + " [{\"PropertyGroupId\": \"citytally.count\", \"PropertyMap\": {\"window\": \"1 s\"}},"
          + " ..]\n";

  private final Map<Property<?>, Object> values;

  private VoteCountingConfig(Map<Property<?>, Object> values) {
    this.values = values;
  }

  /**
   * The configuration that the job was started with: {@code --properties FILE}, or, without
   * arguments, the runtime properties of Managed Flink.
   *
   * @throws InvalidConfigurationException if it is wrong, or the arguments are; its message is for
   *     the person who started the job. {@code --help}, too, ends here, with {@link #help()}.
   */
  public static VoteCountingConfig load(String[] args) {
    if (args.length == 0) {
      return parse(ofManagedFlink());
    }
    if (args.length == 2 && args[0].equals("--properties")) {
      return parse(PropertiesFile.read(args[1]));
    }
    if (args.length == 1 && args[0].equals("--help")) {
      throw new InvalidConfigurationException(help());
    }
    throw new InvalidConfigurationException(
        "can't understand the arguments: " + String.join(" ", args) + "\n\n" + help());
  }

  private static Map<String, Properties> ofManagedFlink() {
    try {
      return KinesisAnalyticsRuntime.getApplicationProperties();
    } catch (IOException e) {
      throw new InvalidConfigurationException(
          "can't read the runtime properties of Managed Flink: " + e.getMessage(), e);
    }
  }

  /**
   * The configuration that the property groups stand for.
   *
   * @throws InvalidConfigurationException if it is wrong, with all that is wrong with it
   */
  public static VoteCountingConfig parse(Map<String, Properties> groups) {
    return parse(groups, System.getenv());
  }

  static VoteCountingConfig parse(Map<String, Properties> groups, Map<String, String> environment) {
    return new VoteCountingConfig(new PropertyReader(groups, environment).read());
  }

  /** How the job is started, and every property, with its default, its values and its meaning. */
  public static String help() {
    StringBuilder help = new StringBuilder(USAGE);
    String group = "";
    for (Property<?> property : Property.ALL) {
      if (!property.group().equals(group)) {
        group = property.group();
        help.append('\n').append(group).append('\n');
      }
      help.append("  ").append(property.key());
      if (property.defaultText() != null) {
        help.append(" = ").append(property.defaultText());
      }
      help.append("\n      ").append(property.meaning());
      help.append("\n      Must be ").append(property.allowed()).append(".\n");
    }
    return help.toString();
  }

  /** The AWS region of the stream and the tables. */
  public String region() {
    return get(Property.REGION);
  }

  /** Whether everything talks to emulators: static dummy keys, HTTP/1.1. */
  public boolean localCredentials() {
    return get(Property.LOCAL_CREDENTIALS);
  }

  public SourceKind source() {
    return get(Property.SOURCE);
  }

  /** The name of the Kinesis stream. Of use with {@link SourceKind#KINESIS} only. */
  public String streamName() {
    return get(Property.STREAM_NAME);
  }

  /**
   * The ARN of the DynamoDB stream: never null with {@link SourceKind#DYNAMODB_STREAMS}, always
   * with {@link SourceKind#KINESIS}.
   */
  public @Nullable String streamArn() {
    return find(Property.STREAM_ARN);
  }

  /**
   * Where a job without state begins: with the first record that arrived then or later. Null for
   * the oldest record, always so with {@link SourceKind#DYNAMODB_STREAMS}.
   */
  public @Nullable Instant initialPosition() {
    return get(Property.INITIAL_POSITION).orElse(null);
  }

  public Duration pollInterval() {
    return get(Property.POLL_INTERVAL);
  }

  public Duration shardDiscoveryInterval() {
    return get(Property.SHARD_DISCOVERY_INTERVAL);
  }

  /** Where the stream's API is; null for AWS itself. */
  public @Nullable URI sourceEndpoint() {
    return find(Property.SOURCE_ENDPOINT);
  }

  public Duration window() {
    return get(Property.WINDOW);
  }

  /** The least time between two writes of a region's turnout; never less than {@link #window}. */
  public Duration turnoutWindow() {
    Duration asked = get(Property.TURNOUT_WINDOW);
    return asked.compareTo(window()) < 0 ? window() : asked;
  }

  /** The least time between two writes of a bucket of the course of the vote. */
  public Duration historyWindow() {
    return get(Property.HISTORY_WINDOW);
  }

  public Duration dedupeTtl() {
    return get(Property.DEDUPE_TTL);
  }

  /** How many of the newest votes are shown. */
  public int recentSize() {
    return get(Property.RECENT_SIZE);
  }

  /** How many choices each reader of the stream admits where there is no ballot. */
  public int maxChoices() {
    return get(Property.MAX_CHOICES);
  }

  public long epoch() {
    return get(Property.EPOCH);
  }

  public String votesTable() {
    return get(Property.VOTES_TABLE);
  }

  public String totalVotesTable() {
    return get(Property.TOTAL_VOTES_TABLE);
  }

  public String turnoutTable() {
    return get(Property.TURNOUT_TABLE);
  }

  public String voteHistoryTable() {
    return get(Property.VOTE_HISTORY_TABLE);
  }

  public String recentVotesTable() {
    return get(Property.RECENT_VOTES_TABLE);
  }

  public String rejectedVotesTable() {
    return get(Property.REJECTED_VOTES_TABLE);
  }

  public Duration rejectedTtl() {
    return get(Property.REJECTED_TTL);
  }

  /** The table of the ballot; null where there is none. */
  public @Nullable String ballotTable() {
    return find(Property.BALLOT_TABLE);
  }

  /** The least time between two readings of the ballot. */
  public Duration ballotRefresh() {
    return get(Property.BALLOT_REFRESH);
  }

  /** How many writes each instance of a sink has under way at once. */
  public int maxInFlightRequests() {
    return get(Property.MAX_IN_FLIGHT_REQUESTS);
  }

  /** Where DynamoDB's API is; null for AWS itself. */
  public @Nullable URI dynamoDbEndpoint() {
    return find(Property.DYNAMODB_ENDPOINT);
  }

  @SuppressWarnings("unchecked") // a property's value is of its type
  private <T> @Nullable T find(Property<T> property) {
    return (T) values.get(property);
  }

  private <T> T get(Property<T> property) {
    return Objects.requireNonNull(find(property), property::toString);
  }
}
