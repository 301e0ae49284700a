package io.citytally.local.simulation;

import io.citytally.local.simulation.Action.Kind;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * All that happens in a run, in this order; after that the faults end, and the run is brought to
 * rest.
 */
public record Plan(List<Action> actions) {

  private static final int MIN_ACTIONS = 40;
  private static final int MAX_ACTIONS = 160;

  /** Shorter and longer than a window, a pause of a writer, and a bucket of ten minutes. */
  private static final int[] MILLIS = {
    1, 20, 100, 100, 400, 1_000, 1_000, 3_000, 12_000, 60_000, 1_200_000
  };

  /** How often what is no fault happens. */
  private static final Map<Kind, Integer> USUAL =
      Map.of(
          Kind.CAST, 10,
          Kind.SEVERAL, 12,
          Kind.WITHDRAW, 3,
          Kind.PLAIN, 3,
          Kind.PUT, 14,
          Kind.WORK, 34,
          Kind.PASS, 12,
          Kind.ANSWER, 20,
          Kind.CHECKPOINT, 8,
          Kind.DISCOVER, 3);

  /** How often a fault happens in those runs that have it. */
  private static final Map<Kind, Integer> FAULTS =
      Map.ofEntries(
          Map.entry(Kind.SPOIL, 2),
          Map.entry(Kind.POISON, 2),
          Map.entry(Kind.CLOCK, 2),
          Map.entry(Kind.JUMP, 2),
          Map.entry(Kind.LIST, 3),
          Map.entry(Kind.LEAVE, 3),
          Map.entry(Kind.HIDE, 1),
          Map.entry(Kind.DELETE, 1),
          Map.entry(Kind.BALLOT_AWAY, 2),
          Map.entry(Kind.RECAST, 3),
          Map.entry(Kind.SWITCH_SOURCE, 1),
          Map.entry(Kind.BLIND_START, 1),
          Map.entry(Kind.PUT_EARLY, 5),
          Map.entry(Kind.PUT_AGAIN, 6),
          Map.entry(Kind.SPLIT, 2),
          Map.entry(Kind.MERGE, 2),
          Map.entry(Kind.EXPIRE, 3),
          Map.entry(Kind.SAVEPOINT, 2),
          Map.entry(Kind.TAKE_EFFECT, 5),
          Map.entry(Kind.THROTTLE, 3),
          Map.entry(Kind.SERVER_ERROR, 3),
          Map.entry(Kind.CONFLICT, 3),
          Map.entry(Kind.LOSE_REQUEST, 3),
          Map.entry(Kind.LOSE_ANSWER, 4),
          Map.entry(Kind.GIVE_UP, 4),
          Map.entry(Kind.OUTAGE, 2),
          Map.entry(Kind.CRASH, 4),
          Map.entry(Kind.ZOMBIE, 2),
          Map.entry(Kind.END_ZOMBIE, 1),
          Map.entry(Kind.FRESH_START, 1),
          Map.entry(Kind.RAISE_EPOCH, 1),
          Map.entry(Kind.NIGHT, 1));

  /**
   * The plan that follows from a seed. Each kind of fault is in about half of all plans: a plan
   * with everything in it would seldom get as far as what two faults do to each other ("Swarm
   * Testing", Groce and others, ISSTA 2012).
   */
  public static Plan of(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<Kind> drawn = new ArrayList<>();
    for (Map.Entry<Kind, Integer> weight : weights(random).entrySet()) {
      for (int i = 0; i < weight.getValue(); i++) {
        drawn.add(weight.getKey());
      }
    }
    List<Action> actions = new ArrayList<>();
    actions.add(new Action(Kind.START, shape(random), 0));
    for (int i = random.nextInt(3); i > 0; i--) {
      actions.add(new Action(Kind.LEGACY, random.nextInt(8), 1 + random.nextInt(9)));
    }
    if (random.nextInt(4) == 0) {
      actions.add(new Action(Kind.EARLIER, 1 + random.nextInt(4), 0));
    }
    if (random.nextBoolean()) {
      for (int i = 1 + random.nextInt(4); i > 0; i--) {
        actions.add(new Action(Kind.BALLOT, random.nextInt(8), 0));
      }
    }
    for (int i = random.nextInt(MIN_ACTIONS, MAX_ACTIONS); i > 0; i--) {
      actions.add(action(drawn.get(random.nextInt(drawn.size())), random));
    }
    return new Plan(actions);
  }

  private static Map<Kind, Integer> weights(SplittableRandom random) {
    Map<Kind, Integer> weights = new EnumMap<>(Kind.class);
    for (Kind kind : Kind.values()) {
      if (USUAL.containsKey(kind)) {
        weights.put(kind, USUAL.get(kind));
      } else if (FAULTS.containsKey(kind) && random.nextBoolean()) {
        weights.put(kind, FAULTS.get(kind));
      }
    }
    return weights;
  }

  private static Action action(Kind kind, SplittableRandom random) {
    return switch (kind) {
      case CAST -> new Action(kind, random.nextInt(12), random.nextInt(8));
      case SEVERAL -> new Action(kind, random.nextInt(12), random.nextInt(640));
      case PUT -> new Action(kind, 1 + random.nextInt(4), 0);
      case WORK -> new Action(kind, 1 + random.nextInt(16), random.nextInt(1_000));
      case ANSWER -> new Action(kind, 1 + random.nextInt(4), random.nextInt(1_000));
      case PASS -> new Action(kind, MILLIS[random.nextInt(MILLIS.length)], 0);
      case OUTAGE -> new Action(kind, 500 * (1 + random.nextInt(40)), 0);
      case CRASH, ZOMBIE, SWITCH_SOURCE ->
          new Action(kind, random.nextBoolean() ? 0 : random.nextInt(4), shape(random));
      case FRESH_START, BLIND_START -> new Action(kind, shape(random), 0);
      case RAISE_EPOCH -> new Action(kind, shape(random), random.nextInt(2));
      case EXPIRE, NIGHT -> new Action(kind, random.nextInt(2), 0);
      case BALLOT_AWAY -> new Action(kind, 500 * (1 + random.nextInt(60)), 0);
      case DISCOVER, CHECKPOINT, SAVEPOINT, END_ZOMBIE, RECAST -> new Action(kind, 0, 0);
      default -> new Action(kind, random.nextInt(12), 0);
    };
  }

  /** Seldom a great parallelism, because it takes its time. */
  private static int shape(SplittableRandom random) {
    int parallelism = Math.min(random.nextInt(4), Math.min(random.nextInt(4), random.nextInt(4)));
    return parallelism + Shape.MAX_PARALLELISM * random.nextInt(Shape.WINDOWS.size());
  }

  /**
   * @param text actions with a space between, as {@link #toString} has them
   * @throws IllegalArgumentException if it is no plan; the message says which action is none
   */
  public static Plan parse(String text) {
    return new Plan(
        Stream.of(text.trim().split("\\s+"))
            .filter(part -> !part.isEmpty())
            .map(Action::parse)
            .toList());
  }

  @Override
  public String toString() {
    return actions.stream().map(Action::toString).collect(Collectors.joining(" "));
  }
}
