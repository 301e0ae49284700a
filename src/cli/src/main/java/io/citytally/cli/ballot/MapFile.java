package io.citytally.cli.ballot;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import io.citytally.cli.command.DisplayText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.locationtech.jts.geom.Coordinate;
import org.locationtech.jts.geom.Envelope;
import org.locationtech.jts.geom.Geometry;
import org.locationtech.jts.geom.GeometryFactory;
import org.locationtech.jts.geom.LinearRing;
import org.locationtech.jts.geom.Polygon;
import org.locationtech.jts.operation.overlayng.OverlayNGRobust;
import org.locationtech.jts.operation.valid.IsValidOp;
import org.locationtech.jts.operation.valid.TopologyValidationError;

/**
 * A map of a city's regions in a file: a GeoJSON FeatureCollection (RFC 7946) with one Feature for
 * a region, a Polygon or MultiPolygon, whose property {@code region} is the region's name on the
 * ballot; without one, the property {@code name} is.
 */
public final class MapFile {

  private static final int MAX_FILE_BYTES = 32 << 20;
  private static final int MAX_GIVEN = 500_000;
  private static final int MAX_LISTED = 10;

  /** A wider map crosses the 180th meridian, where it should be cut (RFC 7946, section 3.1.9). */
  private static final int MAX_DEGREES = 90;

  private static final int TURN = 360;

  /** Borders that were drawn or simplified one by one overlap by slivers. */
  private static final double MAX_OVERLAP = 0.05;

  private static final String FORM =
      "A map is a GeoJSON FeatureCollection, with a Polygon or MultiPolygon for each region.";

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private final String name;
  private final GeometryFactory factory = new GeometryFactory();
  private int given;

  private MapFile(String name) {
    this.name = name;
  }

  /**
   * Reads and simplifies a map. Not every region needs to be on it.
   *
   * @param regions those of the ballot
   * @throws BallotFileException if the file is not a map of these regions
   * @throws IOException if it can't be read
   */
  public static DistrictMap read(Path file, Set<String> regions) throws IOException {
    MapFile map = new MapFile(file.toString());
    if (Files.size(file) > MAX_FILE_BYTES) {
      throw map.refusal(
          "the file has %s bytes, and may have %s. Simplify the map first."
              .formatted(DisplayText.number(Files.size(file)), DisplayText.number(MAX_FILE_BYTES)));
    }
    return map.parse(Files.readAllBytes(file), regions);
  }

  /**
   * Reads and simplifies a map.
   *
   * @param name where it is from, for the refusal
   * @param regions those of the ballot
   * @throws BallotFileException if it is not a map of these regions
   */
  public static DistrictMap parse(String name, byte[] json, Set<String> regions) {
    return new MapFile(name).parse(json, regions);
  }

  private DistrictMap parse(byte[] bytes, Set<String> regions) {
    JsonNode features = features(bytes);
    SortedMap<String, List<MapPart>> parts = new TreeMap<>();
    for (int i = 0; i < features.size(); i++) {
      String at = "features[" + i + "]";
      JsonNode feature = features.get(i);
      String region = region(feature, at, regions);
      if (parts.put(region, parts(feature.path("geometry"), region, at + " (" + region + ")"))
          != null) {
        throw refusal(
            at
                + ": the region '"
                + region
                + "' is on the map already. Put its parts into one MultiPolygon.");
      }
    }
    List<MapPart> all = parts.values().stream().flatMap(List::stream).toList();
    boolean joined = joinAtMeridian(all);
    all.forEach(this::checkRings);
    checkOverlaps(all);
    SortedMap<String, Geometry> shapes = new TreeMap<>();
    parts.forEach(
        (region, ofRegion) -> {
          Geometry shape = factory.buildGeometry(ofRegion.stream().map(MapPart::polygon).toList());
          shapes.put(region, joined ? OverlayNGRobust.union(shape) : shape);
        });
    DistrictMap map = DistrictMap.of(shapes);
    map.json()
        .path("features")
        .forEach(
            feature -> {
              if (feature.path("geometry").path("coordinates").isEmpty()) {
                throw refusal(
                    feature.path("properties").path("region").textValue()
                        + ": the region is smaller than a metre. Check its positions.");
              }
            });
    if (map.positions() > DistrictMap.MAX_POSITIONS) {
      throw refusal(
          "the simplified map has %s positions, and may have %s. Leave out small regions or parts."
              .formatted(
                  DisplayText.number(map.positions()),
                  DisplayText.number(DistrictMap.MAX_POSITIONS)));
    }
    return map;
  }

