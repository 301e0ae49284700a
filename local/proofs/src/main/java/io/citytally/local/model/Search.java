package io.citytally.local.model;

import io.citytally.local.model.Outcome.Counterexample;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Goes through all states of a {@link Model}, breadth first, and so finds the shortest way to
 * something wrong. Three things are wrong:
 *
 * <ul>
 *   <li>a state, or a step, that {@link Model#violation violates} what is to hold;
 *   <li>a state without a calm step that isn't {@link Model#atRest at rest}: a deadlock;
 *   <li>a state from which the calm steps go round without end: a livelock. Whether there is one is
 *       seen when all states are known: each remembers where its first calm step leads, and these
 *       links must all end at rest. So from each reachable state, after anything that went wrong,
 *       rest is reached once nothing more goes wrong.
 * </ul>
 *
 * <p><b>Memory.</b> A state is kept as one number for each of its parts, under which a table holds
 * the part itself, once: the "collapse" compression of the model checker SPIN (Holzmann, "State
 * Compression in SPIN", 1997). Ten million states of eight parts take about half a gigabyte.
 *
 * @param <S> a state
 */
final class Search<S> {

  /**
   * Where to stop.
   *
   * @param states no further state is followed once there are more
   * @param depth no state is followed that is more steps away
   */
  record Limits(long states, int depth) {}

  /** Is told, now and then, how far the search is. */
  @FunctionalInterface
  interface Progress {
    void searched(long states, int depth);
  }

  private static final int STATES_PER_REPORT = 1 << 12;
  private static final int NO_STEP = -1;

  private final Model<S> model;
  private final Limits limits;
  private final Progress progress;

  private final Map<Object, Integer> numbers = new HashMap<>();
  private final List<Object> partsByNumber = new ArrayList<>();
  private final StateTable table;

  /** For each state that was followed, where its first calm step leads. */
  private int[] calm = new int[1 << 16];

  private long transitions;

  Search(Model<S> model, Limits limits, Progress progress) {
    this.model = model;
    this.limits = limits;
    this.progress = progress;
    this.table = new StateTable(model.parts(model.initial()).length);
  }

  Outcome run() {
    long startNanos = System.nanoTime();
    S initial = model.initial();
    Expansion expansion = new Expansion();
    table.add(expansion.numbers(model.parts(initial)), NO_STEP);
    String wrong = model.violation(initial);
    Counterexample found = wrong == null ? null : counterexample(0, wrong);

    int depth = 0;
    int endOfDepth = 1;
    int next = 0;
    while (found == null && next < table.size() && table.size() <= limits.states) {
      if (next == endOfDepth) {
        if (depth == limits.depth) {
          break;
        }
        depth++;
        endOfDepth = table.size();
      }
      found = expansion.follow(next++);
      if (next % STATES_PER_REPORT == 0) {
        progress.searched(table.size(), depth);
      }
    }
    boolean complete = found == null && next == table.size();
    if (complete) {
      found = livelock();
    }
    if (found != null) {
      depth = found.steps().size();
    }
    return new Outcome(
        table.size(),
        transitions,
        depth,
        Duration.ofNanos(System.nanoTime() - startNanos),
        complete,
        Optional.ofNullable(found));
  }

  /** One state and the steps from it. */
  private final class Expansion implements Model.Steps<S> {

    private final int width = model.parts(model.initial()).length;
    private final int[] row = new int[width];
    private final int[] nextRow = new int[width];
    private final Object[] parts = new Object[width];
    private int index;
    private S state;
    private Counterexample found;

    Counterexample follow(int index) {
      this.index = index;
      load(index);
      state = model.assemble(parts);
      if (index >= calm.length) {
        calm = Arrays.copyOf(calm, index + (index >> 1));
      }
      calm[index] = NO_STEP;
      model.steps(state, this);
      if (found == null && calm[index] == NO_STEP && !model.atRest(state)) {
        found = counterexample(index, "nothing more happens, but this is not rest");
      }
      return found;
    }

    @Override
    public void step(S next, boolean isCalm, Supplier<String> label) {
      if (found != null) {
        return;
      }
      transitions++;
      int known = table.size();
      int nextIndex = table.add(numbers(model.parts(next)), index);
      if (isCalm && calm[index] == NO_STEP) {
        calm[index] = nextIndex;
      }
      String wrong = model.violation(state, next);
      if (wrong == null && nextIndex == known) {
        wrong = model.violation(next);
      }
      if (wrong != null) {
        List<Integer> way = wayTo(index);
        way.add(nextIndex);
        found = new Counterexample(labels(way), wrong);
      }
    }

    /** A part that the step left as it was has the number that it had. */
    int[] numbers(Object[] nextParts) {
      for (int i = 0; i < width; i++) {
        nextRow[i] = nextParts[i] == parts[i] && state != null ? row[i] : number(nextParts[i]);
      }
      model.order(nextRow);
      return nextRow;
    }

    private void load(int index) {
      table.read(index, row);
      for (int i = 0; i < width; i++) {
        parts[i] = partsByNumber.get(row[i]);
      }
    }
  }

  private int number(Object part) {
    Integer known = numbers.putIfAbsent(part, partsByNumber.size());
    if (known != null) {
      return known;
    }
    partsByNumber.add(part);
    return partsByNumber.size() - 1;
  }

  private Counterexample livelock() {
    BitSet leadsToRest = new BitSet(table.size());
    BitSet onTheWay = new BitSet(table.size());
    Deque<Integer> way = new ArrayDeque<>();
    for (int from = 0; from < table.size(); from++) {
      int at = from;
      while (at != NO_STEP && !leadsToRest.get(at)) {
        if (onTheWay.get(at)) {
          return goingRound(from);
        }
        onTheWay.set(at);
        way.add(at);
        at = calm[at];
      }
      while (!way.isEmpty()) {
        leadsToRest.set(way.remove());
      }
    }
    return null;
  }

  private Counterexample goingRound(int from) {
    List<Integer> way = wayTo(from);
    BitSet seen = new BitSet();
    int at = from;
    while (!seen.get(at)) {
      seen.set(at);
      at = calm[at];
      way.add(at);
    }
    return new Counterexample(
        labels(way), "this goes round and round, and never comes to rest, though nothing fails");
  }

  private Counterexample counterexample(int index, String reason) {
    return new Counterexample(labels(wayTo(index)), reason);
  }

  private List<Integer> wayTo(int index) {
    Deque<Integer> way = new ArrayDeque<>();
    for (int at = index; at != NO_STEP; at = table.predecessor(at)) {
      way.addFirst(at);
    }
    return new ArrayList<>(way);
  }

  /** The labels aren't kept: the steps of a way are found again. */
  private List<String> labels(List<Integer> way) {
    Retrace retrace = new Retrace();
    way.stream().skip(1).forEach(retrace::follow);
    return retrace.labels;
  }

  /** Goes the way once more, in states as the steps lead to them: equivalent ones kept apart. */
  private final class Retrace {

    private final List<String> labels = new ArrayList<>();
    private S at = model.initial();

    void follow(int index) {
      int[] wanted = new int[model.parts(at).length];
      table.read(index, wanted);
      S from = at;
      model.steps(
          from,
          (next, isCalm, label) -> {
            if (at == from && Arrays.equals(row(next), wanted)) {
              at = next;
              labels.add(label.get());
            }
          });
    }

    private int[] row(S state) {
      int[] row = Arrays.stream(model.parts(state)).mapToInt(Search.this::number).toArray();
      model.order(row);
      return row;
    }
  }
}
