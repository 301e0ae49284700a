package io.citytally.local.bench;

import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleUnaryOperator;
import java.util.function.Function;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * Draws lines over a logarithmic horizontal axis as an SVG. Its text is text, and its colors follow
 * the reader's light or dark scheme.
 */
final class LineChart {

  private static final int WIDTH = 760;
  private static final int HEIGHT = 400;
  private static final int LEFT = 95;
  private static final int RIGHT = 600;
  private static final int TOP = 40;
  private static final int BOTTOM = 345;
  private static final int LEGEND_LINE = 22;
  private static final double CROSS = 4;

  private static final String STYLE =
      """
      <style>
      svg { --text: #1f2328; --grid: #d1d9e0; --c0: #0969da; --c1: #bc4c00; --c2: #1a7f37; --c3: #8250df }
      @media (prefers-color-scheme: dark) {
        svg { --text: #f0f6fc; --grid: #3d444d; --c0: #4493f8; --c1: #db6d28; --c2: #3fb950; --c3: #ab7df8 }
      }
      text { fill: var(--text); font: 14px system-ui, sans-serif }
      .title { font-size: 16px } .middle { text-anchor: middle } .end { text-anchor: end }
      .grid { stroke: var(--grid) } .line, .crosses { fill: none; stroke-width: 2 }
      .c0 { stroke: var(--c0) } .c1 { stroke: var(--c1) } .c2 { stroke: var(--c2) } .c3 { stroke: var(--c3) }
      </style>
      """;

  private record Series(
      String name, String style, boolean crosses, List<Double> xs, List<Double> ys) {}

  private final String title;
  private final String xTitle;
  private final String yTitle;
  private final boolean logarithmic;
  private final List<Series> series = new ArrayList<>();
  private int lines;

  /**
   * @param logarithmic whether the vertical axis is; otherwise it begins at 0
   */
  LineChart(String title, String xTitle, String yTitle, boolean logarithmic) {
    this.title = title;
    this.xTitle = xTitle;
    this.yTitle = yTitle;
    this.logarithmic = logarithmic;
  }

  /** Adds a line. */
  void line(String name, List<Double> xs, List<Double> ys) {
    series.add(new Series(name, "line c" + lines++ % 4, false, xs, ys));
  }

  /**
   * Adds crosses in the color of the last line.
   *
   * @param name shown in the legend; empty for none
   */
  void crosses(String name, List<Double> xs, List<Double> ys) {
    String last = series.get(series.size() - 1).style;
    series.add(new Series(name, last.replace("line", "crosses"), true, xs, ys));
  }

