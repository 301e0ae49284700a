package io.citytally.local.bench;

import io.citytally.local.cloud.CastVote;
import io.citytally.local.election.Election;
import io.citytally.vote.Choice;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Cast votes as they reach the job: for what, and when. They come independently of each other, as a
 * Poisson process, which is what many people do who don't know of each other.
 */
final class VoteArrivals {

  private final List<Choice> choices;
  private final int[] choiceOf;
  private final long[] millis;

  private VoteArrivals(List<Choice> choices, int[] choiceOf, long[] millis) {
    this.choices = choices;
    this.choiceOf = choiceOf;
    this.millis = millis;
  }

  /**
   * The votes of an election, in an order in which they might have come; over and over, by ever new
   * voters, until there are enough.
   */
  static VoteArrivals of(Election election, int votes, double perSecond, long seed) {
    Map<Choice, Integer> indexes = new HashMap<>();
    List<Choice> choices = new ArrayList<>();
    int[] choiceOf = new int[votes];
    int next = 0;
    for (long round = seed; next < votes; round++) {
      Iterator<CastVote> each = election.votesInOrder(round);
      while (next < votes && each.hasNext()) {
        Choice choice = each.next().choice();
        choiceOf[next++] =
            indexes.computeIfAbsent(
                choice,
                fresh -> {
                  choices.add(fresh);
                  return choices.size() - 1;
                });
      }
    }
    return new VoteArrivals(choices, choiceOf, poisson(votes, perSecond, seed));
  }

  /**
   * Votes for choices of which the nth gets a share of 1/n, as Zipf found of words.
   *
   * @param regions over which the choices are spread in turn
   */
  static VoteArrivals zipf(int choices, int regions, int votes, double perSecond, long seed) {
    List<Choice> keys = new ArrayList<>(choices);
    double[] through = new double[choices];
    double sum = 0;
    for (int i = 0; i < choices; i++) {
      keys.add(new Choice("region " + i % regions, "improvement " + i));
      sum += 1.0 / (i + 1);
      through[i] = sum;
    }
    SplittableRandom random = new SplittableRandom(seed);
    int[] choiceOf = new int[votes];
    for (int i = 0; i < votes; i++) {
      int found = Arrays.binarySearch(through, random.nextDouble() * sum);
      choiceOf[i] = Math.min(choices - 1, found < 0 ? -found - 1 : found);
    }
    return new VoteArrivals(keys, choiceOf, poisson(votes, perSecond, seed));
  }

  /** Votes for choices of one region, each of which gets as many as any other. */
  static VoteArrivals even(int choices, int votes, double perSecond, long seed) {
    List<Choice> keys = new ArrayList<>(choices);
    for (int i = 0; i < choices; i++) {
      keys.add(new Choice("region", "improvement " + i));
    }
    int[] choiceOf = new SplittableRandom(seed).ints(votes, 0, choices).toArray();
    return new VoteArrivals(keys, choiceOf, poisson(votes, perSecond, seed));
  }

  /** Votes for one choice at given times, in this order. */
  static VoteArrivals at(Choice choice, long... millis) {
    return new VoteArrivals(List.of(choice), new int[millis.length], millis.clone());
  }

  private static long[] poisson(int votes, double perSecond, long seed) {
    SplittableRandom random = new SplittableRandom(~seed);
    long[] millis = new long[votes];
    double seconds = 0;
    for (int i = 0; i < votes; i++) {
      seconds -= Math.log(1 - random.nextDouble()) / perSecond;
      millis[i] = (long) (seconds * 1_000);
    }
    return millis;
  }

  int count() {
    return millis.length;
  }

  /** When the vote of this index comes, in milliseconds since the first could; never falling. */
  long millisOf(int vote) {
    return millis[vote];
  }

  Choice choiceOf(int vote) {
    return choices.get(choiceOf[vote]);
  }

  /** How many choices get a vote. */
  int choicesTaken() {
    return (int) Arrays.stream(choiceOf).distinct().count();
  }

  /** How many regions get a vote. */
  int regionsTaken() {
    return (int) Arrays.stream(choiceOf).mapToObj(i -> choices.get(i).region).distinct().count();
  }

  /** For each choice that gets a vote, when they come. */
  Map<Choice, long[]> byChoice() {
    int[] counts = new int[choices.size()];
    for (int choice : choiceOf) {
      counts[choice]++;
    }
    Map<Choice, long[]> byChoice = new HashMap<>();
    long[][] times = new long[choices.size()][];
    int[] filled = new int[choices.size()];
    for (int i = 0; i < millis.length; i++) {
      int choice = choiceOf[i];
      if (times[choice] == null) {
        times[choice] = new long[counts[choice]];
        byChoice.put(choices.get(choice), times[choice]);
      }
      times[choice][filled[choice]++] = millis[i];
    }
    return byChoice;
  }
}
