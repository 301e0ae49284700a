package io.citytally.sink;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * A connection to a table in memory, whose requests are on their way until the test answers them.
 *
 * @param <Q> the requests
 * @param <R> their responses
 */
abstract class FakeConnection<Q, R> {

  final Deque<Call> calls = new ArrayDeque<>();
  boolean closed;

  /** Carries the request out, or fails as the real one does. */
  abstract R apply(Q request);

  final Call send(Q request) {
    Call call = new Call(request);
    calls.add(call);
    return call;
  }

  /** The call that came first and is not answered yet. */
  final Call next() {
    return calls.remove();
  }

  /** All calls that are not answered yet, in the order in which they came. */
  final List<Call> all() {
    List<Call> all = new ArrayList<>(calls);
    calls.clear();
    return all;
  }

  public void close() {
    closed = true;
  }

  /** A request on its way. */
  final class Call {

    final Q request;
    final CompletableFuture<R> future = new CompletableFuture<>();

    private Call(Q request) {
      this.request = request;
    }

    void answer() {
      try {
        future.complete(apply(request));
      } catch (RuntimeException e) {
        fail(e);
      }
    }

    /** The request takes effect, its answer gets lost. */
    void loseAnswer(RuntimeException error) {
      apply(request);
      fail(error);
    }

    void fail(RuntimeException error) {
      future.completeExceptionally(new CompletionException(error));
    }
  }
}
