package io.citytally.source;

import io.citytally.vote.Choice;
import io.citytally.vote.TotalsReader;
import io.citytally.vote.UnavailableException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** Totals that a test writes, and that can be out of reach, missing or slow. */
final class FakeTotals implements TotalsReader {

  private static final long serialVersionUID = 1L;

  final transient Set<Choice> written = new HashSet<>();
  final transient List<Choice> asked = new ArrayList<>();
  transient boolean isOutOfReach;
  transient boolean isMissing;
  transient boolean answersLater;
  private final transient Queue<Runnable> answers = new ArrayDeque<>();
  boolean closed;

  /** How many questions are unanswered. */
  int unanswered() {
    return answers.size();
  }

  /** Answers the oldest question, as things stood when it was asked. */
  void answer() {
    answers.remove().run();
  }

  @Override
  public CompletableFuture<Boolean> hasTotal(Choice choice) {
    asked.add(choice);
    CompletableFuture<Boolean> answer = new CompletableFuture<>();
    boolean found = written.contains(choice);
    if (isMissing) {
      answers.add(() -> answer.completeExceptionally(new IllegalStateException("missing")));
    } else if (isOutOfReach) {
      answers.add(
          () -> answer.completeExceptionally(new UnavailableException("out of reach", null)));
    } else {
      answers.add(() -> answer.complete(found));
    }
    if (!answersLater) {
      answer();
    }
    return answer;
  }

  @Override
  public void close() {
    closed = true;
  }
}
