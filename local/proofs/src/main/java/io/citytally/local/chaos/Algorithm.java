package io.citytally.local.chaos;

import io.citytally.local.cloud.VoteStream.Marker;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/** What counts the votes, and can be crashed in its own ways. */
interface Algorithm {

  /** What can go wrong while the algorithm is away. */
  @FunctionalInterface
  interface Event {
    void happen() throws Exception;
  }

  /** Returns the faults that apply to this algorithm. */
  Set<Fault> suffers();

  /** Starts to count, and returns when it does. */
  void start() throws Exception;

  /**
   * Has one of its own faults happen, and returns when it counts again.
   *
   * @return whether the fault can be proved to have taken place
   */
  boolean suffer(Fault fault) throws Exception;

  /** Stops it in good order, and has it go on from there after something else has happened. */
  void pause(Event event) throws Exception;

  /**
   * Waits until all that was cast is counted and written.
   *
   * @param closedShards the ends of the shards that were closed on the way
   * @param calm to be called when all is read: from then on nothing may go wrong
   */
  void drain(List<Marker> closedShards, Runnable calm) throws Exception;

  /** How long its newest checkpoint took. */
  Duration lastCheckpoint() throws Exception;

  /** Ends it where it stands, at the end of a round. */
  void stop() throws Exception;
}
