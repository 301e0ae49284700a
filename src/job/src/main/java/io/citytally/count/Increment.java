package io.citytally.count;

import io.citytally.vote.Choice;

/** By how much the count of one key grows: what {@link TallyThrottle} sums up. */
public interface Increment {

  /** The key under which it counts. */
  Choice key();

  /** How many came. */
  long added();

  /** How many went. */
  long removed();
}
