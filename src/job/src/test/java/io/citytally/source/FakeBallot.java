package io.citytally.source;

import io.citytally.vote.BallotReader;
import io.citytally.vote.Choice;
import io.citytally.vote.UnavailableException;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** A ballot that a test changes, and that can be out of reach, missing or slow. */
final class FakeBallot implements BallotReader {

  private static final long serialVersionUID = 1L;

  transient Set<Choice> choices;
  transient boolean isOutOfReach;
  transient boolean isMissing;
  transient boolean answersLater;
  private final transient Queue<Runnable> answers = new ArrayDeque<>();
  int readings;
  boolean closed;

  FakeBallot(Choice... choices) {
    put(choices);
  }

  void put(Choice... choices) {
    this.choices = Set.of(choices);
  }

  /** Answers the oldest reading that is under way, with what was on the ballot when it began. */
  void answer() {
    answers.remove().run();
  }

  @Override
  public CompletableFuture<Set<Choice>> read() {
    readings++;
    CompletableFuture<Set<Choice>> reading = new CompletableFuture<>();
    Set<Choice> found = choices;
    if (isMissing) {
      answers.add(() -> reading.completeExceptionally(new IllegalStateException("missing")));
    } else if (isOutOfReach) {
      answers.add(
          () -> reading.completeExceptionally(new UnavailableException("out of reach", null)));
    } else {
      answers.add(() -> reading.complete(found));
    }
    if (!answersLater) {
      answer();
    }
    return reading;
  }

  @Override
  public void close() {
    closed = true;
  }
}
