package io.citytally.web;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.citytally.election.Pin;
import io.citytally.election.VotePer;
import io.citytally.election.VotingMode;

/**
 * Anyone whose browser makes a {@link Capability}, any number of times. So an open vote binds
 * nobody.
 */
public final class OpenVoters implements Voters {

  /** The header that carries the capability. */
  public static final String HEADER = "Citytally-Capability";

  @Override
  public VotingMode mode() {
    return VotingMode.OPEN;
  }

  @Override
  public Pin pin(VotePer votePer) {
    return Pin.open(votePer);
  }

  @Override
  public Voter voterOf(Request request) {
    return Capability.of(request.header(HEADER).orElse(""));
  }

  @Override
  public ObjectNode told() {
    return Json.object().put("identity", "open");
  }
}
