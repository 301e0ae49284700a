package io.citytally.cli.ballot;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.locationtech.jts.coverage.CoverageSimplifier;
import org.locationtech.jts.geom.Coordinate;
import org.locationtech.jts.geom.Envelope;
import org.locationtech.jts.geom.Geometry;
import org.locationtech.jts.geom.LinearRing;
import org.locationtech.jts.geom.Polygon;
import org.locationtech.jts.geom.util.AffineTransformation;

/**
 * The regions of a city, drawn with as many positions as a small picture needs.
 *
 * <p>Too many positions are simplified by JTS's {@link CoverageSimplifier}, by Visvalingam and
 * Whyatt: a border that two regions share is simplified once, so neighbours keep touching. Islands
 * and holes too small to see go, but no region does.
 *
 * @param json a GeoJSON FeatureCollection of MultiPolygons, each with the property {@code region}
 * @param positions how many it has
 * @param given how many the city's file has
 */
public record DistrictMap(ObjectNode json, int positions, int given) {

  /** About 60 KB of text, a third of that compressed. */
  static final int MAX_POSITIONS = 4_000;

  /** A metre, or less: a city map on a wall shows ten. */
  private static final double DECIMALS = 1e5;

  private static final double FIRST_TOLERANCE = 1.0 / 4_000;
  private static final double TOLERANCE_GROWTH = 1.4;

  /** The last tolerance is the size of the city. */
  private static final int MAX_ATTEMPTS = 25;

  /** Draws regions by longitude and latitude. */
  static DistrictMap of(SortedMap<String, Geometry> regions) {
    int given = regions.values().stream().mapToInt(Geometry::getNumPoints).sum();
    SortedMap<String, List<List<double[][]>>> shapes = new TreeMap<>();
    simplified(regions, given).forEach((region, shape) -> shapes.put(region, rounded(shape)));
    int positions =
        shapes.values().stream()
            .flatMap(List::stream)
            .flatMap(List::stream)
            .mapToInt(ring -> ring.length)
            .sum();
    return new DistrictMap(json(shapes), positions, given);
  }

  /** The regions that it has. */
  public Set<String> regions() {
    Set<String> regions = new TreeSet<>();
    json.path("features")
        .forEach(each -> regions.add(each.path("properties").path("region").textValue()));
    return regions;
  }

  private static Map<String, Geometry> simplified(SortedMap<String, Geometry> regions, int given) {
    if (given <= MAX_POSITIONS) {
      return regions;
    }
    // A degree of longitude is shorter than one of latitude; only on the equator it is as long.
    Geometry[] all = regions.values().toArray(Geometry[]::new);
    Envelope extent = new Envelope();
    Arrays.stream(all).forEach(each -> extent.expandToInclude(each.getEnvelopeInternal()));
    double shortening = Math.cos(Math.toRadians(extent.centre().y));
    AffineTransformation toEven = AffineTransformation.scaleInstance(shortening, 1);
    AffineTransformation toDegrees = AffineTransformation.scaleInstance(1 / shortening, 1);
    Geometry[] even = Arrays.stream(all).map(toEven::transform).toArray(Geometry[]::new);
    double tolerance =
        Math.max(extent.getWidth() * shortening, extent.getHeight()) * FIRST_TOLERANCE;
    Geometry[] simple = even;
    for (int i = 0; i < MAX_ATTEMPTS && positions(simple) > MAX_POSITIONS; i++) {
      simple = new CoverageSimplifier(even).simplify(tolerance);
      tolerance *= TOLERANCE_GROWTH;
    }
    Map<String, Geometry> result = new TreeMap<>();
    int i = 0;
    for (String region : regions.keySet()) {
      result.put(region, toDegrees.transform(simple[i].isEmpty() ? even[i] : simple[i]));
      i++;
    }
    return result;
  }

  private static int positions(Geometry[] shapes) {
    return Arrays.stream(shapes).mapToInt(Geometry::getNumPoints).sum();
  }

  private static List<List<double[][]>> rounded(Geometry shape) {
    List<List<double[][]>> polygons = new ArrayList<>();
    for (int i = 0; i < shape.getNumGeometries(); i++) {
      Polygon polygon = (Polygon) shape.getGeometryN(i);
      List<double[][]> rings = new ArrayList<>();
      addRounded(rings, polygon.getExteriorRing());
      if (!rings.isEmpty()) {
        for (int hole = 0; hole < polygon.getNumInteriorRing(); hole++) {
          addRounded(rings, polygon.getInteriorRingN(hole));
        }
        polygons.add(rings);
      }
    }
    return polygons;
  }

  /** Leaves out a ring that has no area any more. */
  private static void addRounded(List<double[][]> rings, LinearRing ring) {
    List<double[]> positions = new ArrayList<>();
    for (Coordinate each : ring.getCoordinates()) {
      double[] position = {rounded(each.x), rounded(each.y)};
      if (positions.isEmpty() || !Arrays.equals(positions.get(positions.size() - 1), position)) {
        positions.add(position);
      }
    }
    if (positions.size() >= 4) {
      rings.add(positions.toArray(double[][]::new));
    }
  }

  private static double rounded(double degrees) {
    return Math.round(degrees * DECIMALS) / DECIMALS;
  }

  private static ObjectNode json(SortedMap<String, List<List<double[][]>>> shapes) {
    ObjectNode json = JsonNodeFactory.instance.objectNode().put("type", "FeatureCollection");
    ArrayNode features = json.putArray("features");
    shapes.forEach(
        (region, polygons) -> {
          ObjectNode feature = features.addObject().put("type", "Feature");
          feature.putObject("properties").put("region", region);
          ArrayNode coordinates =
              feature.putObject("geometry").put("type", "MultiPolygon").putArray("coordinates");
          for (List<double[][]> polygon : polygons) {
            ArrayNode rings = coordinates.addArray();
            for (double[][] ring : polygon) {
              ArrayNode positions = rings.addArray();
              for (double[] position : ring) {
                positions.addArray().add(position[0]).add(position[1]);
              }
            }
          }
        });
    return json;
  }
}