  /** Puts what lies west and east of the 180th meridian side by side, if the map crosses it. */
  private boolean joinAtMeridian(List<MapPart> parts) {
    double width = widthOf(parts);
    if (width <= MAX_DEGREES) {
      return false;
    }
    for (MapPart part : parts) {
      part.polygon().apply((Coordinate each) -> each.x += each.x < 0 ? TURN : 0);
      part.polygon().geometryChanged();
    }
    double joined = widthOf(parts);
    if (joined > MAX_DEGREES) {
      throw refusal(
          "the map is %.0f degrees wide, and may be %d. Check its longitudes."
              .formatted(Math.min(width, joined), MAX_DEGREES));
    }
    return true;
  }

  private static double widthOf(List<MapPart> parts) {
    Envelope extent = new Envelope();
    parts.forEach(part -> extent.expandToInclude(part.polygon().getEnvelopeInternal()));
    return extent.getWidth();
  }

  private void checkRings(MapPart part) {
    // Touching itself in a point is what cities do.
    TopologyValidationError error = new IsValidOp(part.polygon()).getValidationError();
    if (error != null) {
      throw refusal(
          "%s: %s at %s. Its rings must not cross themselves or each other, and holes lie inside:"
                  .formatted(part.at(), error.getMessage(), position(error.getCoordinate()))
              + " mend the shape there.");
    }
  }

  private void checkOverlaps(List<MapPart> parts) {
    Overlap overlap =
        Overlap.largest(parts).filter(each -> each.share() > MAX_OVERLAP).orElse(null);
    if (overlap == null) {
      return;
    }
    String share = percent(overlap.share());
    if (overlap.isInOneRegion()) {
      throw refusal(
          "%s: it overlaps with polygon %d by %s of the smaller one, and may by %s. Merge the two, or"
                  .formatted(
                      overlap.other().at(), overlap.one().number(), share, percent(MAX_OVERLAP))
              + " delete one of them.");
    }
    throw refusal(
        "the regions '%s' and '%s' overlap by %s of the smaller one, and may by %s. Cut them apart."
                .formatted(
                    overlap.one().region(), overlap.other().region(), share, percent(MAX_OVERLAP))
            + " If one lies inside the other, give the outer one a hole. If one is the whole city,"
            + " leave it out.");
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.1f%%", 100 * share);
  }

  private JsonNode features(byte[] bytes) {
    JsonNode json;
    try {
      json = JSON.readTree(bytes);
    } catch (MismatchedInputException e) {
      throw refusal("not proper JSON: text follows the map. Delete what is after its last brace.");
    } catch (JsonProcessingException e) {
      throw refusal(
          "not proper JSON%s: %s. %s"
              .formatted(
                  e.getLocation() == null
                      ? ""
                      : " in line "
                          + e.getLocation().getLineNr()
                          + ", column "
                          + e.getLocation().getColumnNr(),
                  e.getOriginalMessage(),
                  FORM));
    } catch (IOException e) {
      throw refusal("not a map: " + e.getMessage() + ". " + FORM);
    }
    JsonNode features = json.path("features");
    if (!"FeatureCollection".equals(json.path("type").textValue()) || !features.isArray()) {
      throw refusal("not a map: there is no FeatureCollection with features. " + FORM);
    }
    if (features.isEmpty()) {
      throw refusal("the map is empty. " + FORM);
    }
    return features;
  }

  private String region(JsonNode feature, String at, Set<String> regions) {
    JsonNode properties = feature.path("properties");
    String property = properties.has("region") ? "region" : "name";
    JsonNode region = properties.path(property);
    if (region.isNumber()) {
      throw refusal(
          "%s: \"%s\" is the number %s, and must be text. Write it in quotes, as the ballot does."
              .formatted(at, property, cut(region)));
    }
    if (!region.isTextual()) {
      throw refusal(
          at
              + ": nothing says which region it is. Give it the property \"region\", with the name"
              + " that the region has on the ballot.");
    }
    if (!regions.contains(region.textValue())) {
      throw refusal(
          at
              + ": the ballot has no region '"
              + region.textValue()
              + "'. Its regions are "
              + listed(regions)
              + ". Write the name as it stands there.");
    }
    return region.textValue();
  }

