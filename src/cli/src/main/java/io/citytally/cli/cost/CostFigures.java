package io.citytally.cli.cost;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The value of each {@link CostFigure} in one AWS region, as read on some day. A region may lack
 * prices that no source was found for; {@link #of} refuses those.
 */
public final class CostFigures {

  private static final String BUNDLED = "cost.properties";
  private static final String AS_OF = "as.of";
  private static final String REGION = "region";

  private final Map<CostFigure, Double> values = new EnumMap<>(CostFigure.class);
  private final Set<CostFigure> missing = EnumSet.noneOf(CostFigure.class);
  private final String asOf;
  private final String region;

  private CostFigures(Properties own, Optional<String> asked) {
    Properties bundled = bundledProperties();
    String home = bundled.getProperty(REGION);
    region = asked.orElse(own.getProperty(REGION, home));
    // What stands for a region of its own has the region's name before it.
    String prefix = region.equals(home) ? "" : region + ".";
    asOf = own.getProperty(AS_OF, bundled.getProperty(prefix + AS_OF, bundled.getProperty(AS_OF)));
    for (CostFigure figure : CostFigure.values()) {
      String key = figure.key();
      String value =
          own.getProperty(key, bundled.getProperty((figure.isRegional() ? prefix : "") + key));
      if (value == null) {
        missing.add(figure);
      } else {
        values.put(figure, number(key, value));
      }
    }
    refuseUnknown(own);
  }

  private static void refuseUnknown(Properties own) {
    Set<String> unknown = new TreeSet<>(own.stringPropertyNames());
    unknown.remove(AS_OF);
    unknown.remove(REGION);
    Arrays.stream(CostFigure.values()).map(CostFigure::key).forEach(unknown::remove);
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

  /** The figures of us-east-1 that come with the program. */
  public static CostFigures bundled() {
    return new CostFigures(new Properties(), Optional.empty());
  }

  /** The figures of a region that come with the program, however few. */
  public static CostFigures bundled(String region) {
    return new CostFigures(new Properties(), Optional.of(region));
  }

  /**
   * Reads the figures of a file. What the file leaves out comes from the program's own figures, for
   * the region that the file names, or else us-east-1.
   *
   * @throws IllegalArgumentException if the file has an unknown figure, or one that is not above
   *     zero
   * @throws IOException if it can't be read
   */
  public static CostFigures read(Path file) throws IOException {
    return new CostFigures(properties(file), Optional.empty());
  }

  /**
   * Reads the figures of a file. What the file leaves out comes from the program's own figures, for
   * this region.
   *
   * @throws IllegalArgumentException if the file has an unknown figure, or one that is not above
   *     zero
   * @throws IOException if it can't be read
   */
  public static CostFigures read(Path file, String region) throws IOException {
    return new CostFigures(properties(file), Optional.of(region));
  }

  private static Properties properties(Path file) throws IOException {
    Properties properties = new Properties();
    try (Reader in = Files.newBufferedReader(file)) {
      properties.load(in);
    }
    return properties;
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

  /**
   * @throws MissingPriceException if the region lacks it
   */
  public double of(CostFigure figure) {
    Double value = values.get(figure);
    if (value == null) {
      throw new MissingPriceException(
          String.format(
              "There is no price of %s for %s. Give it in a file (--prices FILE)."
                  + " All prices that are missing for %s: %s.",
              region, figure.key(), region, keysOfMissing()));
    }
    return value;
  }

  private String keysOfMissing() {
    return missing.stream().map(CostFigure::key).collect(Collectors.joining(", "));
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
