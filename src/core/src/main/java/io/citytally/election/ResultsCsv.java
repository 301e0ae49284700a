package io.citytally.election;

/**
 * Results as CSV by RFC 4180, for newspapers and council software: one line for each improvement,
 * with the ballots of its region.
 *
 * <p>It is UTF-8 without a byte order mark, which scripts would take for a part of the first
 * column. A text that a spreadsheet could run as a formula has an apostrophe in front.
 */
public final class ResultsCsv {

  public static final String TYPE = "text/csv; charset=utf-8";

  private static final String HEADER =
      "region,region_title,ballots,improvement,improvement_title,votes\r\n";

  /** By OWASP's "CSV injection": the quotation marks around a text don't keep it from running. */
  private static final String FORMULA_STARTS = "=+-@\t\r\n";

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
    boolean isFormula = !text.isEmpty() && FORMULA_STARTS.indexOf(text.charAt(0)) >= 0;
    return (isFormula ? "\"'" : "\"") + text.replace("\"", "\"\"") + '"';
  }

  /** The whole file. */
  @Override
  public String toString() {
    return text.toString();
  }
}
