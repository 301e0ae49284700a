package io.citytally.web;

/** Where the results are read. */
@FunctionalInterface
public interface ResultsSource {

  /**
   * Reads them again.
   *
   * @throws RuntimeException if that is impossible at the moment
   */
  Results read();
}
