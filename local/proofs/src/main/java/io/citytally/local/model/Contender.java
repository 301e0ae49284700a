package io.citytally.local.model;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * A protocol that is searched next to the others.
 *
 * @param exact whether it is expected to hold
 * @param spared what its surroundings do not do to it
 */
record Contender(Protocol<?, ?, ?> protocol, boolean exact, Set<Hazard> spared) {

  /** The one that the job uses. */
  static final Contender IDEMPOTENT_ADD = new Contender(new TallyProtocol(), true, Set.of());

  /**
   * What a reader might propose instead, with the seven ways of "Implement resource counters with
   * Amazon DynamoDB" (AWS Database Blog) among them: the atomic counter, optimistic concurrency
   * control without and with a history, a transaction with a client request token or with a marker
   * item, and an item or a set's element per vote.
   *
   * <p>The Lambda read the table's own stream, which repeats nothing. To remember all changes is
   * exact, too, and is here to show that the model doesn't find fault with everything; but it is
   * one write per change, and an item that grows with each, up to DynamoDB's limit of 400 KB, or a
   * transaction and a further item for each.
   */
  static final List<Contender> ALTERNATIVES =
      List.of(
          new Contender(
              new AddPerChange(AddPerChange.Guard.NONE), false, EnumSet.of(Hazard.REPEATED)),
          failing(new AddPerWindow(AddPerWindow.Guard.NONE)),
          failing(new AddPerWindow(AddPerWindow.Guard.WINDOW_NUMBER)),
          failing(new AddPerWindow(AddPerWindow.Guard.REQUEST_TOKEN)),
          failing(new OptimisticAdd(OptimisticAdd.History.NONE)),
          failing(new OptimisticAdd(OptimisticAdd.History.LAST_CHANGE)),
          failing(new ElementPerVote()),
          failing(new AddPerChange(AddPerChange.Guard.LAST_CHANGE)),
          new Contender(new AddPerChange(AddPerChange.Guard.ALL_CHANGES), true, Set.of()));

  private static Contender failing(Protocol<?, ?, ?> protocol) {
    return new Contender(protocol, false, Set.of());
  }

  String name() {
    return protocol.name();
  }

  Outcome search(Scope scope, Search.Limits limits, Search.Progress progress) {
    return search(protocol, scope, limits, progress);
  }

  private static <M, W, R> Outcome search(
      Protocol<M, W, R> protocol, Scope scope, Search.Limits limits, Search.Progress progress) {
    return new Search<>(new CountingModel<>(protocol, scope), limits, progress).run();
  }
}
