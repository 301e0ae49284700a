package io.citytally.cli.ballot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import io.citytally.table.BallotPresentation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MapFileTest {

  private static final Set<String> REGIONS = Set.of("a", "b", "whole-city");

  private static final String SQUARE = "[[0,0],[1,0],[1,1],[0,1],[0,0]]";

  private static DistrictMap read(String json) {
    return MapFile.parse("map.geojson", json.getBytes(StandardCharsets.UTF_8), REGIONS);
  }

  private static String collection(String... features) {
    return "{\"type\":\"FeatureCollection\",\"features\":[" + String.join(",", features) + "]}";
  }

  private static String feature(String region, String type, String coordinates) {
    return "{\"type\":\"Feature\",\"properties\":{\"region\":\"%s\"},\"geometry\":{\"type\":\"%s\",\"coordinates\":%s}}"
        .formatted(region, type, coordinates);
  }

  private static JsonNode shape(DistrictMap map, int feature) {
    return map.json().path("features").path(feature).path("geometry").path("coordinates");
  }

  @Test
  void readsPartsIslandsAndHoles() {
    String hole = "[[0.2,0.2],[0.2,0.8],[0.8,0.8],[0.8,0.2],[0.2,0.2]]";
    String island = "[[5,5],[6,5],[6,6],[5,5]]";

    DistrictMap map =
        read(
            collection(
                feature("b", "MultiPolygon", "[[" + SQUARE + "," + hole + "],[" + island + "]]"),
                feature("a", "Polygon", "[" + hole + "]")));

    assertThat(map.regions()).containsExactly("a", "b");
    assertThat(map.given()).isEqualTo(map.positions()).isEqualTo(19);
    assertThat(shape(map, 0)).hasSize(1);
    assertThat(shape(map, 1)).hasSize(2);
    assertThat(shape(map, 1).path(0)).hasSize(2);
    assertThat(shape(map, 1).path(0).path(1).path(2)).hasToString("[0.8,0.8]");
  }

  @Test
  void takesAFeaturesNameForTheRegionWhereNothingElseSaysIt() {
    DistrictMap map =
        read(collection(feature("a", "Polygon", "[" + SQUARE + "]").replace("region", "name")));

    assertThat(map.regions()).containsExactly("a");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{                                   | not proper JSON in line 1, column",
        "[]                                  | not a map: there is no FeatureCollection with features",
        "{'type':'Feature'}                  | A map is a GeoJSON FeatureCollection, with a Polygon",
        "{'type':'FeatureCollection','features':[]} | the map is empty.",
        "{'type':'FeatureCollection','features':[1]} | features[0]: nothing says which region it is."
            + " Give it the property \"region\", with the name that the region has on the ballot.",
        "{'type':'FeatureCollection','features':[{'properties':{'region':7}}]} | features[0]:"
            + " \"region\" is the number 7, and must be text. Write it in quotes, as the ballot does.",
        "{'type':'FeatureCollection','features':[{'properties':{'name':1.5}}]} | features[0]: \"name\""
            + " is the number 1.5, and must be text.",
        "{'type':'FeatureCollection','features':[]} {} | not proper JSON: text follows the map. Delete"
            + " what is after its last brace.",
        "{'type':'FeatureCollection','features':[]} x | not proper JSON in line 1, column",
        "POLYGON c [SQUARE]                  | the ballot has no region 'c'. Its regions are a, b,"
            + " whole-city. Write the name as it stands there.",
        "POINT a [0,0]                       | features[0] (a): its geometry is a Point. A region is",
        "MULTI a []                          | features[0] (a): it has no polygon.",
        "POLYGON a []                        | features[0] (a): the polygon has no rings.",
        "POLYGON a [[[0,0],[1,1],[0,0]]]     | features[0] (a), ring 0 has 3 positions. A ring has at"
            + " least 4, of which the last is the first again.",
        "POLYGON a [[[0,0],[1,0],[1,1],[0,1]]] | features[0] (a), ring 0 begins at [0.00000, 0.00000]"
            + " and ends at [0.00000, 1.00000]. A ring ends where it begins: repeat",
        "POLYGON a [[[0,0],[1,1],[1,0],[0,1],[0,0]]] | features[0] (a): Self-intersection at [0.50000,"
            + " 0.50000]. Its rings must not cross themselves or each other",
        "POLYGON a [SQUARE,[[3,3],[4,3],[4,4],[3,3]]] | features[0] (a): Hole lies outside shell at",
        "POLYGON a [[[0,0],[1,0],['x',1],[0,0]]] | [\"x\",1] is not a position. Write [longitude,"
            + " latitude].",
        "POLYGON a [[[0,0],[1,0],[1],[0,0]]] | [1] is not a position",
        "POLYGON a [[[0,0],[1,0],null,[0,0]]] | null is not a position",
        "POLYGON a [[[0,0],[1,0],[1,1e999],[0,0]]] | is not longitude and latitude in degrees",
        "POLYGON a [[[637000,487000],[637001,487000],[637001,487001],[637000,487000]]] |"
            + " [637000,487000] is not longitude and latitude in degrees. Convert the map to WGS 84,"
            + " for example with `ogr2ogr -t_srs EPSG:4326 map.geojson districts.shp`.",
        "POLYGON a [[[0,0],[100,0],[100,1],[0,0]]] | the map is 100 degrees wide, and may be 90. Check"
            + " its longitudes.",
        "POLYGON a [[[179,0],[-80,0],[-80,1],[179,0]]] | the map is 101 degrees wide, and may be 90.",
        "POLYGON a [[[0,0],[361,0],[361,1],[0,0]]] | [361,0] is not longitude and latitude in degrees",
        "POLYGON a [[[0,0],[0.000001,0],[0.000001,0.000001],[0,0]]] | a: the region is smaller than a"
            + " metre. Check its positions."
      })
  void saysWhatIsWrongWithAMap(String text, String reason) {
    String[] parts = text.split(" ", 3);
    String json =
        switch (parts[0]) {
          case "POLYGON" -> collection(feature(parts[1], "Polygon", parts[2]));
          case "MULTI" -> collection(feature(parts[1], "MultiPolygon", parts[2]));
          case "POINT" -> collection(feature(parts[1], "Point", parts[2]));
          default -> text;
        };

    assertThatExceptionOfType(BallotFileException.class)
        .isThrownBy(() -> read(json.replace('\'', '"').replace("SQUARE", SQUARE)))
        .withMessageStartingWith("map.geojson: ")
        .withMessageContaining(reason);
  }

  @Test
  void refusesARegionThatIsThereTwice() {
    String region = feature("a", "Polygon", "[" + SQUARE + "]");

    assertThatExceptionOfType(BallotFileException.class)
        .isThrownBy(() -> read(collection(region, region)))
        .withMessage(
            "map.geojson: features[1]: the region 'a' is on the map already. Put its parts into one"
                + " MultiPolygon.");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[SQUARE],[SQUARE]                                     | features[0] (a), polygon 1: it"
            + " overlaps with polygon 0 by 100.0% of the smaller one, and may by 5.0%. Merge the"
            + " two, or delete one of them.",
        "[SQUARE],[[[5,5],[6,6],[5,6],[5,5]]],[[[0.5,0],[1.5,0],[1.5,1],[0.5,1],[0.5,0]]] |"
            + " features[0] (a), polygon 2: it overlaps with polygon 0 by 50.0% of the smaller one",
        "[[[0.4,0.4],[0.6,0.4],[0.6,0.6],[0.4,0.4]]],[SQUARE]  | features[0] (a), polygon 1: it"
            + " overlaps with polygon 0 by 100.0%",
      })
  void refusesPolygonsOfARegionThatOverlap(String polygons, String reason) {
    String json = collection(feature("a", "MultiPolygon", "[" + polygons + "]"));

    assertThatExceptionOfType(BallotFileException.class)
        .isThrownBy(() -> read(json.replace("SQUARE", SQUARE)))
        .withMessageStartingWith("map.geojson: " + reason);
  }

  @Test
  void refusesARegionInsideAnotherOneThatHasNoHole() {
    String inner = "[[[0.2,0.2],[0.4,0.2],[0.4,0.4],[0.2,0.4],[0.2,0.2]]]";

    assertThatExceptionOfType(BallotFileException.class)
        .isThrownBy(
            () ->
                read(
                    collection(
                        feature("b", "Polygon", "[" + SQUARE + "]"),
                        feature("a", "Polygon", inner))))
        .withMessage(
            "map.geojson: the regions 'a' and 'b' overlap by 100.0% of the smaller one, and may by"
                + " 5.0%. Cut them apart. If one lies inside the other, give the outer one a hole."
                + " If one is the whole city, leave it out.");
  }

  @Test
  void addsUpTheOverlapsOfTheParts() {
    // Each strip covers 2% of a.
    String strips =
        IntStream.range(0, 3)
            .mapToObj(
                i ->
                    String.format(
                        Locale.ROOT,
                        "[[[0.5,%1$.2f],[1.5,%1$.2f],[1.5,%2$.2f],[0.5,%2$.2f],[0.5,%1$.2f]]],",
                        0.3 * i,
                        0.3 * i + 0.04))
            .collect(Collectors.joining());
    String two = "[" + strips + "[[[3,0],[4,0],[4,1],[3,1],[3,0]]]]";

    assertThatExceptionOfType(BallotFileException.class)
        .isThrownBy(
            () ->
                read(
                    collection(
                        feature("a", "Polygon", "[" + SQUARE + "]"),
                        feature("b", "MultiPolygon", two))))
        .withMessageContaining("the regions 'a' and 'b' overlap by 6.0% of the smaller one");
  }

  /** Two districts of three kilometres. The eastern one has its own survey of the border. */
  private static String districts(double overlapInMetres) {
    double border = 13.04 - overlapInMetres / 111_195 / Math.cos(Math.toRadians(52));
    return collection(
        feature(
            "a",
            "Polygon",
            "[[[13,52],[13.04,52],[13.04,52.01],[13.04,52.03],[13,52.03],[13,52]]]"),
        feature(
            "b",
            "Polygon",
            String.format(
                Locale.ROOT,
                "[[[%1$.7f,52],[13.08,52],[13.08,52.03],[%1$.7f,52.03],[%1$.7f,52]]]",
                border)));
  }

  @Test
  void acceptsSliversOfMetresBetweenNeighbours() {
    assertThat(read(districts(20)).regions()).containsExactly("a", "b");
    assertThatExceptionOfType(BallotFileException.class)
        .isThrownBy(() -> read(districts(200)))
        .withMessageContaining("the regions 'a' and 'b' overlap by 7.3%");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // Cut, as RFC 7946 demands.
        "[[[[179.9,-17],[180,-17],[180,-16.9],[179.9,-16.9],[179.9,-17]]],"
            + "[[[-180,-17],[-179.9,-17],[-179.9,-16.9],[-180,-16.9],[-180,-17]]]] | -179.9 | -179.8",
        "[[[[179.9,-17],[180.1,-17],[180.1,-16.9],[179.9,-16.9],[179.9,-17]]]] | 180.1 | 180.2",
        "[[[[-180.1,-17],[-179.9,-17],[-179.9,-16.9],[-180.1,-16.9],[-180.1,-17]]]] | -179.9 | -179.8",
        "[[[[179.9,-17],[-179.9,-17],[-179.9,-16.9],[179.9,-16.9],[179.9,-17]]]] | 180.1 | -179.8",
      })
  void joinsACityAtThe180thMeridian(String polygons, String from, String to) {
    DistrictMap map =
        read(
            collection(
                feature("a", "MultiPolygon", polygons),
                feature(
                    "b",
                    "Polygon",
                    "[[[%1$s,-17],[%2$s,-17],[%2$s,-16.9],[%1$s,-16.9],[%1$s,-17]]]"
                        .formatted(from, to))));

    assertThat(shape(map, 0)).hasSize(1);
    assertThat(longitudes(shape(map, 0))).contains(179.9, 180.1).isSubsetOf(179.9, 180.0, 180.1);
    assertThat(longitudes(shape(map, 1))).containsOnly(180.1, 180.2);
  }

  @Test
  void leavesACityOnOneSideOfThe180thMeridianThere() {
    DistrictMap map =
        read(
            collection(
                feature("a", "Polygon", "[[[190,0],[191,0],[191,1],[190,0]]]"),
                feature("b", "Polygon", "[[[-171,0],[-170,0],[-171,-1],[-171,0]]]")));

    assertThat(longitudes(shape(map, 0))).containsOnly(-170.0, -169.0);
    assertThat(longitudes(shape(map, 1))).containsOnly(-171.0, -170.0);
  }

  private static Set<Double> longitudes(JsonNode polygons) {
    Set<Double> longitudes = new HashSet<>();
    polygons.forEach(
        rings ->
            rings.forEach(
                ring -> ring.forEach(each -> longitudes.add(each.path(0).doubleValue()))));
    return longitudes;
  }

  @Test
  void refusesAFileThatIsTooLargeWithoutReadingIt(@TempDir Path directory) throws IOException {
    Path file = directory.resolve("map.geojson");
    Files.write(file, new byte[(32 << 20) + 1]);

    assertThatExceptionOfType(BallotFileException.class)
        .isThrownBy(() -> MapFile.read(file, REGIONS))
        .withMessageContaining("the file has 33,554,433 bytes, and may have 33,554,432.");
  }

  /** A wavy coast of a place around a centre, and a border through its middle. */
  private static String half(int from, int to, int steps, List<String> border) {
    List<String> ring = new ArrayList<>();
    for (int i = from; i <= to; i++) {
      double angle = Math.PI * 2 * i / steps;
      double radius = 0.1 * (1 + 0.05 * Math.sin(angle * 40) + 0.002 * Math.sin(angle * 900));
      ring.add(position(20 + radius * 1.6 * Math.cos(angle), 52 + radius * Math.sin(angle)));
    }
    ring.addAll(border);
    ring.add(ring.get(0));
    return "[[" + String.join(",", ring) + "]]";
  }

  private static double wave(int i) {
    return 0.01 * Math.sin(i / 300.0) + 0.0003 * Math.sin(i);
  }

  private static String position(double x, double y) {
    return String.format(Locale.ROOT, "[%.9f,%.9f]", x, y);
  }

  @Test
  void simplifiesALargeMapAndTearsNoNeighboursApart() {
    int steps = 20_000;
    List<String> border = new ArrayList<>();
    for (int i = 1; i < 10_000; i++) {
      double x = 20 - 0.16 + 0.32 * i / 10_000;
      border.add(position(x, 52 + Math.sin(Math.PI * i / 10_000) * wave(i)));
    }
    List<String> back = new ArrayList<>(border);
    Collections.reverse(back);
    String north = half(0, steps / 2, steps, border);
    String south = half(steps / 2, steps, steps, back);

    DistrictMap map =
        read(collection(feature("a", "Polygon", north), feature("b", "Polygon", south)));

    assertThat(map.given()).isGreaterThan(39_000);
    assertThat(map.positions()).isBetween(1_500, DistrictMap.MAX_POSITIONS);
    assertThat(BallotPresentation.packedBytes(map.json())).isLessThan(40_000);
    Map<String, Integer> inside = new HashMap<>();
    for (int i = 0; i < 2; i++) {
      Set<String> once = new HashSet<>();
      shape(map, i).path(0).path(0).forEach(each -> once.add(each.toString()));
      once.forEach(each -> inside.merge(each, 1, Integer::sum));
    }
    // What lies well within the city belongs to the border: both have each of its positions.
    Map<String, Integer> shared = new HashMap<>(inside);
    shared
        .keySet()
        .removeIf(
            each -> {
              String[] parts = each.replaceAll("[\\[\\]]", "").split(",");
              double x = (Double.parseDouble(parts[0]) - 20) / 1.6;
              double y = Double.parseDouble(parts[1]) - 52;
              return Math.hypot(x, y) > 0.09;
            });
    assertThat(shared).hasSizeGreaterThan(100);
    assertThat(shared.values()).containsOnly(2);
  }

  @Test
  void keepsEachRegionOfALargeMapHoweverSmall() {
    StringBuilder islands = new StringBuilder();
    for (int i = 0; i < 3_000; i++) {
      double x = 10 + (i % 60) * 0.01;
      double y = 50 + (i / 60) * 0.01;
      islands.append(
          "%s[[%s,%s,%s,%s,%s]]"
              .formatted(
                  i == 0 ? "" : ",",
                  position(x, y),
                  position(x + 0.001, y),
                  position(x + 0.001, y + 0.001),
                  position(x, y + 0.001),
                  position(x, y)));
    }

    DistrictMap map =
        read(
            collection(
                feature("a", "MultiPolygon", "[" + islands + "]"),
                feature(
                    "b",
                    "Polygon",
                    "[[[11,50],[11.0001,50],[11.0001,50.0001],[11,50.0001],[11,50]]]")));

    assertThat(map.positions()).isLessThanOrEqualTo(DistrictMap.MAX_POSITIONS);
    assertThat(shape(map, 0)).isNotEmpty();
    assertThat(shape(map, 1)).hasSize(1);
  }

  @Test
  void refusesAMapThatHasTooManyRegionsToBeSimple() {
    Set<String> regions =
        IntStream.range(0, 900).mapToObj(i -> "r" + i).collect(Collectors.toSet());
    String[] features =
        regions.stream()
            .map(
                region -> {
                  double x = 10 + Integer.parseInt(region.substring(1)) * 0.01;
                  return feature(
                      region,
                      "Polygon",
                      "[[%s,%s,%s,%s,%s]]"
                          .formatted(
                              position(x, 50),
                              position(x + 0.009, 50),
                              position(x + 0.009, 50.009),
                              position(x, 50.009),
                              position(x, 50)));
                })
            .toArray(String[]::new);

    assertThatExceptionOfType(BallotFileException.class)
        .isThrownBy(
            () ->
                MapFile.parse(
                    "map.geojson", collection(features).getBytes(StandardCharsets.UTF_8), regions))
        .withMessage(
            "map.geojson: the simplified map has 4,500 positions, and may have 4,000. Leave out small"
                + " regions or parts.");
  }
}
