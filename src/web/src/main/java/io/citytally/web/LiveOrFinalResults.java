package io.citytally.web;

import io.citytally.election.Election;
import io.citytally.election.FinalResult;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The results as the tables have them, until a result is final: then it is that one, even if a
 * table changes afterwards.
 */
final class LiveOrFinalResults implements ResultsSource {

  private final ResultsSource live;
  private final ElectionStore store;
  private final Supplier<Election> election;
  private @Nullable FinalResult known;
  private @Nullable Results ofKnown;

  /**
   * @param election tells what is known of the election
   */
  LiveOrFinalResults(ResultsSource live, ElectionStore store, Supplier<Election> election) {
    this.live = live;
    this.store = store;
    this.election = election;
  }

  @Override
  public Results read() {
    Optional<FinalResult> result = election.get().result();
    return result.isPresent() ? finalResults(result.get()) : live.read();
  }

  private synchronized Results finalResults(FinalResult result) {
    Results results = ofKnown;
    if (results == null || known == null || !known.sha256().equals(result.sha256())) {
      results = store.resultsOf(result);
      known = result;
      ofKnown = results;
    }
    return results;
  }
}