  /** Returns the drawing. */
  String svg() {
    DoubleSummaryStatistics xs = statistics(Series::xs);
    DoubleSummaryStatistics ys = statistics(Series::ys);
    DoubleUnaryOperator x = logarithmic(xs.getMin(), xs.getMax(), LEFT, RIGHT);
    DoubleUnaryOperator y;
    DoubleStream yTicks;
    if (logarithmic) {
      double low = Math.pow(10, Math.floor(Math.log10(ys.getMin())));
      double high = Math.pow(10, Math.ceil(Math.log10(ys.getMax())));
      y = logarithmic(low, high, BOTTOM, TOP);
      yTicks = powersOfTen(low, high);
    } else {
      double step = step(ys.getMax());
      double steps = Math.ceil(ys.getMax() / step);
      y = value -> BOTTOM - value / (steps * step) * (BOTTOM - TOP);
      yTicks = IntStream.rangeClosed(0, (int) steps).mapToDouble(i -> i * step);
    }

    StringBuilder svg = new StringBuilder();
    add(
        svg,
        "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 %d %d' role='img'>",
        WIDTH,
        HEIGHT);
    svg.append(STYLE);
    text(svg, "title middle", (LEFT + RIGHT) / 2.0, TOP / 2.0, title);
    text(svg, "middle", (LEFT + RIGHT) / 2.0, HEIGHT - 10, xTitle);
    add(svg, "<g transform='translate(18 %d) rotate(-90)'>", (TOP + BOTTOM) / 2);
    text(svg, "middle", 0, 0, yTitle);
    svg.append("</g>\n");
    powersOfTen(xs.getMin(), xs.getMax())
        .forEach(
            tick -> {
              stroke(svg, "grid", x.applyAsDouble(tick), TOP, x.applyAsDouble(tick), BOTTOM);
              text(svg, "middle", x.applyAsDouble(tick), BOTTOM + 20, label(tick));
            });
    yTicks.forEach(
        tick -> {
          stroke(svg, "grid", LEFT, y.applyAsDouble(tick), RIGHT, y.applyAsDouble(tick));
          text(svg, "end", LEFT - 8, y.applyAsDouble(tick) + 5, label(tick));
        });
    double legend = TOP + LEGEND_LINE;
    for (Series each : series) {
      double[] across = each.xs.stream().mapToDouble(value -> x.applyAsDouble(value)).toArray();
      double[] up = each.ys.stream().mapToDouble(value -> y.applyAsDouble(value)).toArray();
      draw(svg, each, across, up);
      if (!each.name.isEmpty()) {
        draw(
            svg,
            each,
            each.crosses ? new double[] {RIGHT + 27} : new double[] {RIGHT + 15, RIGHT + 39},
            new double[] {legend, legend});
        text(svg, "", RIGHT + 47, legend + 5, each.name);
        legend += LEGEND_LINE;
      }
    }
    return svg.append("</svg>\n").toString();
  }

  private DoubleSummaryStatistics statistics(Function<Series, List<Double>> values) {
    return series.stream()
        .map(values)
        .flatMap(List::stream)
        .mapToDouble(value -> value)
        .summaryStatistics();
  }

  private static DoubleUnaryOperator logarithmic(double low, double high, double from, double to) {
    double scale = (to - from) / Math.log10(high / low);
    return value -> from + Math.log10(value / low) * scale;
  }

  private static DoubleStream powersOfTen(double low, double high) {
    return IntStream.rangeClosed(
            (int) Math.ceil(Math.log10(low) - 1e-9), (int) Math.floor(Math.log10(high) + 1e-9))
        .mapToDouble(exponent -> Math.pow(10, exponent));
  }

  /** Returns 1, 2 or 5 times a power of ten that divides the axis into three to seven parts. */
  private static double step(double highest) {
    double power = Math.pow(10, Math.floor(Math.log10(highest / 3)));
    return power * (highest / power < 7 ? 1 : highest / power < 14 ? 2 : 5);
  }

  private static String label(double tick) {
    return new DecimalFormat("#,##0.######", DecimalFormatSymbols.getInstance(Locale.ROOT))
        .format(tick);
  }

  private static void draw(StringBuilder svg, Series series, double[] xs, double[] ys) {
    StringBuilder path = new StringBuilder();
    for (int i = 0; i < xs.length; i++) {
      add(
          path,
          series.crosses
              ? "M%1$.1f %2$.1fl%3$.0f %3$.0fm0 -%3$.0fl-%3$.0f %3$.0f"
              : "%4$s%5$.1f %6$.1f",
          xs[i] - CROSS,
          ys[i] - CROSS,
          2 * CROSS,
          i == 0 ? "M" : "L",
          xs[i],
          ys[i]);
    }
    add(svg, "<path class='%s' d='%s'/>\n", series.style, path);
  }

  private static void stroke(
      StringBuilder svg, String style, double x1, double y1, double x2, double y2) {
    add(svg, "<path class='%s' d='M%.1f %.1fL%.1f %.1f'/>\n", style, x1, y1, x2, y2);
  }

  private static void text(StringBuilder svg, String style, double x, double y, String text) {
    String escaped = text.replace("&", "&amp;").replace("<", "&lt;");
    add(svg, "<text class='%s' x='%.1f' y='%.1f'>%s</text>\n", style, x, y, escaped);
  }

  private static void add(StringBuilder svg, String format, Object... arguments) {
    svg.append(String.format(Locale.ROOT, format, arguments));
  }
}
