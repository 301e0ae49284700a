package io.citytally.local.fuzz;

import static io.citytally.local.fuzz.FuzzTarget.promise;

import io.citytally.VoteCountingJob;
import io.citytally.config.InvalidConfigurationException;
import io.citytally.config.Property;
import io.citytally.config.VoteCountingConfig;
import io.citytally.vote.SourceKind;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;

/**
 * The configuration. The first byte of an input chooses whether the rest is a file of properties,
 * or properties to be set one by one.
 *
 * <p>Promised: it is refused with a message that names what was set wrongly; or every value is
 * within its bounds, and a job can be made of it.
 */
public final class ConfigurationTarget implements FuzzTarget {

  private static final List<String> VALUES =
      List.of(
          "1 s",
          "0 ms",
          "10 ms",
          "1 h",
          "9223372036854775807 d",
          "-1 s",
          "1",
          "0",
          "100",
          "1001",
          "9223372036854775808",
          "kinesis",
          "dynamodb-streams",
          "auto",
          "local",
          "votes",
          "total_votes",
          "a",
          "x".repeat(256),
          "http://127.0.0.1:8000",
          "http://",
          "ftp://a",
          "2026-01-02T03:04:05Z",
          "TRIM_HORIZON",
          "eu-west-1",
          "",
          " ",
          "arn:aws:dynamodb:eu-west-1:123456789012:table/votes/stream/2026");

  private final TemporaryFile file = new TemporaryFile(".json");

  @Override
  public void accept(byte[] input) throws Exception {
    Decisions decisions = new Decisions(input);
    if (decisions.below(2) == 0) {
      Files.write(file.path(), decisions.rest());
      try {
        check(VoteCountingConfig.load(new String[] {"--properties", file.path().toString()}));
      } catch (InvalidConfigurationException e) {
        promise(!e.getMessage().isBlank(), "a refusal says why");
      }
    } else {
      acceptProperties(decisions);
    }
  }

  private static void acceptProperties(Decisions decisions) {
    Map<String, Properties> groups = new HashMap<>();
    set(groups, "citytally.aws", "region", "eu-west-1");
    Set<String> names = new LinkedHashSet<>();
    int count = 1 + decisions.below(4);
    for (int i = 0; i < count; i++) {
      Property<?> property = decisions.pick(Property.ALL);
      String group = decisions.oneIn(16) ? decisions.text() : property.group();
      String key = decisions.oneIn(16) ? decisions.text() : property.key();
      set(groups, group, key, decisions.text(VALUES));
      names.add(key);
      names.add(group);
    }
    try {
      check(VoteCountingConfig.parse(groups));
    } catch (InvalidConfigurationException e) {
      promise(
          names.stream().anyMatch(name -> !name.isEmpty() && e.getMessage().contains(name)),
          "a refusal names what was set: " + e.getMessage());
    }
  }

  private static void set(Map<String, Properties> groups, String group, String key, String value) {
    groups.computeIfAbsent(group, any -> new Properties()).setProperty(key, value);
  }

  private static void check(VoteCountingConfig config) {
    within(config.window(), Duration.ofMillis(10), Duration.ofHours(1));
    within(config.dedupeTtl(), Duration.ofMinutes(1), Duration.ofDays(3650));
    within(config.rejectedTtl(), Duration.ofMinutes(1), Duration.ofDays(3650));
    within(config.pollInterval(), Duration.ofMillis(10), Duration.ofMinutes(5));
    within(config.shardDiscoveryInterval(), Duration.ofMillis(100), Duration.ofHours(1));
    promise(
        config.dedupeTtl().compareTo(config.window()) > 0,
        "a change is remembered past its window");
    promise(1 <= config.recentSize() && config.recentSize() <= 100, "recent.size is in its bounds");
    promise(
        1 <= config.maxChoices() && config.maxChoices() <= 1_000_000,
        "max.choices is in its bounds");
    within(config.ballotRefresh(), Duration.ofMillis(100), Duration.ofHours(1));
    promise(config.epoch() >= 1, "an epoch is at least 1");
    promise(
        1 <= config.maxInFlightRequests() && config.maxInFlightRequests() <= 1000,
        "max.in.flight.requests is in its bounds");
    List<String> tables =
        List.of(
            config.votesTable(),
            config.totalVotesTable(),
            config.recentVotesTable(),
            config.rejectedVotesTable());
    promise(Set.copyOf(tables).size() == tables.size(), "no two tables are one");
    promise(
        tables.stream().allMatch(table -> table.matches("[a-zA-Z0-9_.-]{3,255}")),
        "a table's name is one of DynamoDB");
    promise(
        config.source() == SourceKind.KINESIS
            ? config.streamArn() == null
            : config.streamArn().contains(":table/" + config.votesTable() + "/"),
        "the stream is that of the votes");
    VoteCountingJob.pipeline(config);
  }

  private static void within(Duration duration, Duration shortest, Duration longest) {
    promise(
        shortest.compareTo(duration) <= 0 && duration.compareTo(longest) <= 0,
        "a duration is in its bounds: " + duration);
  }

  @Override
  public List<byte[]> seeds() {
    List<byte[]> seeds = new ArrayList<>();
    for (String json :
        List.of(
            "",
            "[]",
            "[{\"PropertyGroupId\":\"citytally.aws\",\"PropertyMap\":{\"region\":\"eu-west-1\"}},"
                + "{\"PropertyGroupId\":\"citytally.count\",\"PropertyMap\":{\"window\":\"2 s\"}}]",
            "[{\"PropertyGroupId\":\"other\",\"PropertyMap\":{}}]",
            "[null, 1]",
            "[".repeat(2_000))) {
      seeds.add(("\u0000" + json).getBytes(StandardCharsets.UTF_8));
    }
    for (int property = 0; property < Property.ALL.size(); property++) {
      for (int value = 0; value < VALUES.size(); value += 3) {
        seeds.add(new byte[] {1, 0, (byte) property, 0, 0, (byte) value});
      }
    }
    return seeds;
  }

  @Override
  public List<String> words() {
    List<String> words = new ArrayList<>(VALUES);
    words.add("\"PropertyGroupId\":");
    words.add("\"PropertyMap\":{");
    for (Property<?> property : Property.ALL) {
      words.add(property.group());
      words.add(property.key());
    }
    words.removeIf(word -> word.isBlank() || word.length() > 60);
    return words.stream().distinct().toList();
  }

  @Override
  public void close() throws Exception {
    file.close();
  }
}
