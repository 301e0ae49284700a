package io.citytally.local.model;

import java.util.ArrayList;
import java.util.List;

/**
 * One {@code ADD 1} or {@code ADD -1} for each change, in the order in which they came.
 *
 * <p>Without a guard this is the Lambda function that Citytally replaces, at its best: a Lambda
 * that subtracts, too, which the old one didn't. It knows no change again, has no state but its
 * position in the stream, and does a whole batch again if one of its writes fails.
 */
final class AddPerChange implements Protocol<Integer, AddPerChange.Writer, AddPerChange.OneChange> {

  /** On what condition DynamoDB does the write. */
  enum Guard {
    NONE("ADD 1 per change (the Lambda)"),

    /** The item remembers the last change taken in, and takes only later ones. */
    LAST_CHANGE("ADD 1, guarded by the last sequence number"),

    /**
     * All that was taken in is remembered: by the item in a set, or by a marker item for each
     * change, which a transaction puts together with the ADD.
     */
    ALL_CHANGES("ADD 1, guarded by the set of all changes, or a marker item for each");

    private final String title;

    Guard(String title) {
      this.title = title;
    }
  }

  /**
   * @param waiting what is to be written; the first is on its way
   */
  record Writer(List<OneChange> waiting) {}

  record OneChange(int change, int votes) {}

  private final Guard guard;

  AddPerChange(Guard guard) {
    this.guard = guard;
  }

  @Override
  public String name() {
    return guard.title;
  }

  /** The last change, plus one, or the set of all changes. */
  @Override
  public Integer unwritten() {
    return 0;
  }

  @Override
  public Writer start(int key, int epoch) {
    return new Writer(List.of());
  }

  @Override
  public boolean takesMore(Writer writer) {
    return true;
  }

  @Override
  public Writer count(Writer writer, Changes changes, int key, int arrived) {
    List<OneChange> waiting = new ArrayList<>(writer.waiting);
    for (int change = 0; change < changes.size(); change++) {
      if (Changes.contains(arrived, change)) {
        waiting.add(new OneChange(change, changes.votes(change, key)));
      }
    }
    return new Writer(List.copyOf(waiting));
  }

  @Override
  public OneChange sent(Writer writer) {
    return writer.waiting.isEmpty() ? null : writer.waiting.get(0);
  }

  @Override
  public Effect<Integer> effect(OneChange request, Integer memory) {
    return switch (guard) {
      case NONE -> new Effect<>(memory, request.votes, true);
      case LAST_CHANGE ->
          request.change < memory
              ? new Effect<>(memory, 0, false)
              : new Effect<>(request.change + 1, request.votes, true);
      case ALL_CHANGES ->
          Changes.contains(memory, request.change)
              ? new Effect<>(memory, 0, false)
              : new Effect<>(memory | 1 << request.change, request.votes, true);
    };
  }

  @Override
  public Writer answered(Writer writer, Effect<Integer> effect) {
    return new Writer(writer.waiting.subList(1, writer.waiting.size()));
  }

  @Override
  public Writer unanswered(Writer writer) {
    return writer;
  }

  @Override
  public boolean deduplicates() {
    return guard != Guard.NONE;
  }

  @Override
  public boolean retriesAll() {
    return guard == Guard.NONE;
  }

  @Override
  public String describe(OneChange request) {
    String add = String.format("ADD %+d for change %d", request.votes, request.change + 1);
    return switch (guard) {
      case NONE -> add;
      case LAST_CHANGE -> add + ", if the last one was an earlier one";
      case ALL_CHANGES -> add + ", if it is not among those taken in";
    };
  }

  @Override
  public String describe(Integer memory, int total) {
    return switch (guard) {
      case NONE -> "total " + total;
      case LAST_CHANGE -> "total " + total + (memory == 0 ? "" : " (last: change " + memory + ")");
      case ALL_CHANGES -> "total " + total + " (" + Integer.bitCount(memory) + " changes known)";
    };
  }
}
