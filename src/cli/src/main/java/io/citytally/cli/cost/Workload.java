package io.citytally.cli.cost;

/** How a city votes, and who looks. */
public final class Workload {

  private final double votesPerSecond;
  private final int regions;
  private final int improvements;
  private final double skew;
  private final double changedShare;
  private final int viewers;
  private final int recentSize;
  private final Polling polling;
  private final double votesPerBallot;

  /**
   * A city whose viewers have the dashboard poll as the pages do, and whose ballots have one vote
   * each.
   *
   * @param votesPerSecond votes cast, changed or withdrawn, on average
   * @param regions from 1
   * @param improvements of each region, from 1
   * @param skew the exponent of Zipf's law, by which the votes are spread over the regions, and
   *     those of a region over its improvements: at 0 evenly, at 1 the k-th gets a k-th of what the
   *     first gets
   * @param changedShare how many of the votes change an earlier one, and so move two totals; 0 to 1
   * @param viewers who look at the dashboard, all the time, on average
   * @param recentSize how many votes a list of recent votes shows
   */
  public Workload(
      double votesPerSecond,
      int regions,
      int improvements,
      double skew,
      double changedShare,
      int viewers,
      int recentSize) {
    this(
        votesPerSecond,
        regions,
        improvements,
        skew,
        changedShare,
        viewers,
        recentSize,
        Polling.ADAPTIVE,
        1);
  }

  private Workload(
      double votesPerSecond,
      int regions,
      int improvements,
      double skew,
      double changedShare,
      int viewers,
      int recentSize,
      Polling polling,
      double votesPerBallot) {
    this.votesPerSecond = votesPerSecond;
    this.regions = regions;
    this.improvements = improvements;
    this.skew = skew;
    this.changedShare = changedShare;
    this.viewers = viewers;
    this.recentSize = recentSize;
    this.polling = polling;
    this.votesPerBallot = votesPerBallot;
  }

  /** The same city at another rate. */
  Workload at(double otherVotesPerSecond) {
    return new Workload(
        otherVotesPerSecond,
        regions,
        improvements,
        skew,
        changedShare,
        viewers,
        recentSize,
        polling,
        votesPerBallot);
  }

  /** The same city with other dashboards. */
  public Workload polling(Polling other) {
    return new Workload(
        votesPerSecond,
        regions,
        improvements,
        skew,
        changedShare,
        viewers,
        recentSize,
        other,
        votesPerBallot);
  }

  /**
   * The same votes on fewer ballots.
   *
   * @param other votes that a ballot has, on average; from 1
   */
  public Workload onBallotsOf(double other) {
    return new Workload(
        votesPerSecond,
        regions,
        improvements,
        skew,
        changedShare,
        viewers,
        recentSize,
        polling,
        other);
  }

  public double votesPerSecond() {
    return votesPerSecond;
  }

  /** Votes of a ballot, on average. */
  public double votesPerBallot() {
    return votesPerBallot;
  }

  /** How often a ballot is cast or changed in a second. */
  double ballotsPerSecond() {
    return votesPerSecond / votesPerBallot;
  }

  public int regions() {
    return regions;
  }

  public int improvements() {
    return improvements;
  }

  public double skew() {
    return skew;
  }

  public double changedShare() {
    return changedShare;
  }

  public int viewers() {
    return viewers;
  }

  public int recentSize() {
    return recentSize;
  }

  public Polling polling() {
    return polling;
  }

  /** How often the dashboards of all viewers ask in a second. */
  public double pollsPerSecond() {
    return viewers / polling.meanSeconds(ballotsPerSecond());
  }

  public long choices() {
    return (long) regions * improvements;
  }

  /** How often a total moves in a second: twice for a vote that is changed. */
  double movesPerSecond() {
    return votesPerSecond * (1 + changedShare);
  }

  /** How often a turnout moves in a second: not for a ballot that is changed. */
  double turnoutMovesPerSecond() {
    return ballotsPerSecond() * (1 - changedShare);
  }

  /** How often a list of recent votes changes in a second: one vote of a ballot is shown. */
  double listMovesPerSecond() {
    return ballotsPerSecond() * (1 + changedShare);
  }

  /** The share of each region in the votes. */
  double[] regionShares() {
    return zipf(regions, skew);
  }

  /** The share of each improvement in the votes of its region. */
  double[] improvementShares() {
    return zipf(improvements, skew);
  }

  private static double[] zipf(int n, double exponent) {
    double[] shares = new double[n];
    double sum = 0;
    for (int k = 0; k < n; k++) {
      shares[k] = Math.pow(k + 1, -exponent);
      sum += shares[k];
    }
    for (int k = 0; k < n; k++) {
      shares[k] /= sum;
    }
    return shares;
  }
}
