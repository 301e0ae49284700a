package io.citytally.count;

import io.citytally.vote.FlinkPojo;

/** The newest changes of one list of recent votes: of the city, or of a region. */
@FlinkPojo
public class ListChanges {

  /** As {@link io.citytally.vote.RecentVotes#list}. */
  public String list;

  /** The newest first; at most one of each vote. */
  public ChoiceChange[] changes;

  /** For Flink's serializer. */
  public ListChanges() {}

  ListChanges(String list, ChoiceChange... changes) {
    this.list = list;
    this.changes = changes;
  }

  /** As {@link #list}, for a key selector. */
  public String list() {
    return list;
  }

  /** What is newest in both together, of which {@code shown} are to be shown. */
  ListChanges merge(ListChanges that, int shown) {
    NewestChanges newest = new NewestChanges(shown);
    newest.addAll(changes);
    newest.addAll(that.changes);
    return new ListChanges(list, newest.newestFirst());
  }
}
