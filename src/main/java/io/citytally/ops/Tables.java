package io.citytally.ops;

/** The names of the tables that an audit reads. */
public final class Tables {

  private final String votes;
  private final String totalVotes;
  private final String rejectedVotes;

  public Tables(String votes, String totalVotes, String rejectedVotes) {
    this.votes = votes;
    this.totalVotes = totalVotes;
    this.rejectedVotes = rejectedVotes;
  }

  public String votes() {
    return votes;
  }

  public String totalVotes() {
    return totalVotes;
  }

  public String rejectedVotes() {
    return rejectedVotes;
  }
}
