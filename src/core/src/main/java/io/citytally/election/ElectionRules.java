package io.citytally.election;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The rules of an election, as the city sets them in a file. Immutable.
 *
 * <p>{@link RulesFile} reads the file. {@link #text()} is the one text for equal rules, by which
 * the system tells whether two instances know the same ones.
 */
public final class ElectionRules {

  /** The most improvements that a region can allow on one ballot. */
  public static final int MAX_AT_MOST = 100;

  static final String NAME = "name";
  static final String TIME_ZONE = "time_zone";
  static final String OPENS_AT = "opens_at";
  static final String CLOSES_AT = "closes_at";
  static final String RESULTS = "results";
  static final String CITY = "city";
  static final String LOGO = "logo";
  static final String LINKS = "links";
  static final String VOTING = "voting";
  static final String VOTE_PER = "vote_per";
  static final String AT_MOST = "at_most";
  static final String REGIONS_CLAIM = "regions_claim";
  static final String REGION_TITLES = "region_titles";
  static final String LANGUAGES = "languages";

  /** In place of a language: one title for all of them. */
  static final String EVERY_LANGUAGE = "";

  private final VotingMode voting;
  private final VotePer votePer;
  private final ShownResults results;
  private final int atMost;
  private final SortedMap<String, Integer> atMostByRegion;
  private final SortedMap<String, String> links;
  private final SortedMap<String, Map<String, String>> regionTitles;
  private final List<String> languages;
  private final @Nullable String name;
  private final @Nullable ZoneId timeZone;
  private final @Nullable Instant opensAt;
  private final @Nullable Instant closesAt;
  private final @Nullable String city;
  private final @Nullable String logo;
  private final @Nullable String regionsClaim;

  private ElectionRules(Builder builder) {
    voting = builder.voting;
    votePer = builder.votePer;
    results = builder.results;
    atMost = builder.atMost;
    atMostByRegion = new TreeMap<>(builder.atMostByRegion);
    links = new TreeMap<>(builder.links);
    regionTitles = new TreeMap<>(builder.regionTitles);
    languages = List.copyOf(builder.languages);
    name = builder.name;
    timeZone = builder.timeZone;
    opensAt = builder.opensAt;
    closesAt = builder.closesAt;
    city = builder.city;
    logo = builder.logo;
    regionsClaim = builder.regionsClaim;
  }

  /** Rules that limit nothing: no times, and as many improvements as a ballot can name. */
  static ElectionRules unlimited(VotingMode voting, VotePer votePer) {
    Builder builder = new Builder(voting, votePer);
    builder.atMost = votePer == VotePer.CITY ? 1 : MAX_AT_MOST;
    return new ElectionRules(builder);
  }

  public VotingMode voting() {
    return voting;
  }

  public VotePer votePer() {
    return votePer;
  }

  public ShownResults results() {
    return results;
  }

  /** How many improvements a ballot of the region may name. */
  public int atMost(String region) {
    return atMostByRegion.getOrDefault(region, atMost);
  }

  /** The regions that have a limit of their own. */
  public SortedMap<String, Integer> atMostByRegion() {
    return new TreeMap<>(atMostByRegion);
  }

  /** The claim of a token that names the regions in which its citizen may vote. */
  public Optional<String> regionsClaim() {
    return Optional.ofNullable(regionsClaim);
  }

  /** What the region is called, where no language is asked for; its id if it has no title. */
  public String titleOf(String region) {
    return regionTitles
        .getOrDefault(region, Map.of(EVERY_LANGUAGE, region))
        .values()
        .iterator()
        .next();
  }

  /** The regions that have a title apart from their id. */
  public SortedSet<String> titledRegions() {
    return new TreeSet<>(regionTitles.keySet());
  }

  /**
   * Puts what the region is called: {@code title}, and {@code titles} by language if it has any.
   */
  public ObjectNode putTitles(ObjectNode json, String region) {
    json.put("title", titleOf(region));
    Map<String, String> titles = regionTitles.getOrDefault(region, Map.of());
    if (hasLanguages(titles)) {
      titles.forEach(json.putObject("titles")::put);
    }
    return json;
  }

  private static boolean hasLanguages(Map<String, String> titles) {
    return !titles.isEmpty() && !titles.containsKey(EVERY_LANGUAGE);
  }

  public Optional<String> name() {
    return Optional.ofNullable(name);
  }

  public Optional<ZoneId> timeZone() {
    return Optional.ofNullable(timeZone);
  }

  public Optional<Instant> opensAt() {
    return Optional.ofNullable(opensAt);
  }

  public Optional<Instant> closesAt() {
    return Optional.ofNullable(closesAt);
  }

  public Optional<String> city() {
    return Optional.ofNullable(city);
  }

  /** The path of a file of this origin. */
  public Optional<String> logo() {
    return Optional.ofNullable(logo);
  }

  /** Addresses by what they are for: {@code help}, {@code privacy}, {@code accessibility}. */
  public SortedMap<String, String> links() {
    return new TreeMap<>(links);
  }

  /** Returns the languages that the pages offer, the first of them by default; empty for all. */
  public List<String> languages() {
    return languages;
  }

  /** The rules as the file has them: always the same fields in the same order. */
  public ObjectNode json() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    name().ifPresent(value -> json.put(NAME, value));
    timeZone().ifPresent(value -> json.put(TIME_ZONE, value.getId()));
    opensAt().ifPresent(value -> json.put(OPENS_AT, value.toString()));
    closesAt().ifPresent(value -> json.put(CLOSES_AT, value.toString()));
    json.put(VOTING, voting.label());
    json.put(VOTE_PER, votePer.label());
    if (atMostByRegion.isEmpty()) {
      json.put(AT_MOST, atMost);
    } else {
      atMostByRegion.forEach(json.putObject(AT_MOST)::put);
    }
    json.put(RESULTS, results.label());
    regionsClaim().ifPresent(value -> json.put(REGIONS_CLAIM, value));
    if (!regionTitles.isEmpty()) {
      ObjectNode byRegion = json.putObject(REGION_TITLES);
      regionTitles.forEach(
          (region, titles) -> {
            if (hasLanguages(titles)) {
              titles.forEach(byRegion.putObject(region)::put);
            } else {
              byRegion.put(region, titles.get(EVERY_LANGUAGE));
            }
          });
    }
    city().ifPresent(value -> json.put(CITY, value));
    logo().ifPresent(value -> json.put(LOGO, value));
    if (!links.isEmpty()) {
      links.forEach(json.putObject(LINKS)::put);
    }
    if (!languages.isEmpty()) {
      ArrayNode array = json.putArray(LANGUAGES);
      languages.forEach(array::add);
    }
    return json;
  }

  /** The one text for equal rules, in JSON. */
  public String text() {
    return json().toString();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ElectionRules && text().equals(((ElectionRules) other).text());
  }

  @Override
  public int hashCode() {
    return text().hashCode();
  }

  @Override
  public String toString() {
    return text();
  }

  /** Collects what the file says. */
  static final class Builder {

    final VotingMode voting;
    final VotePer votePer;
    ShownResults results = ShownResults.LIVE;
    int atMost = 1;
    Map<String, Integer> atMostByRegion = Map.of();
    Map<String, String> links = Map.of();
    Map<String, Map<String, String>> regionTitles = Map.of();
    List<String> languages = new ArrayList<>();
    @Nullable String name;
    @Nullable ZoneId timeZone;
    @Nullable Instant opensAt;
    @Nullable Instant closesAt;
    @Nullable String city;
    @Nullable String logo;
    @Nullable String regionsClaim;

    Builder(VotingMode voting, VotePer votePer) {
      this.voting = voting;
      this.votePer = votePer;
    }

    ElectionRules build() {
      return new ElectionRules(this);
    }
  }
}
