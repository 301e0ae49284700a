package io.citytally.count;

import io.citytally.vote.ChangeIdentity;
import io.citytally.vote.TallyKey;
import io.citytally.vote.VoteChange;

/** Changes of votes, as the tests of this package tell them. */
final class Changes {

  static final TallyKey PARK = new TallyKey("North", "park");
  static final TallyKey POOL = new TallyKey("North", "pool");
  static final TallyKey TREES = new TallyKey("South", "trees");

  private Changes() {}

  static VoteChange cast(long vote, TallyKey choice, long atMicros) {
    return change(vote, null, choice, atMicros);
  }

  static VoteChange withdrawn(long vote, TallyKey choice, long atMicros) {
    return change(vote, choice, null, atMicros);
  }

  static VoteChange change(long vote, TallyKey from, TallyKey to, long atMicros) {
    int operation = from == null ? 0 : to == null ? 2 : 1;
    return new VoteChange(
        new ChangeIdentity(atMicros, vote, vote), vote, from, to, atMicros, operation);
  }

  static ChoiceChange taken(long vote, TallyKey choice, long atMicros) {
    return ChoiceChange.taken(cast(vote, choice, atMicros));
  }

  static ChoiceChange left(long vote, TallyKey choice, long atMicros) {
    return ChoiceChange.left(withdrawn(vote, choice, atMicros));
  }
}
