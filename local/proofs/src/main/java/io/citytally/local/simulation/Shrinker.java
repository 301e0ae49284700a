package io.citytally.local.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * Makes a failing plan small enough to be read: first without whole kinds of actions, then without
 * ever smaller pieces ("Simplifying and Isolating Failure-Inducing Input", Zeller and Hildebrandt,
 * IEEE TSE 2002), then with smaller numbers, as long as it still fails.
 */
final class Shrinker {

  private final Predicate<Plan> fails;
  private int runsLeft;
  private List<Action> actions;

  private Shrinker(Plan plan, Predicate<Plan> fails, int maxRuns) {
    this.actions = plan.actions();
    this.fails = fails;
    this.runsLeft = maxRuns;
  }

  /**
   * A plan that fails, too.
   *
   * @param plan one that fails
   * @param maxRuns how often it may be tried
   */
  static Plan shrink(Plan plan, Predicate<Plan> fails, int maxRuns) {
    Shrinker shrinker = new Shrinker(plan, fails, maxRuns);
    int before;
    do {
      before = shrinker.actions.size();
      shrinker.dropKinds();
      shrinker.dropPieces();
    } while (shrinker.actions.size() < before);
    shrinker.lessen();
    return new Plan(shrinker.actions);
  }

  private void dropKinds() {
    for (Action.Kind kind : Action.Kind.values()) {
      keepIfItFails(actions.stream().filter(action -> action.kind() != kind).toList());
    }
  }

  private void dropPieces() {
    for (int length = Math.max(1, actions.size() / 2); length >= 1; length /= 2) {
      for (int from = 0; from < actions.size(); ) {
        List<Action> rest = new ArrayList<>(actions.subList(0, from));
        rest.addAll(actions.subList(Math.min(actions.size(), from + length), actions.size()));
        if (!keepIfItFails(rest)) {
          from += length;
        }
      }
    }
  }

  private void lessen() {
    for (int i = 0; i < actions.size(); i++) {
      Action action = actions.get(i);
      if (!replace(i, new Action(action.kind(), 0, 0))
          && !replace(i, new Action(action.kind(), action.first(), 0))
          && !replace(i, new Action(action.kind(), 0, action.second()))) {
        while (replace(i, halved(actions.get(i)))) {
          // As long as it goes.
        }
      }
    }
  }

  private static Action halved(Action action) {
    return new Action(action.kind(), action.first() / 2, action.second());
  }

  private boolean replace(int index, Action by) {
    if (by.equals(actions.get(index))) {
      return false;
    }
    List<Action> changed = new ArrayList<>(actions);
    changed.set(index, by);
    return keepIfItFails(changed);
  }

  private boolean keepIfItFails(List<Action> fewer) {
    if (fewer.equals(actions) || runsLeft == 0) {
      return false;
    }
    runsLeft--;
    if (!fails.test(new Plan(fewer))) {
      return false;
    }
    actions = List.copyOf(fewer);
    return true;
  }
}
