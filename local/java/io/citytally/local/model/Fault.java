package io.citytally.local.model;

import java.util.EnumSet;
import java.util.Set;

/**
 * What may go wrong around a writer and an item. Each happens as often as it likes, at any time.
 */
enum Fault {
  REPEATED("repeated", "the stream delivers a change again"),
  REORDERED("out of order", "the stream delivers the changes in any order"),
  REFUSED("refused", "a write fails without an effect, and the writer is told so"),
  ANSWER_LOST("answer lost", "a write takes effect, and its answer is lost"),
  LATE("late", "a write is given up and sent again, but is on its way, and may arrive at any time"),
  CRASH("crash", "the job crashes, and starts from what is retained"),
  OLD_SNAPSHOT("old snapshot", "it starts without state, though a snapshot is there"),
  ZOMBIE("zombie", "a second instance runs beside it, from a snapshot or from the beginning"),
  FORGOTTEN("forgotten", "what is remembered for a while only, is forgotten"),
  NEW_EPOCH("new epoch", "the epoch is raised, and counting starts anew");

  final String title;
  final String meaning;

  Fault(String title, String meaning) {
    this.title = title;
    this.meaning = meaning;
  }

  static Set<Fault> all() {
    return EnumSet.allOf(Fault.class);
  }

  /** As it is written on the command line. */
  @Override
  public String toString() {
    return title.replace(' ', '-');
  }
}
