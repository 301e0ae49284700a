package io.citytally.election;

/**
 * Results as CSV by RFC 4180, for newspapers and council software: one line for each improvement,
 * with the ballots of its region.
 */
public final class ResultsCsv {

  public static final String TYPE = "text/csv; charset=utf-8";

  private static final String HEADER =
      "region,region_title,ballots,improvement,improvement_title,votes\r\n";

  private final StringBuilder text = new StringBuilder(HEADER);

  /**
   * Adds a line.
   *
   * @param title of the region
   * @param ballots of the region
   * @param name the improvement's title
   */
  public void add(
      String region, String title, long ballots, String improvement, String name, long votes) {
    text.append(quoted(region))
        .append(',')
        .append(quoted(title))
        .append(',')
        .append(ballots)
        .append(',')
        .append(quoted(improvement))
        .append(',')
        .append(quoted(name))
        .append(',')
        .append(votes)
        .append("\r\n");
  }

  private static String quoted(String text) {
    return '"' + text.replace("\"", "\"\"") + '"';
  }

  /** The whole file. */
  @Override
  public String toString() {
    return text.toString();
  }
}
