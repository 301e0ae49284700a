package io.citytally.ops;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;

/** The value of each {@link CostFigure}, as read on some day. */
public final class CostFigures {

  private static final String BUNDLED = "cost.properties";
  private static final String AS_OF = "as.of";
  private static final String REGION = "region";

  private final Map<CostFigure, Double> values = new EnumMap<>(CostFigure.class);
  private final String asOf;
  private final String region;

  private CostFigures(Properties read) {
    Set<String> unknown = new TreeSet<>(read.stringPropertyNames());
    asOf = read.getProperty(AS_OF);
    region = read.getProperty(REGION);
    unknown.remove(AS_OF);
    unknown.remove(REGION);
    for (CostFigure figure : CostFigure.values()) {
      unknown.remove(figure.key());
      values.put(figure, number(figure.key(), read.getProperty(figure.key())));
    }
    if (!unknown.isEmpty()) {
      throw new IllegalArgumentException("there is no such figure: " + String.join(", ", unknown));
    }
  }

  private static double number(String key, String value) {
    try {
      double number = Double.parseDouble(value.strip());
      if (number > 0 && Double.isFinite(number)) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Refused below.
    }
    throw new IllegalArgumentException(key + " is '" + value + "', but must be a number above 0");
  }

  /** Those that come with the program. */
  public static CostFigures bundled() {
    return new CostFigures(bundledProperties());
  }

  /**
   * Those of a file, and what it leaves out as it comes with the program.
   *
   * @throws IllegalArgumentException if it has one that there is not, or none above zero
   * @throws IOException if it can't be read
   */
  public static CostFigures read(Path file) throws IOException {
    Properties read = bundledProperties();
    try (Reader in = Files.newBufferedReader(file)) {
      read.load(in);
    }
    return new CostFigures(read);
  }

  private static Properties bundledProperties() {
    Properties properties = new Properties();
    try (InputStream in = CostFigures.class.getResourceAsStream(BUNDLED)) {
      properties.load(new InputStreamReader(in, StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new AssertionError("the class path can't be read", e);
    }
    return properties;
  }

  public double of(CostFigure figure) {
    return values.get(figure);
  }

  /** The day on which the prices were read. */
  public String asOf() {
    return asOf;
  }

  /** The AWS region that they are of. */
  public String region() {
    return region;
  }
}
