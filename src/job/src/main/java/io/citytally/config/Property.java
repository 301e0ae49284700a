package io.citytally.config;

import io.citytally.vote.SourceKind;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.flink.util.TimeUtils;
import org.jspecify.annotations.Nullable;

/**
 * A property that the job knows, and the table of all of them: what the job reads, what its help
 * and its messages say, and what documents and templates are checked against.
 *
 * @param <T> the type of its values
 */
public final class Property<T> {

  private static final String AWS = "citytally.aws";
  private static final String SOURCE_GROUP = "citytally.source";
  private static final String COUNT = "citytally.count";
  private static final String DYNAMODB = "citytally.dynamodb";

  static final Property<String> REGION =
      new Property<>(
          AWS,
          "region",
          null,
          Type.matching("[a-z]{2,}(-[a-z]+)+-[0-9]+", "an AWS region such as eu-west-1"),
          "The AWS region of the stream and the tables. Default: the environment variable"
              + " AWS_REGION.");
  static final Property<Boolean> LOCAL_CREDENTIALS =
      new Property<>(
          AWS,
          "credentials",
          "auto",
          Type.oneOf(List.of("auto", "local")).map("local"::equals),
          "auto: what the AWS SDK finds. local: static dummy keys and HTTP/1.1, for emulators.");

  static final Property<SourceKind> SOURCE =
      new Property<>(
          SOURCE_GROUP,
          "source",
          "kinesis",
          Type.oneOf(Arrays.asList(SourceKind.values())),
          "Where votes come from: a Kinesis stream, or the votes table's own DynamoDB stream.");
  static final Property<String> STREAM_NAME =
      new Property<>(
          SOURCE_GROUP,
          "stream.name",
          "votes",
          Type.matching(
              "[a-zA-Z0-9_.-]{1,128}", "the name of a Kinesis stream: letters, digits, and _ . -"),
          "The Kinesis stream. Only with source kinesis.");
  static final Property<String> STREAM_ARN =
      new Property<>(
          SOURCE_GROUP,
          "stream.arn",
          null,
          Type.matching(
              "arn:[a-z-]+:dynamodb:[a-z0-9-]+:[0-9]*:table/[a-zA-Z0-9_.-]+/stream/.+",
              "a stream's ARN: arn:aws:dynamodb:REGION:ACCOUNT:table/TABLE/stream/LABEL"),
          "The DynamoDB stream of the votes table. Only with source dynamodb-streams, and then"
              + " required.");
  static final Property<Optional<Instant>> INITIAL_POSITION =
      new Property<>(
          SOURCE_GROUP,
          "initial.position",
          "TRIM_HORIZON",
          Type.position(),
          "Where a job without state begins: with the oldest record of the stream, or with the"
              + " first that arrived at a time or later. A job with a snapshot keeps the position"
              + " of its first start. A time is allowed only with source kinesis.");
  static final Property<Duration> POLL_INTERVAL =
      new Property<>(
          SOURCE_GROUP,
          "poll.interval",
          "200 ms",
          Type.duration("10 ms", "5 min"),
          "How often each shard is asked for records. Kinesis answers all consumers of a shard"
              + " together five times a second.");
  static final Property<Duration> SHARD_DISCOVERY_INTERVAL =
      new Property<>(
          SOURCE_GROUP,
          "shard.discovery.interval",
          "10 s",
          Type.duration("100 ms", "1 h"),
          "How often new shards are looked for.");
  static final Property<URI> SOURCE_ENDPOINT =
      new Property<>(
          SOURCE_GROUP,
          "endpoint",
          null,
          Type.endpoint(),
          "The endpoint of the stream's API, if it is not AWS's own. Optional.");

