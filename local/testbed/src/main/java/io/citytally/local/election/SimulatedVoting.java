package io.citytally.local.election;

import io.citytally.local.cloud.Votes;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** Simulated voters at work, at a steady rate, while voting is open, until they are closed. */
public final class SimulatedVoting implements AutoCloseable {

  private final SimulatedVoters voters;
  private final Pacer pacer;
  private final Votes votes;
  private final BooleanSupplier isOpen;
  private final Consumer<RuntimeException> onFailure;
  private volatile boolean closed;
  private final Thread thread = new Thread(this::vote, "voters");

  /**
   * @param isOpen whether votes are taken now
   * @param onFailure told why the voting has ended, if a vote could not be recorded
   */
  public SimulatedVoting(
      SimulatedVoters voters,
      Pacer pacer,
      Votes votes,
      BooleanSupplier isOpen,
      Consumer<RuntimeException> onFailure) {
    this.voters = voters;
    this.pacer = pacer;
    this.votes = votes;
    this.isOpen = isOpen;
    this.onFailure = onFailure;
    thread.setDaemon(true);
  }

  public SimulatedVoting start() {
    thread.start();
    return this;
  }

  private void vote() {
    try {
      while (!closed) {
        pacer.await(1);
        if (isOpen.getAsBoolean()) {
          voters.next().on(votes);
        }
      }
    } catch (InterruptedException e) {
      // Closed while waiting for the next vote.
      return;
    } catch (RuntimeException e) {
      // Closing interrupts a vote that is being recorded, which is no failure.
      if (!closed) {
        onFailure.accept(e);
      }
    }
  }

  /** Returns when no vote is on its way any more. */
  @Override
  public void close() throws InterruptedException {
    closed = true;
    thread.interrupt();
    thread.join();
  }
}
