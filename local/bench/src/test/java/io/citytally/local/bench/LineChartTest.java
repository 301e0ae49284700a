package io.citytally.local.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import java.util.List;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class LineChartTest {

  private static final List<Double> DECADES = List.of(0.1, 1.0, 10.0);

  private static LineChart chart(boolean logarithmic) {
    return new LineChart("Votes & < more", "across", "up", logarithmic);
  }

  private static List<String> texts(LineChart chart) throws Exception {
    NodeList texts =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new InputSource(new StringReader(chart.svg())))
            .getElementsByTagName("text");
    return IntStream.range(0, texts.getLength())
        .mapToObj(i -> texts.item(i).getTextContent())
        .toList();
  }

  @Test
  void writesTitlesTicksAndNamesAsText() throws Exception {
    LineChart chart = chart(true);
    chart.line("first", DECADES, List.of(0.9, 0.09, 0.02));
    chart.crosses("", DECADES, List.of(0.9, 0.09, 0.02));

    assertThat(texts(chart))
        .containsExactly(
            "Votes & < more", "across", "up", "0.1", "1", "10", "0.01", "0.1", "1", "first");
  }

  @Test
  void dividesALinearAxisFromZeroOn() throws Exception {
    LineChart chart = chart(false);
    chart.line("first", DECADES, List.of(0.0, 120_000.0, 202_429.0));

    assertThat(texts(chart)).contains("0", "50,000", "100,000", "150,000", "200,000", "250,000");
  }

  @Test
  void drawsAStraightLineThroughEqualRatios() {
    LineChart chart = chart(true);
    chart.line("first", DECADES, List.of(1.0, 10.0, 100.0));

    assertThat(chart.svg()).contains("d='M95.0 345.0L347.5 192.5L600.0 40.0'");
  }

  @Test
  void hasColorsForLightAndDarkReaders() {
    LineChart chart = chart(true);
    chart.line("first", DECADES, DECADES);
    chart.line("second", DECADES, DECADES);

    assertThat(chart.svg())
        .contains("@media (prefers-color-scheme: dark)", "class='line c0'", "class='line c1'");
  }
}
