package io.citytally.local.election;

import io.citytally.local.cloud.CastBallot;
import java.util.Optional;

/**
 * A ballot that is cast, or changed.
 *
 * @param before the ballot that it takes the place of; nothing where it is cast
 */
public record BallotStep(CastBallot ballot, Optional<CastBallot> before) {

  /** How many votes more the voter has given than before. */
  public int votes() {
    return ballot.improvements().size()
        - before.map(CastBallot::improvements).map(names -> names.size()).orElse(0);
  }
}
