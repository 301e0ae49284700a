package io.citytally.web;

import io.citytally.vote.Choice;

/** Where votes are cast. To do the same twice is to do it once. */
public interface VoteStore {

  /**
   * Casts the vote, or changes it if it stands already.
   *
   * @throws RuntimeException if it may not have been recorded
   */
  void cast(String id, Choice choice);

  /**
   * Withdraws the vote; one that doesn't stand is no error.
   *
   * @throws RuntimeException if it may still stand
   */
  void withdraw(String id);
}
