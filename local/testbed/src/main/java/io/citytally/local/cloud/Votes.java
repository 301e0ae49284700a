package io.citytally.local.cloud;

import io.citytally.vote.Choice;

/** Where votes are cast, changed and withdrawn. */
public interface Votes {

  /** Casts the vote, or changes it if it stands already. */
  void cast(String id, Choice choice);

  /** Casts the ballot, or puts it in the place of one that stands already. */
  void cast(CastBallot ballot);

  /** Withdraws the vote or ballot; one that doesn't stand is no error. */
  void withdraw(String id);
}