  private static String listed(Set<String> regions) {
    List<String> sorted = List.copyOf(new TreeSet<>(regions));
    return String.join(", ", sorted.subList(0, Math.min(sorted.size(), MAX_LISTED)))
        + (sorted.size() > MAX_LISTED
            ? " and " + DisplayText.number(sorted.size() - MAX_LISTED) + " more"
            : "");
  }

  private List<MapPart> parts(JsonNode geometry, String region, String at) {
    JsonNode coordinates = geometry.path("coordinates");
    List<MapPart> parts = new ArrayList<>();
    switch (geometry.path("type").asText()) {
      case "Polygon" -> parts.add(new MapPart(region, at, 0, polygon(coordinates, at)));
      case "MultiPolygon" -> {
        for (int i = 0; i < coordinates.size(); i++) {
          String polygon = at + ", polygon " + i;
          parts.add(new MapPart(region, polygon, i, polygon(coordinates.path(i), polygon)));
        }
      }
      default ->
          throw refusal(
              at
                  + ": its geometry is "
                  + (geometry.path("type").isTextual()
                      ? "a " + geometry.path("type").textValue()
                      : "missing")
                  + ". A region is a Polygon or a MultiPolygon.");
    }
    if (parts.isEmpty()) {
      throw refusal(at + ": it has no polygon. Give it one, or leave the region out.");
    }
    return parts;
  }

  private Polygon polygon(JsonNode rings, String at) {
    if (!rings.isArray() || rings.isEmpty()) {
      throw refusal(at + ": the polygon has no rings. Give it at least the outer one.");
    }
    List<LinearRing> all = new ArrayList<>();
    for (int i = 0; i < rings.size(); i++) {
      all.add(ring(rings.get(i), at + ", ring " + i));
    }
    return factory.createPolygon(all.get(0), all.subList(1, all.size()).toArray(LinearRing[]::new));
  }

  private LinearRing ring(JsonNode positions, String at) {
    if (!positions.isArray() || positions.size() < 4) {
      throw refusal(
          at
              + " has "
              + positions.size()
              + " positions. A ring has at least 4, of which the last is the first again.");
    }
    given += positions.size();
    if (given > MAX_GIVEN) {
      throw refusal(
          "the map has more than %s positions. Simplify it first."
              .formatted(DisplayText.number(MAX_GIVEN)));
    }
    Coordinate[] coordinates = new Coordinate[positions.size()];
    for (int i = 0; i < coordinates.length; i++) {
      coordinates[i] = coordinate(positions.get(i), at);
    }
    if (!coordinates[0].equals2D(coordinates[coordinates.length - 1])) {
      throw refusal(
          "%s begins at %s and ends at %s. A ring ends where it begins: repeat its first position."
              .formatted(
                  at, position(coordinates[0]), position(coordinates[coordinates.length - 1])));
    }
    return factory.createLinearRing(coordinates);
  }

  private Coordinate coordinate(JsonNode position, String at) {
    JsonNode longitude = position.path(0);
    JsonNode latitude = position.path(1);
    if (!position.isArray() || !longitude.isNumber() || !latitude.isNumber()) {
      throw refusal(at + ": " + cut(position) + " is not a position. Write [longitude, latitude].");
    }
    Coordinate coordinate = new Coordinate(longitude.doubleValue(), latitude.doubleValue());
    if (!(Math.abs(coordinate.x) <= TURN && Math.abs(coordinate.y) <= 90)) {
      throw refusal(
          at
              + ": "
              + cut(position)
              + " is not longitude and latitude in degrees. Convert the map to WGS 84, for example"
              + " with `ogr2ogr -t_srs EPSG:4326 map.geojson districts.shp`.");
    }
    // A map that isn't cut at the 180th meridian goes on beyond it.
    if (Math.abs(coordinate.x) > TURN / 2) {
      coordinate.x -= Math.copySign(TURN, coordinate.x);
    }
    return coordinate;
  }

  private static String cut(JsonNode json) {
    return DisplayText.cut(json.toString(), 60);
  }

  private static String position(Coordinate at) {
    return String.format(Locale.ROOT, "[%.5f, %.5f]", at.x, at.y);
  }

  private BallotFileException refusal(String reason) {
    return new BallotFileException(name + ": " + DisplayText.plain(reason));
  }
}
