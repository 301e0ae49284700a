package io.citytally.web;

import io.citytally.vote.BallotEntry;
import io.citytally.vote.Choice;
import io.citytally.vote.RecentVotes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The tables of a city, in memory, that may be down. */
public final class FakeCity implements VoteStore {

  public static final Choice PARK = new Choice("Wesoła", "park");
  public static final Choice POOL = new Choice("Wesoła", "pool");
  public static final Choice TREES = new Choice("3 - Les Chalets / Bayard", "trees");

  public final Map<String, Choice> votes = new ConcurrentHashMap<>();
  public final Map<Choice, Long> totals = new HashMap<>();
  public final Map<String, List<RecentVotes.Vote>> recent = new HashMap<>();
  public final Map<Choice, BallotEntry> entries = new LinkedHashMap<>();

  /** What was asked of the tables. */
  public final List<String> requests = new ArrayList<>();

  public volatile boolean down;

  public FakeCity() {
    entries.put(PARK, BallotEntry.votable("A park by the river"));
    entries.put(POOL, BallotEntry.votable("Кириллица & <b>pool</b>"));
    entries.put(TREES, BallotEntry.votable("Trees"));
  }

  /** The results. */
  public ResultsSource results() {
    return () -> {
      answer("results");
      return new Results(totals, recent);
    };
  }

  /** The ballot. */
  public BallotSource ballot() {
    return () -> {
      answer("ballot");
      return new Ballot(entries);
    };
  }

  @Override
  public void cast(String id, Choice choice) {
    answer("cast");
    votes.put(id, choice);
  }

  @Override
  public void withdraw(String id) {
    answer("withdraw");
    votes.remove(id);
  }

  private synchronized void answer(String request) {
    requests.add(request);
    if (down) {
      throw new IllegalStateException("the tables are down; the request was of vote " + votes);
    }
  }
}
