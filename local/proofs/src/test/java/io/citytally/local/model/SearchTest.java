package io.citytally.local.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.citytally.local.model.Search.Limits;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SearchTest {

  private static final Limits NO_LIMITS = new Limits(1_000_000, Integer.MAX_VALUE);

  /** Two counters, each of which is raised by one or two, up to a limit. */
  private static class Counters implements Model<List<Integer>> {

    final int most;
    IntPredicate forbiddenSum = sum -> false;
    boolean interchangeable;

    Counters(int most) {
      this.most = most;
    }

    @Override
    public List<Integer> initial() {
      return List.of(0, 0);
    }

    @Override
    public void steps(List<Integer> state, Steps<List<Integer>> steps) {
      for (int i = 0; i < 2; i++) {
        for (int by = 1; by <= 2 && state.get(i) + by <= most; by++) {
          int counter = i;
          int raised = state.get(i) + by;
          List<Integer> next =
              i == 0 ? List.of(raised, state.get(1)) : List.of(state.get(0), raised);
          steps.step(next, by == 1, () -> "counter " + counter + " to " + raised);
        }
      }
    }

    @Override
    public String violation(List<Integer> state) {
      return forbiddenSum.test(state.get(0) + state.get(1)) ? "sums up to what is forbidden" : null;
    }

    @Override
    public String violation(List<Integer> before, List<Integer> after) {
      return null;
    }

    @Override
    public boolean atRest(List<Integer> state) {
      return state.equals(List.of(most, most));
    }

    @Override
    public Object[] parts(List<Integer> state) {
      return state.toArray();
    }

    @Override
    public void order(int[] numbers) {
      if (interchangeable) {
        Arrays.sort(numbers);
      }
    }

    @Override
    public List<Integer> assemble(Object[] parts) {
      return List.of((Integer) parts[0], (Integer) parts[1]);
    }
  }

  @Test
  void countsEachStateAndEachStepOnce() {
    Outcome outcome = search(new Counters(3), NO_LIMITS);

    assertThat(outcome.holds()).isTrue();
    assertThat(outcome.states()).isEqualTo(16);
    assertThat(outcome.transitions()).isEqualTo(2 * 4 * (2 + 2 + 1));
    assertThat(outcome.depth()).as("3 in two steps, twice").isEqualTo(4);
  }

  @Test
  void findsTheShortestWay() {
    Counters model = new Counters(9);
    model.forbiddenSum = sum -> sum == 5;

    Outcome outcome = search(model, NO_LIMITS);

    assertThat(outcome.holds()).isFalse();
    assertThat(outcome.depth()).isEqualTo(3);
    assertThat(outcome.counterexample().orElseThrow().reason()).contains("forbidden");
    assertThat(outcome.counterexample().orElseThrow().steps())
        .containsExactly("counter 0 to 1", "counter 0 to 3", "counter 0 to 5");
  }

  @Test
  void looksAtTheInitialState() {
    Counters model = new Counters(9);
    model.forbiddenSum = sum -> sum == 0;

    assertThat(search(model, NO_LIMITS).counterexample().orElseThrow().steps()).isEmpty();
  }

  @Test
  void looksAtStepsToStatesThatItKnows() {
    Outcome outcome =
        search(
            new Counters(3) {
              @Override
              public String violation(List<Integer> before, List<Integer> after) {
                return before.equals(List.of(2, 3)) && after.equals(List.of(3, 3)) ? "no" : null;
              }
            },
            NO_LIMITS);

    assertThat(outcome.counterexample().orElseThrow().steps())
        .hasSize(4)
        .last()
        .isEqualTo("counter 0 to 3");
  }

  @Test
  void findsADeadlock() {
    Outcome outcome =
        search(
            new Counters(3) {
              @Override
              public boolean atRest(List<Integer> state) {
                return false;
              }
            },
            NO_LIMITS);

    assertThat(outcome.counterexample().orElseThrow().steps()).hasSize(4);
    assertThat(outcome.counterexample().orElseThrow().reason()).contains("not rest");
  }

  @Test
  void findsALivelock() {
    Outcome outcome =
        search(
            new Counters(3) {
              @Override
              public void steps(List<Integer> state, Steps<List<Integer>> steps) {
                if (state.equals(List.of(1, 3))) {
                  steps.step(List.of(0, 3), true, () -> "back");
                }
                super.steps(state, steps);
              }
            },
            NO_LIMITS);

    assertThat(outcome.holds()).isFalse();
    assertThat(outcome.counterexample().orElseThrow().reason()).contains("round and round");
    assertThat(outcome.counterexample().orElseThrow().steps()).contains("back");
  }

  @Test
  void takesInterchangeablePartsForTheSameInAnyOrder() {
    Counters model = new Counters(3);
    model.interchangeable = true;

    assertThat(search(model, NO_LIMITS).states()).isEqualTo(10);
  }

  @Test
  void tellsAWayThroughInterchangeableStatesAsItWent() {
    Counters model = new Counters(3);
    model.interchangeable = true;
    model.forbiddenSum = sum -> sum == 6;

    assertThat(search(model, NO_LIMITS).counterexample().orElseThrow().steps())
        .containsExactlyInAnyOrder(
            "counter 0 to 1", "counter 0 to 3", "counter 1 to 1", "counter 1 to 3");
  }

  @Test
  void stopsAtTheDepthAndSaysThatItIsNotAll() {
    Outcome outcome = search(new Counters(100), new Limits(Integer.MAX_VALUE, 3));

    assertThat(outcome.depth()).isEqualTo(3);
    assertThat(outcome.complete()).isFalse();
    assertThat(outcome.holds()).isFalse();
    assertThat(outcome.counterexample()).isEmpty();
  }

  @Test
  void stopsWhereThereAreTooManyStates() {
    Outcome outcome = search(new Counters(1000), new Limits(500, Integer.MAX_VALUE));

    assertThat(outcome.complete()).isFalse();
    assertThat(outcome.states()).isBetween(501L, 510L);
  }

  @Test
  void keepsManyStatesApart() {
    int[] states = IntStream.range(0, 300_000).toArray();
    StateTable table = new StateTable(2);

    for (int state : states) {
      assertThat(table.add(new int[] {state >> 9, state & 511}, state - 1)).isEqualTo(state);
    }

    int[] row = new int[2];
    for (int state : states) {
      assertThat(table.add(new int[] {state >> 9, state & 511}, 0)).isEqualTo(state);
      table.read(state, row);
      assertThat(row[0] << 9 | row[1]).isEqualTo(state);
      assertThat(table.predecessor(state)).isEqualTo(state - 1);
    }
    assertThat(table.size()).isEqualTo(states.length);
  }

  private static Outcome search(Counters model, Limits limits) {
    return new Search<>(model, limits, (states, depth) -> {}).run();
  }
}
