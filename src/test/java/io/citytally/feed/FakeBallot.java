package io.citytally.feed;

import io.citytally.vote.BallotReader;
import io.citytally.vote.TallyKey;
import java.util.Set;

/** A ballot that a test changes, and that can be out of reach. */
final class FakeBallot implements BallotReader {

  private static final long serialVersionUID = 1L;

  transient Set<TallyKey> choices;
  transient boolean isOutOfReach;
  int readings;
  boolean closed;

  FakeBallot(TallyKey... choices) {
    put(choices);
  }

  void put(TallyKey... choices) {
    this.choices = Set.of(choices);
  }

  @Override
  public Set<TallyKey> read() {
    readings++;
    if (isOutOfReach) {
      throw new IllegalStateException("out of reach, as the test wants it");
    }
    return choices;
  }

  @Override
  public void close() {
    closed = true;
  }
}
