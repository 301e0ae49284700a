package io.citytally.web;

import com.fasterxml.jackson.databind.JsonNode;
import io.citytally.election.Election;
import io.citytally.election.FinalResult;
import io.citytally.election.Pin;
import io.citytally.election.RulesException;
import io.citytally.election.RulesFile;
import io.citytally.election.VotePer;
import io.citytally.election.VotingMode;
import io.citytally.table.CounterState;
import io.citytally.vote.BallotEntry;
import io.citytally.vote.Choice;
import io.citytally.vote.HistoryKey;
import io.citytally.vote.RecentVotes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The tables of a city, in memory, that may be down. */
public final class FakeCity implements VoteStore, ElectionStore {

  public static final Choice PARK = new Choice("Wesoła", "park");
  public static final Choice POOL = new Choice("Wesoła", "pool");
  public static final Choice TREES = new Choice("3 - Les Chalets / Bayard", "trees");

  public final Map<String, Vote> votes = new ConcurrentHashMap<>();
  public final Map<Choice, Long> totals = new HashMap<>();
  public final Map<Choice, Long> finalVotes = new HashMap<>();
  public final Map<String, List<RecentVotes.Vote>> recent = new HashMap<>();
  public final Map<String, Long> ballots = new HashMap<>();
  public final Map<String, Counted> countedVotes = new HashMap<>();
  public final Map<String, Counted> countedBallots = new HashMap<>();

  /** The course of the vote by {@link HistoryKey}; all of it was counted in epoch 1. */
  public final Map<Choice, Long> history = new HashMap<>();

  /** Whether the course of the vote has no older hours. */
  public boolean isHistoryWhole = true;

  public final Map<Choice, BallotEntry> entries = new LinkedHashMap<>();

  public final Map<String, JsonNode> projects = new HashMap<>();
  public volatile JsonNode plan = Json.object();
  public volatile JsonNode map = Json.object();

  /** What was asked of the tables. */
  public final List<String> requests = new ArrayList<>();

  /** The election, while someone has set one up. */
  public volatile Election election = Election.alwaysOpen(VotingMode.OPEN, VotePer.REGION);

  public volatile boolean down;

  public volatile boolean ballotIsDown;

  /** What happens while the ballot is being read. */
  public volatile Runnable whileReadingTheBallot = () -> {};

  /** What happens while the election is being pinned, just after it was. */
  public volatile Runnable whilePinning = () -> {};

  public FakeCity() {
    entries.put(PARK, BallotEntry.votable("A park by the river"));
    entries.put(POOL, BallotEntry.votable("Кириллица & <b>pool</b>"));
    entries.put(TREES, BallotEntry.votable("Trees"));
  }

  /**
   * Sets up an election on 1 May 2026, from eight o'clock in the morning to eight in the evening,
   * in UTC.
   *
   * @param rules further fields, with apostrophes for quotation marks
   */
  public void setUp(String rules) {
    setUp("2026-05-01T20:00", rules);
  }

  /** Sets up the same election with another end. */
  public void setUp(String closesAt, String rules) {
    try {
      election =
          Election.stored(
              RulesFile.parse(
                  """
                  {"name": "Budget 2026", "time_zone": "UTC", "opens_at": "2026-05-01T08:00",
                   "closes_at": "%s", %s}
                  """
                      .formatted(closesAt, rules.replace('\'', '"'))),
              null,
              null,
              null);
    } catch (RulesException e) {
      throw new AssertionError(e);
    }
  }

  /** Opens the election for test ballots. */
  public void openForTests(@Nullable Instant until) {
    election = Election.stored(election.rules(), election.pinned().orElse(null), until, null);
  }

  /** The results. */
  public ResultsSource results() {
    return () -> {
      answer("results");
      return new Results(totals, recent, ballots, countedVotes, countedBallots);
    };
  }

  /** The course of the vote. */
  public HistorySource history() {
    return region -> {
      answer("history of " + region.orElse("the city"));
      String place = region.map(HistoryKey::placeOf).orElse(HistoryKey.CITY);
      boolean isCity = region.isEmpty();
      return new History(
          hours(place, true),
          hours(place, false),
          isCity ? at(HistoryKey.CITY_TEN_MINUTES, true) : Map.of(),
          isCity ? at(HistoryKey.CITY_TEN_MINUTES, false) : Map.of());
    };
  }

  private History.Counts hours(String place, boolean ofBallots) {
    Map<String, Long> counts = at(place, ofBallots);
    Counted sum =
        counts.values().stream()
            .map(
                count ->
                    Counted.of(count, CounterState.at(1, Math.max(0, count), Math.max(0, -count))))
            .reduce(Counted.NOTHING, Counted::plus);
    return new History.Counts(counts, isHistoryWhole, sum);
  }

  private Map<String, Long> at(String place, boolean ofBallots) {
    Map<String, Long> counts = new HashMap<>();
    history.forEach(
        (key, count) -> {
          if (HistoryKey.placeOf(key).equals(place) && HistoryKey.isOfBallots(key) == ofBallots) {
            counts.put(HistoryKey.bucketOf(key).substring(2), count);
          }
        });
    return counts;
  }

  /** The ballot. */
  public BallotSource ballot() {
    return new BallotSource() {
      @Override
      public Ballot read() {
        answer("ballot");
        whileReadingTheBallot.run();
        if (ballotIsDown) {
          throw new IllegalStateException("the ballot is down");
        }
        return new Ballot(entries, plan);
      }

      @Override
      public JsonNode projectsOf(String region) {
        answer("projects");
        return projects.getOrDefault(region, Json.object());
      }

      @Override
      public JsonNode map() {
        answer("map");
        return map;
      }
    };
  }

  @Override
  public Election read() {
    answer("election");
    return election;
  }

  @Override
  public boolean pin(Election known, Pin pin) {
    answer("pin");
    if (!known.rules().equals(election.rules())
        || election.pinned().filter(text -> !text.equals(pin.text())).isPresent()) {
      return false;
    }
    election =
        Election.stored(election.rules(), pin.text(), election.testUntil().orElse(null), null);
    whilePinning.run();
    return true;
  }

  @Override
  public Results resultsOf(FinalResult result) {
    answer("result");
    return new Results(finalVotes, Map.of(), ballots);
  }

  @Override
  public List<Vote> read(Collection<String> ids) {
    answer("read");
    return ids.stream().filter(votes::containsKey).map(votes::get).toList();
  }

  @Override
  public Optional<Vote> replace(String id, Optional<Vote> seen, Optional<Vote> wanted) {
    answer("replace");
    Optional<Vote> stored = Optional.ofNullable(votes.get(id));
    if (!stored.equals(seen)) {
      return stored;
    }
    wanted.ifPresentOrElse(vote -> votes.put(id, vote), () -> votes.remove(id));
    return wanted;
  }

  private synchronized void answer(String request) {
    requests.add(request);
    if (down) {
      throw new IllegalStateException("the tables are down; the request was of vote " + votes);
    }
  }
}
