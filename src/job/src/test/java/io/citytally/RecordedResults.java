package io.citytally;

import io.citytally.vote.Choice;
import io.citytally.vote.RecentVotes;
import io.citytally.vote.RejectedVote;
import io.citytally.vote.Tally;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What a pipeline writes, and where it ends. */
final class RecordedResults {

  private final RecordingSink<Tally> totalVotes = new RecordingSink<>(Tally.class);
  private final RecordingSink<Tally> turnout = new RecordingSink<>(Tally.class);
  private final RecordingSink<Tally> history = new RecordingSink<>(Tally.class);
  private final RecordingSink<RecentVotes> recentVotes = new RecordingSink<>(RecentVotes.class);
  private final RecordingSink<RejectedVote> rejectedVotes = new RecordingSink<>(RejectedVote.class);

  CountingSinks sinks() {
    return new CountingSinks(totalVotes, turnout, history, recentVotes, rejectedVotes);
  }

  /** Every write of a total, in this order. */
  List<Tally> tallies() {
    return totalVotes.records();
  }

  List<RejectedVote> rejectedVotes() {
    return rejectedVotes.records();
  }

  Map<Choice, Tally> lastTallies() {
    return last(tallies());
  }

  Map<Choice, Tally> lastTurnout() {
    return last(turnout.records());
  }

  Map<Choice, Tally> lastHistory() {
    return last(history.records());
  }

  private static Map<Choice, Tally> last(List<Tally> tallies) {
    Map<Choice, Tally> last = new HashMap<>();
    tallies.forEach(tally -> last.merge(tally.key, tally, Tally::merge));
    return last;
  }

  Map<String, List<Choice>> lastRecentVotes() {
    Map<String, List<Choice>> last = new HashMap<>();
    for (RecentVotes recent : recentVotes.records()) {
      last.put(recent.list, Arrays.stream(recent.votes).map(vote -> vote.choice).toList());
    }
    return last;
  }
}
