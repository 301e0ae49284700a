package io.citytally.feed;

import io.citytally.vote.TallyKey;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** The first choices that came, up to a number, after those of before a restart. */
final class FirstChoices implements KnownChoices {

  private final int maxChoices;
  private final Set<TallyKey> restored;
  private final Map<TallyKey, Long> sinceMillis = new HashMap<>();
  private boolean hasBegun;

  FirstChoices(int maxChoices, Collection<TallyKey> restored) {
    this.maxChoices = maxChoices;
    this.restored = new HashSet<>(restored);
  }

  @Override
  @Nullable
  public Long since(TallyKey choice, LongSupplier clock) {
    if (!hasBegun) {
      hasBegun = true;
      // A job before this one may have refused them until now.
      long nowMillis = clock.getAsLong();
      restored.forEach(known -> sinceMillis.put(known, nowMillis));
    }
    Long since = sinceMillis.get(choice);
    if (since == null && sinceMillis.size() < maxChoices) {
      since = clock.getAsLong();
      sinceMillis.put(choice, since);
    }
    return since;
  }

  @Override
  public Collection<TallyKey> toKeep(int reader, int readers) {
    List<TallyKey> kept = new ArrayList<>();
    for (TallyKey choice : restored) {
      if (Math.floorMod(choice.hashCode(), readers) == reader) {
        kept.add(choice);
      }
    }
    for (TallyKey choice : sinceMillis.keySet()) {
      if (!restored.contains(choice)) {
        kept.add(choice);
      }
    }
    return kept;
  }
}
