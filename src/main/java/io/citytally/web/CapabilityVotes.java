package io.citytally.web;

import java.util.regex.Pattern;

/**
 * {@code PUT} and {@code DELETE /api/votes/ID}, where the id is a random text that the citizen's
 * browser makes and keeps: who knows it owns the vote.
 */
final class CapabilityVotes {

  /** What 96 random bits fill in base64url, at least. */
  private static final Pattern ID = Pattern.compile("[A-Za-z0-9_-]{16,128}");

  private final Voting voting;

  CapabilityVotes(Voting voting) {
    this.voting = voting;
  }

  Response put(Request request, String id) {
    checkId(id);
    return voting.cast(id, Choices.inBody(request));
  }

  Response delete(Request request, String id) {
    checkId(id);
    return voting.withdraw(id);
  }

  private static void checkId(String id) {
    if (!ID.matcher(id).matches()) {
      throw new ProblemException(
          400, "The id of a vote is 16 to 128 random letters, digits, hyphens and underscores");
    }
  }
}
