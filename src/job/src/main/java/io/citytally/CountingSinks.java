package io.citytally;

import io.citytally.vote.RecentVotes;
import io.citytally.vote.RejectedVote;
import io.citytally.vote.Tally;
import java.util.Objects;
import org.apache.flink.api.connector.sink2.Sink;

/** Where a pipeline's results go. */
public final class CountingSinks {

  final Sink<Tally> totalVotes;
  final Sink<Tally> turnout;
  final Sink<Tally> voteHistory;
  final Sink<RecentVotes> recentVotes;
  final Sink<RejectedVote> rejectedVotes;

  /**
   * @param totalVotes takes the state of each choice's count
   * @param turnout takes the state of each region's count of ballots
   * @param voteHistory takes the state of each bucket of the course of the vote
   * @param recentVotes takes the lists of recent votes
   * @param rejectedVotes takes the records that can't be counted, and the choices that are refused
   */
  public CountingSinks(
      Sink<Tally> totalVotes,
      Sink<Tally> turnout,
      Sink<Tally> voteHistory,
      Sink<RecentVotes> recentVotes,
      Sink<RejectedVote> rejectedVotes) {
    this.totalVotes = Objects.requireNonNull(totalVotes, "totalVotes");
    this.turnout = Objects.requireNonNull(turnout, "turnout");
    this.voteHistory = Objects.requireNonNull(voteHistory, "voteHistory");
    this.recentVotes = Objects.requireNonNull(recentVotes, "recentVotes");
    this.rejectedVotes = Objects.requireNonNull(rejectedVotes, "rejectedVotes");
  }
}
