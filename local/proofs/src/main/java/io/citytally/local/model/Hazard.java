package io.citytally.local.model;

import java.util.EnumSet;
import java.util.Set;

/**
 * What may go wrong around a writer and an item. Each happens as often as it likes, at any time.
 */
enum Hazard {

  /** The stream delivers a change again. */
  REPEATED("repeated"),

  /** The stream delivers the changes in any order, another one to each job. */
  REORDERED("out-of-order"),

  /** A write fails without an effect, and its writer is told so. */
  REFUSED("refused"),

  /** A write takes effect, and its answer is lost. */
  ANSWER_LOST("answer-lost"),

  /** A write is given up, but is on its way, and takes effect at any time later, or never. */
  LATE("late"),

  /** A job is gone, and starts again from a snapshot, or from the beginning if there is none. */
  CRASH("crash"),

  /** A job starts from the beginning, though there is a snapshot. */
  OLD_SNAPSHOT("old-snapshot"),

  /** A job starts while another one runs. */
  ZOMBIE("zombie"),

  /** What is remembered for a while only is forgotten: a writer's beliefs, DynamoDB's tokens. */
  FORGOTTEN("forgotten"),

  /** A job starts without state, and under an epoch that is greater by one. */
  NEW_EPOCH("new-epoch");

  private final String title;

  Hazard(String title) {
    this.title = title;
  }

  static Set<Hazard> all() {
    return EnumSet.allOf(Hazard.class);
  }

  /** As it is written on the command line. */
  @Override
  public String toString() {
    return title;
  }
}
