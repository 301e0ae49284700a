package io.citytally.web;

import com.fasterxml.jackson.databind.JsonNode;

/** Where the ballot is read. Each method reads again, and throws if that is impossible just now. */
public interface BallotSource {

  /** Reads the choices, and what belongs to the whole ballot. */
  Ballot read();

  /**
   * Reads what is known of a region's improvements.
   *
   * @return an object for each improvement that something is known of, by its name; they may
   *     include improvements that must not be shown
   */
  JsonNode projectsOf(String region);

  /**
   * Reads the map.
   *
   * @return a GeoJSON FeatureCollection, which may include regions that must not be shown; or
   *     something without features
   */
  JsonNode map();
}
