package io.citytally.web;

import java.util.Optional;

/** Where the course of the vote is read. */
@FunctionalInterface
public interface HistorySource {

  /**
   * Reads it once more.
   *
   * @param region none for the city
   * @throws RuntimeException if that is impossible at the moment
   */
  History read(Optional<String> region);
}
