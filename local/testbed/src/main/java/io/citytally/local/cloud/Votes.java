package io.citytally.local.cloud;

import io.citytally.vote.Choice;

/** Where votes are cast, changed and withdrawn. */
public interface Votes {

  /** Casts the vote, or changes it if it stands already. */
  void cast(String id, Choice choice);

  /** Withdraws the vote; one that doesn't stand is no error. */
  void withdraw(String id);
}
