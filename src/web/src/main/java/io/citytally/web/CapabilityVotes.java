package io.citytally.web;

/** {@code PUT} and {@code DELETE /api/votes/ID}, where the id is a {@link Capability}. */
final class CapabilityVotes {

  private final Voting voting;

  CapabilityVotes(Voting voting) {
    this.voting = voting;
  }

  Response put(Request request, String capability) {
    return voting.cast(Capability.voteId(capability), Choices.in(request).choice());
  }

  Response delete(Request request, String capability) {
    return voting.withdraw(Capability.voteId(capability));
  }
}
