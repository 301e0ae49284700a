package io.citytally.cli.cost;

/** For how long the job runs, and how often it is started in that time. */
public final class BilledPeriod {

  /** Hours of a month, as AWS counts them. */
  public static final double HOURS_OF_MONTH = 730;

  public static final BilledPeriod MONTH = new BilledPeriod(HOURS_OF_MONTH, 1);

  /** Managed Flink bills each start for ten minutes at least. */
  private static final double MIN_HOURS_PER_START = 1 / 6.0;

  private final double hours;
  private final int starts;

  /**
   * @param hours above 0
   * @param starts from 1; each is taken to run equally long
   */
  public BilledPeriod(double hours, int starts) {
    this.hours = hours;
    this.starts = starts;
  }

  public double hours() {
    return hours;
  }

  double seconds() {
    return hours * 3600;
  }

  double months() {
    return hours / HOURS_OF_MONTH;
  }

  /** Months that are begun, for what is paid by the whole month. */
  double wholeMonths() {
    return Math.ceil(months());
  }

  /** Hours of Managed Flink. */
  double flinkHours() {
    return Math.max(hours, starts * MIN_HOURS_PER_START);
  }
}