  static final Property<Duration> WINDOW =
      new Property<>(
          COUNT,
          "window",
          "1 s",
          Type.duration("10 ms", "1 h"),
          "A total is written at most once in this time, and is at most this time and some"
              + " milliseconds behind what the job has read.");
  static final Property<Duration> TURNOUT_WINDOW =
      new Property<>(
          COUNT,
          "turnout.window",
          "10 s",
          Type.duration("10 ms", "1 h"),
          "A region's turnout is written at most once in this time, or in window if that is"
              + " longer, and is at most that time and some milliseconds behind what the job has"
              + " read.");
  static final Property<Duration> HISTORY_WINDOW =
      new Property<>(
          COUNT,
          "history.window",
          "1 min",
          Type.duration("10 ms", "1 h"),
          "A bucket of the course of the vote is written at most once in this time.");
  static final Property<Duration> DEDUPE_TTL =
      new Property<>(
          COUNT,
          "dedupe.ttl",
          "25 h",
          Type.duration("1 min", "3650 d"),
          "How long a change is remembered, so that a second delivery does not count. It must be"
              + " longer than the stream's retention, or the job refuses to start; and longer than"
              + " window.");
  static final Property<Integer> RECENT_SIZE =
      new Property<>(
          COUNT,
          "recent.size",
          "20",
          Type.wholeNumber(1, 100).map(Long::intValue),
          "How many of the newest votes are shown, for the city and for each region.");
  static final Property<Integer> MAX_CHOICES =
      new Property<>(
          COUNT,
          "max.choices",
          "10000",
          Type.wholeNumber(1, 1_000_000).map(Long::intValue),
          "How many different choices (region and improvement) each reader of the stream admits if"
              + " there is no ballot.");
  static final Property<Long> EPOCH =
      new Property<>(
          COUNT,
          "epoch",
          "1",
          Type.wholeNumber(1, Long.MAX_VALUE),
          "Raise it by one to start a job without its state on top of the present totals. Keep it if"
              + " the job starts from a snapshot.");

  static final Property<String> VOTES_TABLE =
      new Property<>(DYNAMODB, "votes.table", "votes", Type.table(), "The votes.");
  static final Property<String> TOTAL_VOTES_TABLE =
      new Property<>(
          DYNAMODB,
          "total.votes.table",
          "total_votes",
          Type.table(),
          "The votes of each region and improvement, counted.");
  static final Property<String> TURNOUT_TABLE =
      new Property<>(
          DYNAMODB,
          "turnout.table",
          "turnout",
          Type.table(),
          "The ballots of each region, counted.");
  static final Property<String> VOTE_HISTORY_TABLE =
      new Property<>(
          DYNAMODB,
          "vote.history.table",
          "vote_history",
          Type.table(),
          "The votes and ballots of each region and hour, counted.");
  static final Property<String> RECENT_VOTES_TABLE =
      new Property<>(
          DYNAMODB, "recent.votes.table", "recent_votes", Type.table(), "The newest votes.");
  static final Property<String> REJECTED_VOTES_TABLE =
      new Property<>(
          DYNAMODB,
          "rejected.votes.table",
          "rejected_votes",
          Type.table(),
          "The records that could not be counted, and the choices that were refused.");
  static final Property<Duration> REJECTED_TTL =
      new Property<>(
          DYNAMODB,
          "rejected.ttl",
          "30 d",
          Type.duration("1 min", "3650 d"),
          "How long a rejected record is kept, and a refused choice can be cast again.");
  static final Property<String> BALLOT_TABLE =
      new Property<>(
          DYNAMODB,
          "ballot.table",
          null,
          Type.table(),
          "The table of the ballot. If it is set, only votes for choices on the ballot count; while the"
              + " ballot is empty, none do. Optional.");
  static final Property<Duration> BALLOT_REFRESH =
      new Property<>(
          DYNAMODB,
          "ballot.refresh",
          "10 s",
          Type.duration("100 ms", "1 h"),
          "The shortest time between two reads of the ballot. A vote for a new choice may be refused"
              + " for this long. Only with ballot.table.");
  static final Property<Integer> MAX_IN_FLIGHT_REQUESTS =
      new Property<>(
          DYNAMODB,
          "max.in.flight.requests",
          "100",
          Type.wholeNumber(1, 1000).map(Long::intValue),
          "How many writes each instance of a sink has under way at once.");
  static final Property<URI> DYNAMODB_ENDPOINT =
      new Property<>(
          DYNAMODB,
          "endpoint",
          null,
          Type.endpoint(),
          "The endpoint of DynamoDB's API, if it is not AWS's own. Optional.");

  /** All of them, in the order in which they are to be read. */
  public static final List<Property<?>> ALL =
      List.of(
          REGION,
          LOCAL_CREDENTIALS,
          SOURCE,
          STREAM_NAME,
          STREAM_ARN,
          INITIAL_POSITION,
          POLL_INTERVAL,
          SHARD_DISCOVERY_INTERVAL,
          SOURCE_ENDPOINT,
          WINDOW,
          TURNOUT_WINDOW,
          HISTORY_WINDOW,
          DEDUPE_TTL,
          RECENT_SIZE,
          MAX_CHOICES,
          EPOCH,
          VOTES_TABLE,
          TOTAL_VOTES_TABLE,
          TURNOUT_TABLE,
          VOTE_HISTORY_TABLE,
          RECENT_VOTES_TABLE,
          REJECTED_VOTES_TABLE,
          REJECTED_TTL,
          BALLOT_TABLE,
          BALLOT_REFRESH,
          MAX_IN_FLIGHT_REQUESTS,
          DYNAMODB_ENDPOINT);

