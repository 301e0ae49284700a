package io.citytally.cli.audit;

/** The names of the tables that an audit reads, and of those that it writes to correct totals. */
public final class Tables {

  private final String votes;
  private final String totalVotes;
  private final String turnout;
  private final String history;
  private final String rejectedVotes;
  private final String corrections;

  public Tables(
      String votes,
      String totalVotes,
      String turnout,
      String history,
      String rejectedVotes,
      String corrections) {
    this.votes = votes;
    this.totalVotes = totalVotes;
    this.turnout = turnout;
    this.history = history;
    this.rejectedVotes = rejectedVotes;
    this.corrections = corrections;
  }

  public String votes() {
    return votes;
  }

  public String totalVotes() {
    return totalVotes;
  }

  public String turnout() {
    return turnout;
  }

  public String history() {
    return history;
  }

  public String rejectedVotes() {
    return rejectedVotes;
  }

  public String corrections() {
    return corrections;
  }
}
