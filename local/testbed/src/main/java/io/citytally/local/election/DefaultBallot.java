package io.citytally.local.election;

import io.citytally.cli.ballot.BallotFile;
import io.citytally.cli.ballot.CityBallot;
import io.citytally.cli.ballot.MapFile;
import io.citytally.local.cloud.LocalCloud;
import io.citytally.vote.Choice;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** The ballot of Lunden, a town that does not exist: what simulated voters choose from. */
public final class DefaultBallot {

  private static final String BALLOT = "default-ballot.json";
  private static final String MAP = "default-map.geojson";

  private DefaultBallot() {}

  /** The title of each improvement, in the order of the ballot. */
  public static Map<Choice, String> titles() {
    Map<Choice, String> titles = new LinkedHashMap<>();
    ballot().entries().forEach((choice, entry) -> titles.put(choice, entry.title()));
    return Collections.unmodifiableMap(titles);
  }

  /** Puts the ballot in place, with what its pages show, and the map of the town. */
  public static void publish(LocalCloud cloud) {
    CityBallot ballot = ballot();
    cloud.publish(ballot, MapFile.parse(MAP, read(MAP), ballot.regions()).json());
  }

  private static CityBallot ballot() {
    return BallotFile.parse(BALLOT, read(BALLOT));
  }

  private static byte[] read(String resource) {
    try (InputStream in = DefaultBallot.class.getResourceAsStream(resource)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException("the ballot " + resource + " can't be read", e);
    }
  }
}
