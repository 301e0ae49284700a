package io.citytally.election;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResultsCsvTest {

  private static final String HEADER =
      "region,region_title,ballots,improvement,improvement_title,votes\r\n";

  private final ResultsCsv csv = new ResultsCsv();

  @Test
  void quotesEachText() {
    csv.add("W", "Wesoła, \"the\" region", 4, "park", "A - B = C", 3);

    assertThat(csv)
        .hasToString(
            HEADER + "\"W\",\"Wesoła, \"\"the\"\" region\",4,\"park\",\"A - B = C\",3\r\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"=1+1", "+1", "-1", "@SUM(1)", "\t=1", "\r=1", "\n=1"})
  void letsNoSpreadsheetRunAText(String formula) {
    csv.add(formula, formula, 4, formula, formula, 3);

    String safe = "\"'" + formula + '"';
    assertThat(csv)
        .hasToString(HEADER + String.join(",", safe, safe, "4", safe, safe, "3") + "\r\n");
  }

  @Test
  void letsNoSpreadsheetCallAnAddress() {
    csv.add("W", "W", 4, "park", "=HYPERLINK(\"http://evil.example\",\"A park\")", 3);

    assertThat(csv.toString())
        .endsWith(",\"'=HYPERLINK(\"\"http://evil.example\"\",\"\"A park\"\")\",3\r\n");
  }
}
