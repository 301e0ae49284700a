package io.citytally.local.model;

import java.util.ArrayList;
import java.util.List;

/**
 * Optimistic concurrency control: one write for each change, on the condition that the item is as
 * the writer has seen it last. A writer whose condition fails reads the item, and tries again with
 * what it has now.
 */
final class OptimisticAdd
    implements Protocol<OptimisticAdd.Seen, OptimisticAdd.Writer, OptimisticAdd.OneChange> {

  /** What a writer can learn of its own writes when it reads the item after a failed condition. */
  enum History {
    NONE("ADD 1, if the item is as it was read"),

    /**
     * The item tells which change it took in last. A list of several only fails later: it has an
     * end, since an item does.
     */
    LAST_CHANGE("ADD 1, if the item is as it was read, with a history");

    private final String title;

    History(String title) {
      this.title = title;
    }
  }

  /** What an item's history says as long as no change was taken in. */
  private static final int NO_CHANGE = -1;

  /**
   * An item.
   *
   * @param votes by how many its total was moved
   * @param last the change that it took in last, if it keeps a history
   */
  record Seen(int votes, int last) {}

  /**
   * @param seen the item as the writer has seen it last
   * @param waiting what is to be written; the first is on its way
   */
  record Writer(Seen seen, List<Vote> waiting) {}

  record Vote(int change, int votes) {}

  record OneChange(Vote vote, Seen seen) {}

  private final History history;

  OptimisticAdd(History history) {
    this.history = history;
  }

  @Override
  public String name() {
    return history.title;
  }

  @Override
  public Seen unwritten() {
    return new Seen(0, NO_CHANGE);
  }

  @Override
  public Writer start(int key, int epoch) {
    return new Writer(unwritten(), List.of());
  }

  @Override
  public boolean takesMore(Writer writer) {
    return true;
  }

  @Override
  public Writer count(Writer writer, Changes changes, int key, int arrived) {
    List<Vote> waiting = new ArrayList<>(writer.waiting);
    for (int change = 0; change < changes.size(); change++) {
      int votes = changes.votes(change, key);
      if (Changes.contains(arrived, change) && votes != 0) {
        waiting.add(new Vote(change, votes));
      }
    }
    return new Writer(writer.seen, List.copyOf(waiting));
  }

  @Override
  public OneChange sent(Writer writer) {
    return writer.waiting.isEmpty() ? null : new OneChange(writer.waiting.get(0), writer.seen);
  }

  @Override
  public Effect<Seen> effect(OneChange request, Seen item) {
    if (!request.seen.equals(item)) {
      return new Effect<>(item, 0, false);
    }
    int last = history == History.NONE ? NO_CHANGE : request.vote.change;
    return new Effect<>(new Seen(item.votes + request.vote.votes, last), request.vote.votes, true);
  }

  @Override
  public Writer answered(Writer writer, Effect<Seen> effect) {
    Seen item = effect.memory();
    boolean isIn = effect.written() || item.last == writer.waiting.get(0).change;
    return new Writer(
        item, isIn ? writer.waiting.subList(1, writer.waiting.size()) : writer.waiting);
  }

  @Override
  public Writer unanswered(Writer writer) {
    return writer;
  }

  @Override
  public String describe(OneChange request) {
    return String.format(
        "ADD %+d for change %d, if the item is as read%s",
        request.vote.votes, request.vote.change + 1, last(request.seen));
  }

  @Override
  public String describe(Seen item, int total) {
    return "total " + total + last(item);
  }

  private static String last(Seen item) {
    return item.last == NO_CHANGE ? "" : " (last: change " + (item.last + 1) + ")";
  }
}
