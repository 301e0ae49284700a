package io.citytally.count;

/** The newest changes of one feed of recent votes: of the city, or of a region. */
public class ListChanges {

  /** As {@link io.citytally.vote.RecentVotes#feed}. */
  public String feed;

  /** The newest first; at most one of each vote. */
  public ChoiceChange[] changes;

  /** For Flink's serializer. */
  public ListChanges() {}

  ListChanges(String feed, ChoiceChange... changes) {
    this.feed = feed;
    this.changes = changes;
  }

  /** As {@link #feed}, for a key selector. */
  public String feed() {
    return feed;
  }

  /** What is newest in both together, of which {@code shown} are to be shown. */
  ListChanges merge(ListChanges that, int shown) {
    NewestChanges newest = new NewestChanges(shown);
    newest.addAll(changes);
    newest.addAll(that.changes);
    return new ListChanges(feed, newest.newestFirst());
  }
}
