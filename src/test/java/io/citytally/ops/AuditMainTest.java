package io.citytally.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AuditMainTest {

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int execute(String... args) {
    return AuditMain.execute(args, new PrintWriter(out, true), new PrintWriter(err, true));
  }

  @Test
  void tellsAboutItself() {
    assertThat(execute("--help")).isZero();

    assertThat(out.toString())
        .contains("AuditMain [OPTIONS]", "--settle TIME", "3  there is drift");
    assertThat(err.toString()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--fixx                    | there is no option --fixx",
        "fix                       | there is no option fix",
        "--region                  | --region takes a value",
        "--region --fix            | --region takes a value",
        "--looks 3 --looks 4       | --looks is given twice",
        "--looks 1                 | --looks is 1, but must be a whole number of at least 2",
        "--looks many              | --looks is many, but must be a whole number of at least 2",
        "--read-capacity 0         | --read-capacity is 0, but must be a whole number of at least 1",
        "--settle soon             | --settle is soon, but must be such as 10s",
        "--settle 61m              | --settle is 61m, but must be at most 1h",
        "--settle 3600001ms        | --settle is 3600001ms, but must be at most 1h",
        "--for 61m                 | --for is 61m, but must be at most 1h",
        "--endpoint :              | --endpoint is :, but must be a URL such as https://host",
        "--region Moon             | --region is Moon, but must be one such as eu-west-1",
      })
  void refusesWhatItDoesNotUnderstand(String line, String reason) {
    assertThat(execute(line.split(" "))).isEqualTo(2);

    assertThat(err.toString()).contains("audit: " + reason).contains("--help tells what there is");
  }
}
