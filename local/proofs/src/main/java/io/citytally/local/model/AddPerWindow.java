package io.citytally.local.model;

import java.util.ArrayList;
import java.util.List;

/**
 * One {@code ADD} for each window, of the amount that it gathered.
 *
 * <p>The writer is a Flink job that deduplicates, counts the windows of each key in its state, and
 * writes one after the other. Its snapshots hold what isn't known to be written. The idempotent add
 * has all of that, too. A window goes on gathering until the one before is written, which only
 * keeps the alternatives from harm.
 */
final class AddPerWindow
    implements Protocol<List<AddPerWindow.Amount>, AddPerWindow.Writer, AddPerWindow.Amount> {

  /** On what condition DynamoDB does the write. */
  enum Guard {
    NONE("ADD of window amounts"),

    /** The item remembers the number of the last window taken in, and takes only greater ones. */
    WINDOW_NUMBER("ADD of window amounts, guarded by window number"),

    /**
     * The write is a transaction, and key and window number are its client request token. DynamoDB
     * answers a token that it remembers with success and does nothing, and refuses it with {@code
     * IdempotentParameterMismatchException} if the request is another one; then the writer can only
     * go on with the next. It remembers a token for ten minutes (API reference of
     * TransactWriteItems).
     */
    REQUEST_TOKEN("ADD in a transaction with a client request token");

    private final String title;

    Guard(String title) {
      this.title = title;
    }
  }

  /**
   * @param windows how many have ended, while the guard asks for it
   * @param sent the request on its way, or null
   */
  record Writer(int windows, Amount sent) {}

  record Amount(int window, int votes) {}

  private final Guard guard;

  AddPerWindow(Guard guard) {
    this.guard = guard;
  }

  @Override
  public String name() {
    return guard.title;
  }

  /** The last amount taken in, or those whose token is remembered. */
  @Override
  public List<Amount> unwritten() {
    return List.of();
  }

  @Override
  public List<Amount> expired(List<Amount> memory) {
    return guard == Guard.REQUEST_TOKEN ? List.of() : memory;
  }

  @Override
  public Writer start(int key, int epoch) {
    return new Writer(0, null);
  }

  @Override
  public boolean takesMore(Writer writer) {
    return writer.sent == null;
  }

  @Override
  public Writer count(Writer writer, Changes changes, int key, int arrived) {
    int window = guard == Guard.NONE ? 0 : writer.windows + 1;
    int votes = changes.added(arrived, key) - changes.removed(arrived, key);
    return new Writer(window, new Amount(window, votes));
  }

  @Override
  public Amount sent(Writer writer) {
    return writer.sent;
  }

  @Override
  public Effect<List<Amount>> effect(Amount request, List<Amount> memory) {
    return switch (guard) {
      case NONE -> new Effect<>(memory, request.votes, true);
      case WINDOW_NUMBER ->
          memory.isEmpty() || memory.get(0).window < request.window
              ? new Effect<>(List.of(request), request.votes, true)
              : new Effect<>(memory, 0, false);
      case REQUEST_TOKEN ->
          memory.stream().anyMatch(known -> known.window == request.window)
              ? new Effect<>(memory, 0, false)
              : new Effect<>(with(memory, request), request.votes, true);
    };
  }

  private static List<Amount> with(List<Amount> memory, Amount more) {
    List<Amount> all = new ArrayList<>(memory);
    all.add(more);
    return List.copyOf(all);
  }

  @Override
  public Writer answered(Writer writer, Effect<List<Amount>> effect) {
    return new Writer(writer.windows, null);
  }

  @Override
  public Writer unanswered(Writer writer) {
    return writer;
  }

  @Override
  public String describe(Amount request) {
    String add = String.format("ADD %+d", request.votes);
    return switch (guard) {
      case NONE -> add;
      case WINDOW_NUMBER -> add + ", window " + request.window + ", if the last one was a lesser";
      case REQUEST_TOKEN -> add + ", with the token of window " + request.window;
    };
  }

  @Override
  public String describe(List<Amount> memory, int total) {
    String known =
        memory.isEmpty()
            ? ""
            : switch (guard) {
              case NONE -> "";
              case WINDOW_NUMBER -> " (last window: " + memory.get(0).window + ")";
              case REQUEST_TOKEN -> " (tokens remembered: " + memory.size() + ")";
            };
    return "total " + total + known;
  }
}