  private final String group;
  private final String key;
  private final @Nullable String defaultText;
  private final Type<T> type;
  private final String meaning;

  private Property(
      String group, String key, @Nullable String defaultText, Type<T> type, String meaning) {
    this.group = group;
    this.key = key;
    this.defaultText = defaultText;
    this.type = type;
    this.meaning = meaning;
  }

  /** The property group, as {@code citytally.count}. */
  public String group() {
    return group;
  }

  /** The key in its group, as {@code window}. */
  public String key() {
    return key;
  }

  /** The text that stands for a missing value; null if none does. */
  public @Nullable String defaultText() {
    return defaultText;
  }

  /** The values that it may have, to be read after "must be". */
  public String allowed() {
    return type.allowed;
  }

  /** What it does, for those who set it. */
  public String meaning() {
    return meaning;
  }

  /**
   * The value that a text stands for.
   *
   * @throws IllegalArgumentException if it stands for none that is {@link #allowed()}
   */
  T parse(String text) {
    return type.parser.apply(text);
  }

  /** Group and key. */
  @Override
  public String toString() {
    return group + " " + key;
  }

  private static final class Type<T> {

    final String allowed;
    final Function<String, T> parser;

    Type(String allowed, Function<String, T> parser) {
      this.allowed = allowed;
      this.parser = parser;
    }

    <R> Type<R> map(Function<T, R> then) {
      return new Type<>(allowed, parser.andThen(then));
    }

    static Type<String> matching(String regex, String allowed) {
      Pattern pattern = Pattern.compile(regex);
      return new Type<>(
          allowed,
          text -> {
            require(pattern.matcher(text).matches());
            return text;
          });
    }

    static Type<String> table() {
      return matching(
          "[a-zA-Z0-9_.-]{3,255}", "the name of a table: 3 to 255 letters, digits, and _ . -");
    }

    static <T> Type<T> oneOf(List<T> values) {
      return new Type<>(
          values.stream().map(Object::toString).collect(Collectors.joining(" or ")),
          text ->
              values.stream()
                  .filter(value -> value.toString().equals(text))
                  .findFirst()
                  .orElseThrow(IllegalArgumentException::new));
    }

    static Type<Long> wholeNumber(long min, long max) {
      return new Type<>(
          max == Long.MAX_VALUE
              ? "a whole number of at least " + min
              : "a whole number from " + min + " to " + max,
          text -> {
            long number = Long.parseLong(text);
            require(min <= number && number <= max);
            return number;
          });
    }

    static Type<Duration> duration(String min, String max) {
      Duration shortest = TimeUtils.parseDuration(min);
      Duration longest = TimeUtils.parseDuration(max);
      return new Type<>(
          "a duration from " + min + " to " + max + ", in whole milliseconds",
          text -> {
            Duration duration = TimeUtils.parseDuration(text);
            require(shortest.compareTo(duration) <= 0 && duration.compareTo(longest) <= 0);
            require(duration.equals(Duration.ofMillis(duration.toMillis())));
            return duration;
          });
    }

    /** Empty for the oldest record. */
    static Type<Optional<Instant>> position() {
      return new Type<>(
          "TRIM_HORIZON or a time that has passed, such as 2026-11-28T12:00:00Z, in whole"
              + " milliseconds",
          text -> {
            if (text.equals("TRIM_HORIZON")) {
              return Optional.empty();
            }
            try {
              Instant time = Instant.parse(text);
              require(!time.isBefore(Instant.EPOCH) && !time.isAfter(Instant.now()));
              require(time.equals(time.truncatedTo(ChronoUnit.MILLIS)));
              return Optional.of(time);
            } catch (DateTimeParseException e) {
              throw new IllegalArgumentException(e);
            }
          });
    }

    static Type<URI> endpoint() {
      return new Type<>(
          "a URI such as http://127.0.0.1:8000",
          text -> {
            try {
              URI uri = new URI(text);
              require("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()));
              require(uri.getHost() != null);
              return uri;
            } catch (URISyntaxException e) {
              throw new IllegalArgumentException(e);
            }
          });
    }

    private static void require(boolean allowed) {
      if (!allowed) {
        throw new IllegalArgumentException();
      }
    }
  }
}
