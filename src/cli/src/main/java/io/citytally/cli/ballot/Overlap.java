package io.citytally.cli.ballot;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.locationtech.jts.geom.Polygon;
import org.locationtech.jts.geom.prep.PreparedGeometry;
import org.locationtech.jts.geom.prep.PreparedGeometryFactory;
import org.locationtech.jts.index.strtree.STRtree;
import org.locationtech.jts.operation.overlayng.OverlayNG;
import org.locationtech.jts.operation.overlayng.OverlayNGRobust;

/**
 * An area that two polygons of a region have in common, or two regions. Neighbours that only touch
 * have none.
 *
 * @param share the area, as a part of the smaller polygon of a region, or of the smaller region
 */
record Overlap(MapPart one, MapPart other, double share) {

  private record Regions(String one, String other) {}

  /** Whether both are polygons of the same region. */
  boolean isInOneRegion() {
    return one.region().equals(other.region());
  }

  /** Returns the overlap with the largest share. */
  static Optional<Overlap> largest(List<MapPart> parts) {
    Map<String, Double> areas = new HashMap<>();
    parts.forEach(part -> areas.merge(part.region(), part.polygon().getArea(), Double::sum));
    List<Overlap> ofPolygons = new ArrayList<>();
    Map<Regions, Overlap> ofRegions = new HashMap<>();
    // A polygon of many positions is prepared once, not searched again for each of few positions.
    List<MapPart> finestFirst = new ArrayList<>(parts);
    finestFirst.sort(Comparator.comparingInt(part -> -part.polygon().getNumPoints()));
    STRtree places = new STRtree();
    for (int i = 0; i < finestFirst.size(); i++) {
      places.insert(finestFirst.get(i).polygon().getEnvelopeInternal(), i);
    }
    for (int i = 0; i < finestFirst.size(); i++) {
      MapPart finer = finestFirst.get(i);
      PreparedGeometry prepared = PreparedGeometryFactory.prepare(finer.polygon());
      for (Object place : places.query(finer.polygon().getEnvelopeInternal())) {
        int j = (int) place;
        MapPart part = finestFirst.get(j);
        if (j <= i || !prepared.intersects(part.polygon())) {
          continue;
        }
        double area = commonArea(finer.polygon(), part.polygon());
        if (finer.region().equals(part.region())) {
          double smaller = Math.min(finer.polygon().getArea(), part.polygon().getArea());
          ofPolygons.add(inOrder(finer, part, area / smaller));
        } else {
          double smaller =
              Math.min(
                  areas.getOrDefault(finer.region(), 0.0), areas.getOrDefault(part.region(), 0.0));
          Overlap overlap = inOrder(finer, part, area / smaller);
          ofRegions.merge(
              new Regions(overlap.one.region(), overlap.other.region()),
              overlap,
              (a, b) -> new Overlap(a.one, a.other, a.share + b.share));
        }
      }
    }
    return Stream.concat(ofPolygons.stream(), ofRegions.values().stream())
        .max(Comparator.comparingDouble(Overlap::share));
  }

  private static Overlap inOrder(MapPart a, MapPart b, double share) {
    boolean ordered =
        Comparator.comparing(MapPart::region).thenComparing(MapPart::number).compare(a, b) <= 0;
    return ordered ? new Overlap(a, b, share) : new Overlap(b, a, share);
  }

  private static double commonArea(Polygon a, Polygon b) {
    return OverlayNGRobust.overlay(a, b, OverlayNG.INTERSECTION).getArea();
  }
}
