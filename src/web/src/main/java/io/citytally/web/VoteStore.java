package io.citytally.web;

import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** Where ballots are cast. */
public interface VoteStore {

  /**
   * Returns the votes that stand under the ids, in any order.
   *
   * @throws RuntimeException if they can't be read at the moment
   */
  List<Vote> read(Collection<String> ids);

  /**
   * Replaces the vote by the wanted one, on the condition that the seen one stands. Without a
   * wanted one, withdraws it. Ends within {@link io.citytally.election.Election#WRITE_TIMEOUT}.
   *
   * @return what stands under the id then: the wanted vote, unless there is another than the seen
   *     one
   * @throws RuntimeException if it is unknown what stands
   */
  Optional<Vote> replace(String id, Optional<Vote> seen, Optional<Vote> wanted);
}
