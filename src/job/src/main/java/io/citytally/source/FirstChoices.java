package io.citytally.source;

import io.citytally.vote.Choice;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The first choices that came, up to a number, after those of before a restart; and up to the same
 * number the regions whose turnout is counted.
 */
final class FirstChoices implements KnownChoices {

  private final int maxChoices;
  private final Set<Choice> restored;
  private final Map<Choice, Long> sinceMillis = new HashMap<>();
  private int regions;
  private boolean hasBegun;

  FirstChoices(int maxChoices, Collection<Choice> restored) {
    this.maxChoices = maxChoices;
    this.restored = new HashSet<>(restored);
  }

  @Override
  @Nullable
  public Long since(Choice choice, LongSupplier clock) {
    if (!hasBegun) {
      hasBegun = true;
      // A job before this one may have refused them until now.
      long nowMillis = clock.getAsLong();
      restored.forEach(known -> keep(known, nowMillis));
    }
    Long since = sinceMillis.get(choice);
    if (since == null
        && (choice.isTurnout() ? regions : sinceMillis.size() - regions) < maxChoices) {
      since = clock.getAsLong();
      keep(choice, since);
    }
    return since;
  }

  private void keep(Choice choice, long nowMillis) {
    sinceMillis.put(choice, nowMillis);
    if (choice.isTurnout()) {
      regions++;
    }
  }

  @Override
  public Collection<Choice> toKeep(int reader, int readers) {
    List<Choice> kept = new ArrayList<>();
    for (Choice choice : restored) {
      if (Math.floorMod(choice.hashCode(), readers) == reader) {
        kept.add(choice);
      }
    }
    for (Choice choice : sinceMillis.keySet()) {
      if (!restored.contains(choice)) {
        kept.add(choice);
      }
    }
    return kept;
  }
}
