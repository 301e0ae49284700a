package io.citytally.count;

import io.citytally.vote.ChangeIdentity;
import io.citytally.vote.Choice;
import io.citytally.vote.VoteChange;
import java.util.SplittableRandom;

/** Changes of votes, as the tests of this package tell them. */
final class Changes {

  static final Choice PARK = new Choice("North", "park");
  static final Choice POOL = new Choice("North", "pool");
  static final Choice TREES = new Choice("South", "trees");

  private Changes() {}

  static VoteChange cast(long vote, Choice choice, long atMicros) {
    return change(vote, null, choice, atMicros);
  }

  static VoteChange withdrawn(long vote, Choice choice, long atMicros) {
    return change(vote, choice, null, atMicros);
  }

  /** A cast vote that counts for the turnout, too. */
  static VoteChange ballot(long vote, Choice choice, long atMicros) {
    return whole(vote, null, choice, atMicros, 0);
  }

  static VoteChange change(long vote, Choice from, Choice to, long atMicros) {
    int operation = from == null ? 0 : to == null ? 2 : 1;
    return whole(vote, from, to, atMicros, operation).withSides(from, to);
  }

  private static VoteChange whole(long vote, Choice from, Choice to, long atMicros, int operation) {
    return new VoteChange(identity(vote, atMicros), vote, from, to, atMicros, operation);
  }

  /** As from a hash of both. */
  static ChangeIdentity identity(long vote, long atMicros) {
    SplittableRandom hash = new SplittableRandom(31 * vote + atMicros);
    return new ChangeIdentity(atMicros, hash.nextLong(), vote ^ hash.nextLong());
  }

  static ChoiceChange taken(long vote, Choice choice, long atMicros) {
    return ChoiceChange.taken(cast(vote, choice, atMicros));
  }

  /** What a change adds to the count of its key. */
  static KeyIncrement counted(ChoiceChange change) {
    KeyIncrement increment = new KeyIncrement(change.choice, 0, 0);
    increment.add(change);
    return increment;
  }

  static ChoiceChange left(long vote, Choice choice, long atMicros) {
    return ChoiceChange.left(withdrawn(vote, choice, atMicros));
  }
}
