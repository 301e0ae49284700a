package io.citytally.web;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.citytally.election.Pin;
import io.citytally.election.VotePer;
import io.citytally.election.VotingMode;
import java.util.Set;

/** Who may vote, and how the application knows one voter from another. */
public interface Voters {

  /** How they vote, to be compared with the rules of the election. */
  VotingMode mode();

  /** What must stay the same as long as the election lasts. */
  Pin pin(VotePer votePer);

  /** Who sent the request. */
  Voter voterOf(Request request);

  /** What the pages need to know to vote, told with the ballot. */
  ObjectNode told();

  /** The origins elsewhere that the pages call to sign voters in; none: they don't. */
  default Set<String> origins() {
    return Set.of();
  }

  /** Someone who votes. */
  interface Voter {

    /**
     * Returns the id of the voter's ballot.
     *
     * @param scope the region in which the rules allow one ballot; none for the whole city
     */
    String idOf(String... scope);

    /** Whether a claim of the voter's token names the region. */
    boolean isIn(String region, String claim);
  }
}
